"""How notices read: complete in both languages, the same figures as text and as HTML, nothing foreign executed."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from services.notify.digests.rules import digest_of
from services.notify.mail.rendering import Frame, Message, grouped, render, sanitized, shortened
from services.notify.notices.composition import contents_of
from services.notify.notices.contents import Contents, DigestContents, LagContents, UnsentNotices
from services.notify.policy.model import NoticeKind, UnsentReason
from services.notify.policy.rules import decide
from shared.events.vocabulary import Language, LocalizedText, Standing, Verdict
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    LAC_DUONG,
    NAMES,
    NOI_VU,
    PARK,
    SOFTWARE,
    at,
    indicator_rolled_up,
    judgement_data,
    names,
    outlook_changed,
    plan,
    progress,
    proposed,
    rollup,
    situation,
    told,
)

NOW = at("2014-04-08 09:00")
FRAME = Frame(
    notice="7f0c2a64-3f0e-5b55-9c1e-0a4d6f1b2770",
    recipient="Cán bộ đầu mối",
    written_at=NOW,
    is_rehearsal=True,
    accepts_replies=False,
    help=None,
    url="https://tiendo.example/v1/previews/7f0c2a64",
)
NOTE = "Đường truyền <b>chưa</b> ổn định & chậm"
LAGGING = {EMAIL: Standing.LAGGING, SOFTWARE: Standing.LAGGING, PARK: Standing.MISSING}


def contents(kind: NoticeKind) -> Contents:
    """Return realistic contents of each kind, with every part filled."""
    if kind is NoticeKind.DIGEST:
        return _digest()
    judgements = [
        judgement_data(each, LAGGING[each], note=NOTE if each == EMAIL else None) for each in (EMAIL, PARK, SOFTWARE)
    ]
    newest = {
        NoticeKind.LAG: progress(judgements=judgements, is_synthetic=True),
        NoticeKind.OVERDUE: progress(is_filed=False),
        NoticeKind.RECOVERED: progress(
            period="2014-04", standings={PARK: Standing.AT_RISK, SOFTWARE: Standing.MISSING}
        ),
    }[kind]
    earlier = (told(NoticeKind.LAG, "2014-03", EMAIL),) if kind is NoticeKind.RECOVERED else ()
    given = replace(situation(newest, *earlier, unfiled=("2014-02", "2014-03")), is_synthetic=True)
    due = decide(situation=given, settling=timedelta(), now=NOW).due
    assert due is not None
    assert due.kind is kind
    return contents_of(due, situation=given)


def _digest() -> DigestContents:
    march = plan().periods[2]
    rows = [
        progress(LAC_DUONG, "2014-02", standings=LAGGING, is_synthetic=True),
        progress(LAC_DUONG, "2014-03", standings=LAGGING),
        progress(DA_LAT, "2014-02", standings=LAGGING),
        progress(DA_LAT, "2014-03"),
        progress(NOI_VU, "2014-03", is_filed=False),
        progress("so-moi", "2014-03", standings=LAGGING),
    ]
    new = LocalizedText(vi="Sở mới", en="New")
    unsent = (UnsentNotices(kind=NoticeKind.LAG, reason=UnsentReason.NO_RECIPIENT, count=1, agencies=(new,)),)
    given = {"plan": plan(), "names": names(), "progress": rows, "rollup": rollup()}
    given |= {"outlook": outlook_changed().data, "proposals": [proposed(3).data]}
    return digest_of(**given, period=march, unsent=unsent)  # type: ignore[arg-type]  # as written above


def message(kind: NoticeKind, language: Language, frame: Frame = FRAME, said: Contents | None = None) -> Message:
    return render(said or contents(kind), frame=frame, language=language)


class Reader(HTMLParser):
    """Collects what a reader of the HTML sees, and what it would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.loads: list[str] = []
        self._is_hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_hidden = tag in {"style", "title"}
        self.loads += [value or "" for name, value in attrs if name in {"src", "background", "href"}]

    def handle_data(self, data: str) -> None:
        if not self._is_hidden:
            self.words.append(data)


