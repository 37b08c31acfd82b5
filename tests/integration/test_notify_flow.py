"""From events to mails: who is told what, when, and that nobody is told twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from services.notify.notices.handlers import handle_events
from shared.events.progress import ProgressChanged
from shared.events.vocabulary import ProposalState, Standing
from shared.runtime.clock import SteppedClock
from tests.integration.notify_province import DIGESTS, OFFICERS, Province, a_province
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    INDICATORS,
    LAC_DUONG,
    LEAD,
    NAMES,
    NOI_VU,
    PARK,
    at,
    judgement_data,
    outlook_changed,
    plan_published,
    progress_changed,
    proposed,
    rolled_up,
)

LAGGING = {EMAIL: Standing.LAGGING}


@pytest.fixture
async def province(make_database: Callable[[str], Awaitable[str]], tmp_path: Path) -> AsyncIterator[Province]:
    async with a_province(make_database, tmp_path) as given:
        yield given


async def test_a_lagging_agency_gets_one_mail(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends()
    (mail,) = province.mails()
    assert mail["To"].addresses[0].addr_spec == f"can-bo@{LAC_DUONG}.example"
    assert mail["X-Tiendo-Kind"] == "lag"
    assert mail["Date"] == "Tue, 08 Apr 2014 09:00:00 +0700"
    assert await province.states() == {("lag", "accepted", None): 1}


async def test_replaying_everything_sends_nothing(province: Province) -> None:
    await province.knows_the_plan()
    history = [
        progress_changed(standings=LAGGING),
        progress_changed(sequence=2),
        progress_changed(DA_LAT, is_filed=False),
        progress_changed(DA_LAT, sequence=2, standings={PARK: Standing.LAGGING}),
    ]
    for event in history:
        await province.hears(event)
        await province.sends()
    before = await province.states()
    assert sum(before.values()) == len(province.mails()) == 4
    for _ in range(3):
        await province.hears(plan_published(), *reversed(history), *history)
        await province.sends()
    assert await province.states() == before
    assert len(province.mails()) == 4


async def test_progress_of_a_plan_not_known_yet_is_decided_when_the_plan_arrives(province: Province) -> None:
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends()
    assert province.mails() == []
    await province.knows_the_plan()
    await province.sends()
    assert [mail["X-Tiendo-Agency"] for mail in province.mails()] == [LAC_DUONG]


async def test_what_is_decided_after_hours_is_sent_when_people_work_if_still_true(
    province: Province,
) -> None:
    await province.knows_the_plan()
    province.clock.advance_to(at("2014-04-08 18:00"))
    await province.hears(progress_changed(standings=LAGGING), progress_changed(DA_LAT, standings=LAGGING))
    await province.sends()
    assert province.mails() == []
    await province.hears(progress_changed(DA_LAT, sequence=2))
    province.clock.advance_to(at("2014-04-09 07:30"))
    await province.sends()
    assert [mail["X-Tiendo-Agency"] for mail in province.mails()] == [LAC_DUONG]
    assert await province.states() == {("lag", "accepted", None): 1, ("lag", "skipped", "no-longer-true"): 1}


async def test_lag_that_comes_back_before_it_was_told_is_told(province: Province) -> None:
    await province.knows_the_plan()
    province.clock.advance_to(at("2014-04-08 18:00"))
    for sequence, standings in enumerate([LAGGING, {}, LAGGING], start=1):
        await province.hears(progress_changed(sequence=sequence, standings=standings))
    province.clock.advance_to(at("2014-04-09 08:00"))
    await province.sends()
    assert await province.states() == {("lag", "accepted", None): 1}


async def test_who_took_back_what_lagged_is_told_nothing_until_the_period_is_overdue(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(
        progress_changed(period="2014-02"),
        progress_changed(standings=LAGGING, is_closed=False),
        progress_changed(DA_LAT, standings=LAGGING, is_closed=False),
    )
    await province.hears(withdrawn(DA_LAT, sequence=2))
    await province.sends()
    await province.hears(withdrawn(sequence=2))
    await province.sends()
    assert await province.states() == {("lag", "accepted", None): 1, ("lag", "skipped", "no-longer-true"): 1}
    await province.hears(progress_changed(sequence=3, is_filed=False))
    await province.sends()
    assert [mail["X-Tiendo-Kind"] for mail in province.mails()] == ["lag", "overdue"]


def withdrawn(agency: str = LAC_DUONG, *, sequence: int) -> ProgressChanged:
    """Return progress of an agency that took back what it had filed before the due date."""
    return progress_changed(
        agency,
        sequence=sequence,
        is_filed=False,
        is_closed=False,
        judgements=[judgement_data(indicator, Standing.AWAITED) for indicator in INDICATORS],
    )


async def test_what_an_agency_without_a_contact_is_due_is_held_until_contacts_come(province: Province) -> None:
    await province.knows_contacts(*OFFICERS[:1])
    await province.knows_the_plan()
    for sequence in (1, 2):
        await province.hears(progress_changed(sequence=sequence, standings=LAGGING))
    await province.sends()
    assert await province.states() == {("lag", "held", "no-recipient"): 1}
    assert await province.releases_held() == 0
    loaded = await province.knows_contacts(*OFFICERS, f"{LAC_DUONG},officer,Second officer,second@x.example,en")
    assert loaded.released == 1
    await province.sends()
    assert await province.states() == {("lag", "accepted", None): 2}
    assert (await province.knows_contacts(*OFFICERS)).released == 0


async def test_what_was_held_and_is_no_longer_true_when_contacts_come_is_not_sent(province: Province) -> None:
    await province.knows_contacts(*OFFICERS[:1])
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING), progress_changed(DA_LAT, standings=LAGGING))
    await province.hears(progress_changed(DA_LAT, sequence=2))
    await province.knows_contacts(*OFFICERS)
    await province.sends()
    assert [mail["X-Tiendo-Agency"] for mail in province.mails()] == [LAC_DUONG]


async def test_of_the_digests_that_were_held_only_the_latest_is_sent_when_a_subscriber_comes(
    province: Province,
) -> None:
    province.clock = SteppedClock(at("2014-02-01 08:00"))
    await province.knows_contacts(*OFFICERS)
    await province.knows_the_plan()
    schedule = province.schedule()
    for now, period in (
        ("2014-02-12 10:00", "2014-01"),
        ("2014-03-12 10:00", "2014-02"),
        ("2014-04-14 10:00", "2014-03"),
    ):
        province.clock.advance_to(at(now))
        await province.hears(rolled_up(period))
        await schedule.look(now=at(now))
    assert await province.states() == {("digest", "held", "no-recipient"): 1, ("digest", "skipped", "superseded"): 2}
    await province.knows_contacts(*OFFICERS, *DIGESTS)
    await province.sends()
    assert len(province.mails()) == 2


async def test_what_waits_for_a_contact_who_leaves_goes_to_who_comes_instead(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING))
    await province.knows_contacts(*OFFICERS[:1])
    await province.sends()
    left: dict[tuple[str, str, str | None], int] = {("lag", "skipped", "contact-removed"): 1}
    assert await province.states() == {**left, ("lag", "held", "no-recipient"): 1}
    await province.knows_contacts(*OFFICERS[:1], f"{LAC_DUONG},officer,Cán bộ mới,moi@x.example,vi")
    await province.sends()
    assert await province.states() == {**left, ("lag", "accepted", None): 1}
    assert [mail["To"].addresses[0].addr_spec for mail in province.mails()] == ["moi@x.example"]


async def test_what_waits_for_a_contact_who_leaves_and_returns_goes_to_them(province: Province) -> None:
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING))
    await province.knows_contacts(*OFFICERS[:1])
    await province.knows_contacts(*OFFICERS)
    await province.sends()
    assert await province.states() == {("lag", "accepted", None): 1}


async def test_an_overdue_agency_is_asked_until_the_lock_and_then_told_of_it_once(province: Province) -> None:
    await province.knows_the_plan()
    schedule = province.schedule()
    await province.hears(progress_changed(is_filed=False))
    await province.sends()
    for now in ("2014-05-06 23:00", "2014-05-07 00:10", "2014-05-07 01:10", "2014-05-07 07:30", "2014-05-07 09:10"):
        province.clock.advance_to(at(now))
        await schedule.look(now=at(now))
        await province.sends()
    asked, last = [mail for mail in province.mails() if mail["X-Tiendo-Kind"] == "overdue"]
    assert "chậm nhất ngày 06/05/2014" in text_of(asked)
    assert "Đã khóa kỳ 03/2014, chưa có báo cáo" in str(last["Subject"])
    assert "đã khóa số liệu từ ngày 07/05/2014" in text_of(last)
    assert "Đề nghị đơn vị nộp báo cáo" not in text_of(last)


async def test_an_agency_that_is_known_later_to_have_ceased_is_not_asked_any_more(province: Province) -> None:
    await province.knows_the_plan()
    schedule = province.schedule()
    await province.hears(progress_changed(is_filed=False), progress_changed(DA_LAT, is_filed=False))
    await province.sends()
    await province.hears(progress_changed(is_filed=False, judgements=[], sequence=2))
    for now in ("2014-04-09 09:00", "2014-05-07 00:10", "2014-05-07 07:30"):
        province.clock.advance_to(at(now))
        await schedule.look(now=at(now))
        await province.sends()
    asked = [mail for mail in province.mails() if mail["X-Tiendo-Kind"] == "overdue"]
    assert Counter(mail["To"].addresses[0].domain for mail in asked) == {
        f"{LAC_DUONG}.example": 1,
        f"{DA_LAT}.example": 2,
    }


async def test_letters_settle_before_they_are_sent_and_a_correction_does_not_start_that_again(
    province: Province,
) -> None:
    province.settling = timedelta(hours=4)
    await province.knows_the_plan()
    filed_at = at("2014-04-08 09:00")
    await province.hears(progress_changed(standings=LAGGING, time=filed_at))
    await province.hears(progress_changed(DA_LAT, standings=LAGGING, time=filed_at))
    province.clock.advance_to(at("2014-04-08 12:00"))
    both = {**LAGGING, PARK: Standing.LAGGING}
    await province.hears(progress_changed(sequence=2, standings=both, time=province.clock.now()))
    await province.hears(progress_changed(DA_LAT, sequence=2, time=province.clock.now()))
    await province.sends()
    assert province.mails() == []
    province.clock.advance_to(at("2014-04-08 13:00"))
    await province.sends()
    (lag,) = province.mails()
    assert "2 chỉ tiêu chậm tiến độ" in text_of(lag)


async def test_an_indicator_that_recovers_and_lags_again_beside_another_is_told_again(province: Province) -> None:
    await province.knows_the_plan()
    both = {**LAGGING, PARK: Standing.LAGGING}
    for sequence, standings in enumerate([both, {PARK: Standing.LAGGING}, both, both], start=1):
        await province.hears(progress_changed(sequence=sequence, standings=standings))
        await province.sends()
    assert await province.states() == {("lag", "accepted", None): 2}


async def test_letters_name_whom_to_ask_at_the_lead_agency(province: Province) -> None:
    await province.knows_contacts(
        *(f"{row}," for row in OFFICERS),
        f"{LEAD},help,Bà Nguyễn Thị An,help@stttt.example,vi,0263 000 0000",
        has_phone=True,
    )
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends()
    (lag,) = province.mails()
    assert "xin liên hệ Bà Nguyễn Thị An, điện thoại 0263 000 0000" in text_of(lag)
    assert text_of(lag).index(f"Kính gửi: {NAMES[LAC_DUONG]}") < text_of(lag).index("Trân trọng")


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_every_officer_of_an_agency_gets_a_mime_of_their_own(province: Province) -> None:
    await province.knows_contacts(*OFFICERS, f"{LAC_DUONG},officer,Second officer,second@x.example,en")
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING))
    await province.sends()
    assert sorted(str(mail["To"].addresses[0].addr_spec) for mail in province.mails()) == [
        f"can-bo@{LAC_DUONG}.example",
        "second@x.example",
    ]
    assert len({mail["Message-ID"] for mail in province.mails()}) == 2


async def test_lag_and_recovery_stand_in_one_thread_and_say_which_they_are(province: Province) -> None:
    await province.knows_the_plan()
    for event in (progress_changed(standings=LAGGING), progress_changed(sequence=2)):
        await province.hears(event)
        await province.sends()
    lag, recovered = province.mails()
    assert [lag["X-Tiendo-Kind"], recovered["X-Tiendo-Kind"]] == ["lag", "recovered"]
    assert lag["References"] == recovered["References"] == recovered["In-Reply-To"]
    assert (str(lag["Subject"])[:4], str(recovered["Subject"])[:9]) == ("Chậm", "Đã khắc p")


async def test_a_digest_goes_to_its_subscribers_once_the_closed_period_is_rolled_up(province: Province) -> None:
    province.clock = SteppedClock(at("2014-04-01 08:00"))
    await province.knows_the_plan()
    schedule = province.schedule()
    await province.hears(*(progress_changed(agency, "2014-03") for agency in (LEAD, LAC_DUONG, DA_LAT)))
    await province.hears(progress_changed(NOI_VU, "2014-03", is_filed=False))
    await province.hears(rolled_up(is_closed=False, as_of=at("2014-04-07 23:00")))
    province.clock.advance_to(at("2014-04-08 08:00"))
    await schedule.look(now=province.clock.now())
    assert {kind for kind, _, _ in await province.states()} == {"overdue"}  # the period is not closed yet
    counted = {Standing.ON_TRACK: 3, Standing.MISSING: 1}
    await province.hears(rolled_up(as_of=at("2014-04-08 00:05"), agencies=counted))
    for _ in range(3):
        await schedule.look(now=province.clock.now())
        await province.sends()
    digests = [mail for mail in province.mails() if mail["X-Tiendo-Kind"] == "digest"]
    assert len(digests) == 2
    assert {str(mail["List-ID"]) for mail in digests} == {"<digest.lam-dong-2014.tiendo.example>"}
    assert "1 chưa báo cáo" in digests[0]["Subject"] + digests[1]["Subject"]
    said = next(text_of(mail) for mail in digests if "Kính gửi" in text_of(mail))
    assert "3/4 cơ quan đã báo cáo" in said
    assert "Số liệu tính đến 00:05 ngày 08/04/2014" in said


async def test_a_digest_waits_no_longer_than_a_day_for_the_closing_and_never_goes_without_figures(
    province: Province,
) -> None:
    province.clock = SteppedClock(at("2014-04-01 08:00"))
    await province.knows_the_plan()
    schedule = province.schedule()
    await schedule.look(now=at("2014-04-09 08:00"))
    assert await province.states() == {}
    await province.hears(rolled_up(is_closed=False, as_of=at("2014-04-07 23:00")))
    await schedule.look(now=at("2014-04-09 07:59"))
    assert await province.states() == {}
    await schedule.look(now=at("2014-04-09 08:00"))
    assert await province.states() == {("digest", "queued", None): 2}


async def test_of_a_periods_roll_ups_the_most_recent_one_is_told_in_whatever_order_they_come(
    province: Province,
) -> None:
    province.clock = SteppedClock(at("2014-04-01 08:00"))
    await province.knows_the_plan()
    first, second = (rolled_up(as_of=at(f"2014-04-08 0{hour}:05"), agencies={Standing.MET: hour}) for hour in (1, 2))
    await province.hears(second, first)
    await province.hears(first)
    province.clock.advance_to(at("2014-04-09 08:00"))  # of the progress it knows nothing
    await province.schedule().look(now=province.clock.now())
    await province.sends()
    said = [text_of(mail) for mail in province.mails()]
    assert ["02:05" in each and "2/2" in each for each in said if "Kính gửi" in each] == [True]


async def test_a_digest_waits_until_its_roll_up_counts_the_progress_that_is_known(province: Province) -> None:
    province.clock = SteppedClock(at("2014-04-01 08:00"))
    await province.knows_the_plan()
    await province.hears(*(progress_changed(agency) for agency in (LEAD, DA_LAT, NOI_VU)))
    await province.hears(progress_changed(LAC_DUONG, is_filed=False))
    province.clock.advance_to(at("2014-04-08 08:00"))

    async def is_decided() -> bool:
        await province.schedule().look(now=province.clock.now())
        return ("digest", "queued", None) in await province.states()

    await province.hears(rolled_up(as_of=at("2014-04-08 07:00"), agencies={Standing.ON_TRACK: 4}))
    assert not await is_decided(), "a filing that was counted is still on its way"
    await province.hears(progress_changed(LAC_DUONG, sequence=2, time=at("2014-04-08 06:59")))
    await province.hears(progress_changed(LAC_DUONG, sequence=3, time=at("2014-04-08 07:01")))
    assert not await is_decided(), "a correction came after the count"
    await province.hears(rolled_up(as_of=at("2014-04-08 07:02"), agencies={Standing.ON_TRACK: 4}))
    assert await is_decided()


async def test_digests_missed_by_downtime_are_told_by_the_latest_one(province: Province) -> None:
    province.clock = SteppedClock(at("2014-02-01 08:00"))
    await province.knows_the_plan()
    schedule = province.schedule()
    province.clock.advance_to(at("2014-05-12 10:00"))
    await province.hears(*map(rolled_up, ("2014-01", "2014-02", "2014-03")))
    await schedule.look(now=province.clock.now())
    assert await province.states() == {}  # the latest is not there yet
    await province.hears(rolled_up("2014-04"))
    await schedule.look(now=province.clock.now())
    assert await province.states() == {("digest", "queued", None): 2, ("digest", "skipped", "superseded"): 6}


async def test_progress_and_its_plan_that_two_processes_keep_at_once_still_meet(province: Province) -> None:
    await province.knows_contacts(*OFFICERS)
    async with province.database.transaction() as connection:
        early = progress_changed(standings=LAGGING)
        await handle_events([early], connection=connection, settling=province.settling, now=province.clock.now())
        learning = asyncio.create_task(province.knows_the_plan())
        await asyncio.sleep(0.3)
        assert not learning.done()
    await learning
    assert await province.states() == {("lag", "queued", None): 1}


async def test_a_digest_tells_the_latest_outlook_and_the_proposals_that_are_open_in_whatever_order_they_come(
    province: Province,
) -> None:
    province.clock = SteppedClock(at("2014-04-01 08:00"))
    await province.knows_the_plan()
    rejected = proposed(2, state=ProposalState.REJECTED)
    await province.hears(rejected, proposed(1), proposed(2))
    await province.hears(outlook_changed(), outlook_changed("2014-02", as_of="2014-03-08 00:05"), rolled_up())
    province.clock.advance_to(at("2014-04-09 08:00"))
    await province.schedule().look(now=province.clock.now())
    await province.sends()
    said = next(text_of(mail) for mail in province.mails() if "Kính gửi" in text_of(mail))
    assert "MỤC TIÊU CẦN XEM XÉT (1)" in said
    assert "khó đạt" in said
    assert "ĐỀ XUẤT ĐANG CHỜ QUYẾT ĐỊNH (1)" in said
    assert "Đề xuất số 1 ngày 10/04/2014, Sở Thông tin và Truyền thông" in said
    assert "Đề xuất số 2" not in said