EVERY_MAIL = [(kind, language) for kind in NoticeKind for language in Language]


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_every_number_in_the_html_is_in_the_text_too(kind: NoticeKind, language: Language) -> None:
    found = message(kind, language)
    numbers = re.compile(r"\d+(?:[.,/:]\d+)*")
    seen = set(numbers.findall(" ".join(Reader(found.html).words)))
    assert seen <= set(numbers.findall(found.text))


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_a_mail_loads_nothing_and_is_small_and_its_subject_short(kind: NoticeKind, language: Language) -> None:
    found = message(kind, language)
    assert Reader(found.html).loads == [FRAME.url]
    assert "<style" not in found.html
    assert len(found.html.encode()) < 100_000
    assert 0 < len(found.subject) <= 78


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_a_mail_says_that_it_is_a_rehearsal_on_simulated_figures(kind: NoticeKind, language: Language) -> None:
    banners = {Language.VI: ("SỐ LIỆU MÔ PHỎNG", "DIỄN TẬP"), Language.EN: ("SIMULATED FIGURES", "REHEARSAL")}[language]
    found = message(kind, language)
    said = replace(contents(kind), about=replace(contents(kind).about, is_synthetic=False))
    plain = message(kind, language, replace(FRAME, is_rehearsal=False, url=None), said)
    for banner in banners:
        assert banner in found.text
        assert banner in found.html
        assert banner not in plain.text
        assert banner not in plain.html
    assert "09:00" in found.text


@pytest.mark.parametrize(("kind", "language"), EVERY_MAIL)
def test_a_mail_ends_with_why_it_came_and_what_it_rests_on(kind: NoticeKind, language: Language) -> None:
    for body in (message(kind, language).text, message(kind, language).html):
        assert FRAME.notice in body
        assert "2770/QĐ-UBND" in body
        assert ("Số liệu tính đến" if language is Language.VI else "Figures as known at") in body
        assert ("vì" if language is Language.VI else "You get this") in body


def test_a_lag_notice_tells_value_target_lag_and_the_way_back() -> None:
    text = message(NoticeKind.LAG, Language.VI).text
    assert "Đã báo cáo: 12 % (24/200)" in text
    assert "Cần có đến hết 31/03/2014: 22,5 % (còn thiếu 10,5 điểm phần trăm)" in text
    assert "Mục tiêu kế hoạch: > 90 % (quyết định nêu)" in text
    assert "Để đúng tiến độ, báo cáo kỳ 04/2014 cần: ≥ 60/200 (30 %), theo mẫu số đã báo cáo" in text
    assert "CHƯA CÓ SỐ LIỆU TRONG BÁO CÁO ĐÃ NỘP (1)\n- Hỗ trợ doanh nghiệp – mục tiêu ≥ 4 hoạt động" in text


def test_what_an_agency_wrote_is_shown_and_never_executed() -> None:
    found = message(NoticeKind.LAG, Language.VI)
    assert NOTE in found.text
    assert "&lt;b&gt;chưa&lt;/b&gt; ổn định &amp; chậm" in found.html


def test_a_subject_says_which_kind_of_news_it_is_and_of_which_period() -> None:
    lag, recovered = message(NoticeKind.LAG, Language.VI), message(NoticeKind.RECOVERED, Language.VI)
    assert lag.subject == f"Chậm tiến độ kỳ 03/2014: {NAMES[LAC_DUONG]}"
    assert recovered.subject == f"Đã khắc phục chậm tiến độ kỳ 04/2014: {NAMES[LAC_DUONG]}"


@pytest.mark.parametrize("language", Language)
def test_a_lag_notice_says_apart_what_is_not_reported_yet(language: Language) -> None:
    lag = contents(NoticeKind.LAG)
    assert isinstance(lag, LagContents)
    names = (LocalizedText(vi="Hạ tầng", en="Infrastructure"),)
    found = message(NoticeKind.LAG, language, said=replace(lag, others=0, awaited=names, unassessed=names))
    headings = {
        Language.VI: ("Chưa báo cáo, hạn nộp 07/04/2014", "Không đánh giá được"),
        Language.EN: ("Not reported yet, due on 7 April 2014", "Not assessable"),
    }[language]
    for heading in headings:
        assert f"{heading} (1)\n- {names[0].of(language)}\n".casefold() in found.text.casefold()
        assert heading in " ".join(Reader(found.html).words)
    assert "không chậm" not in found.text
    assert "not lag" not in found.text


@pytest.mark.parametrize(("language", "sentence"), [(Language.VI, "xin trả lời thư"), (Language.EN, "reply to this")])
def test_a_mail_asks_for_answers_only_where_they_reach_somebody(language: Language, sentence: str) -> None:
    deaf = message(NoticeKind.LAG, language)
    heard = message(NoticeKind.LAG, language, replace(FRAME, accepts_replies=True))
    for body, silent in ((heard.text, deaf.text), (heard.html, deaf.html)):
        assert sentence in body
        assert sentence not in silent


def test_an_agency_that_was_only_late_reads_that_its_report_arrived() -> None:
    given = situation(progress(), told(NoticeKind.OVERDUE, "2014-03", EMAIL))
    due = decide(situation=given, settling=timedelta(), now=NOW).due
    assert due is not None
    found = message(NoticeKind.RECOVERED, Language.VI, said=contents_of(due, situation=given))
    assert f"{NAMES[LAC_DUONG]}: đã báo cáo, không chỉ tiêu nào chậm tiến độ\n" in found.text
    assert "chỉ tiêu khác" not in found.text


def test_a_digest_tells_changes_before_the_provinces_figures() -> None:
    text = message(NoticeKind.DIGEST, Language.VI).text
    order = [
        "MỚI CHẬM TIẾN ĐỘ (1)",
        "ĐÃ KHẮC PHỤC CHẬM TIẾN ĐỘ (1)",
        "VẪN CHẬM TIẾN ĐỘ (1)",
        "CHƯA BÁO CÁO (1)",
        "KẾT QUẢ TOÀN TỈNH",
        "MỤC TIÊU CẦN XEM XÉT (1)",
        "ĐỀ XUẤT ĐANG CHỜ QUYẾT ĐỊNH (1)",
    ]
    places = [text.index(heading) for heading in order]
    assert places == sorted(places)
    assert "Thư điện tử công vụ: 12 % – chưa biết (3/4 cơ quan đã báo cáo)" in text
    assert "Kỳ trước → kỳ này, cùng cơ quan: 12 → 12 % (2 cơ quan)" in text
    assert "Mục tiêu: > 90 % (quyết định nêu) · Cần có đến hết 31/03/2014: 22,5 % (giả định)" in text
    assert " · Báo cáo: 3/4 cơ quan\n" in text
    assert "Thông báo chậm tiến độ: 1 – giữ lại vì chưa có đầu mối nhận thư (Sở mới)" in text


def test_a_digest_says_what_is_to_be_decided() -> None:
    found = message(NoticeKind.DIGEST, Language.VI)
    for body in (found.text, " ".join(Reader(found.html).words)):
        words = " ".join(body.split())
        assert "Thư điện tử công vụ: mục tiêu > 90 %: khó đạt; theo nhịp độ hiện nay, 0 trong 2" in words.replace(
            " :", ":"
        )
        assert "Đề xuất số 3 ngày 10/04/2014, Sở Thông tin và Truyền thông: “Hạ tầng <i>chưa</i> kịp”" in words
        assert "> 90 % → > 60 %" in words
        assert "xếp loại chậm tiến độ trong các kỳ 02/2014, 03/2014: 3 → 1" in words


def test_a_proposal_tells_days_milestones_and_thresholds_that_change() -> None:
    told = proposed().data
    (email,) = told.indicators
    assert email.target_before is not None
    due = email.target_before.model_copy(update={"on": date(2014, 9, 30)})
    changed = email.model_copy(update={"target": due, "milestones": ()})
    only_milestones = email.model_copy(update={"indicator": PARK, "target": None, "milestones": ()})
    thresholds = told.thresholds_before.model_copy(update={"at_risk_ratio": Decimal("0.7")})
    data = told.model_copy(update={"indicators": (changed, only_milestones), "thresholds": thresholds})
    said = digest_of(
        plan=plan(), period=plan().periods[2], rollup=rollup(), names={}, progress=[], unsent=(), proposals=[data]
    )
    found = message(NoticeKind.DIGEST, Language.EN, said=said)
    for body in (found.text, " ".join(Reader(found.html).words)):
        words = " ".join(body.split())
        assert "> 90 % → > 90 % (due 30 September 2014); other milestones" in words
        assert "Support of enterprises: other milestones" in words.replace(" :", ":")
        assert "Thresholds of standings: 95 % / 75 % → 95 % / 70 %" in words


@pytest.mark.parametrize("language", Language)
def test_a_digest_says_what_the_province_reached_and_never_takes_silence_for_success(language: Language) -> None:
    figures = [
        indicator_rolled_up(EMAIL, verdict=Verdict.NOT_YET_KNOWN),
        indicator_rolled_up(PARK, verdict=Verdict.MET, reported=4),
        indicator_rolled_up(SOFTWARE, verdict=Verdict.NOT_MET, is_incomplete=True),
    ]
    march = plan().periods[2]
    said = digest_of(plan=plan(), period=march, rollup=rollup(indicators=figures), names={}, progress=[], unsent=())
    found = message(NoticeKind.DIGEST, language, said=said)
    told = {
        Language.VI: (
            "12 % – chưa biết (3/4 cơ quan đã báo cáo)\n",
            "3 hoạt động – đạt\n",
            "0 % – chưa đạt – thiếu báo cáo (3/4 cơ quan đã báo cáo)\n",
        ),
        Language.EN: (
            "12 % – not yet known (3 of 4 agencies reported)\n",
            "3 activities – met\n",
            "0 % – not met – incomplete (3 of 4 agencies reported)\n",
        ),
    }[language]
    for words in told:
        assert words in found.text
        assert words.partition(" – ")[2].strip() in found.html


@pytest.mark.parametrize("language", Language)
def test_a_digest_says_how_many_were_judged_by_another_version_of_the_plan(language: Language) -> None:
    words = {
        Language.VI: "theo phiên bản khác của kế hoạch: 2 cơ quan.",
        Language.EN: "version of the plan: 2 agencies.",
    }
    said = _digest()
    mixed, alike = (message(NoticeKind.DIGEST, language, said=replace(said, mixed=count)) for count in (2, 0))
    for body in (mixed.text, mixed.html):
        assert words[language] in body
    assert words[language].partition(":")[0] not in alike.text


def test_an_indicator_without_a_target_or_an_expected_value_has_neither_verdict_nor_expectation() -> None:
    bare = indicator_rolled_up(PARK, target=None, expected_value=None, expected_basis=None, verdict=None)
    said = digest_of(
        plan=plan(), period=plan().periods[2], rollup=rollup(indicators=[bare]), names={}, progress=[], unsent=()
    )
    found = message(NoticeKind.DIGEST, Language.VI, said=said)
    for body in (found.text, found.html):
        assert "3 hoạt động" in body
        assert "Cần có đến hết" not in body
        assert "chưa đạt</div>" not in body
        assert "3 hoạt động – " not in body


def test_a_mail_with_nothing_left_over_leaves_the_headings_out() -> None:
    lag = contents(NoticeKind.LAG)
    assert isinstance(lag, LagContents)
    said = replace(lag, missing=(), others=0, about=replace(lag.about, locked_on=None))
    text = message(NoticeKind.LAG, Language.VI, said=said).text
    assert "CHƯA CÓ SỐ LIỆU" not in text
    assert "chỉ tiêu còn lại" not in text
    assert "ngày khóa" not in text


def test_a_long_list_of_agencies_is_counted_out() -> None:
    rows = [progress(f"xa-{number:03}", standings=LAGGING) for number in range(40)]
    said = digest_of(plan=plan(), period=plan().periods[2], rollup=rollup(), names={}, progress=rows, unsent=())
    found = message(NoticeKind.DIGEST, Language.VI, said=said)
    for body in (found.text, found.html):
        assert "xa-024" in body
        assert "xa-025" not in body
        assert "và 15 cơ quan khác" in body


def test_a_subject_is_shortened_and_cannot_hide_an_encoded_word() -> None:
    assert shortened("x" * 79) == "x" * 77 + "…"
    assert shortened("=?utf-8?q?a=0D=0ABcc:_e@x?=") == "= ?utf-8?q?a=0D=0ABcc:_e@x?="


def test_text_is_normalised_and_loses_signs_that_deceive() -> None:
    assert sanitized("Sở Nội vụ".encode().decode()) == "Sở Nội vụ"
    assert sanitized("So\u031b\u0309") == "Sở"
    assert sanitized("a\u202eb\x00c\nd") == "abc\nd"
    assert sanitized("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"
    assert sanitized(3) == 3


def test_agencies_with_the_same_news_stand_together_the_largest_group_first() -> None:
    said = _digest()
    lines = [*said.newly_lagging, *said.still_lagging]
    assert [len(group) for _, group in grouped([*lines, lines[0]])] == [2, 1]
