"""How a target's outlook is told to the DIC."""

import pytest

from services.scoring.adjustments.events import OUTLOOK_RULES, target_outlook
from services.scoring.adjustments.model import Outlook
from services.scoring.judging.model import Indicator
from shared.events.vocabulary import Basis, Language, Measure
from shared.wording.outlooks import sentence
from tests.unit.services.scoring.examples import at_least, indicator, share, value, yes
from tests.unit.services.scoring.outlook_examples import (
    COUNT,
    DISTRICTS,
    INCIDENTS,
    SHARE,
    YES_NO,
    months,
    outlook,
    percents,
)


def _said(found: Outlook, language: Language, by: Indicator = SHARE) -> str:
    unit = by.unit_vi if language is Language.VI else by.unit_en
    told = target_outlook(found, basis=by.basis)
    least = OUTLOOK_RULES.least_observations
    return sentence(told, least_observations=least, language=language, unit=unit, measure=by.measure)


def _assert_told(found: Outlook, *, vi: str, en: str, by: Indicator = SHARE) -> None:
    assert (_said(found, Language.VI, by), _said(found, Language.EN, by)) == (vi, en)


def test_out_of_reach_is_told_with_counts_and_how_far_off() -> None:
    slow = [percents(DISTRICTS[0], 10, 10, 10), percents(DISTRICTS[1], 50, 50, 50)]
    _assert_told(
        outlook(*slow, percents(DISTRICTS[2], 10)),
        vi="mục tiêu > 90 %: khó đạt; theo nhịp độ hiện nay, 0 trong 2 cơ quan có dự báo sẽ đạt đúng hạn, 2 không đạt:"
        " cách mục tiêu 60 điểm phần trăm (trung vị), xa nhất 80 điểm phần trăm; chưa đủ số liệu: 2 cơ quan;"
        " giá trị gộp trong kỳ 30 %",
        en="target > 90 %: out of reach; at the present pace 0 of 2 agencies with a forecast reach it in time;"
        " missing it: 2, by 60 percentage points (median), 80 percentage points at worst;"
        " too few observations: 2 agencies; pooled value in the period 30 %",
    )


def test_long_exceeded_is_told_with_for_how_long_and_from_which_value_on() -> None:
    _assert_told(
        outlook(*(percents(each, 96, 97, 98) for each in DISTRICTS)),
        vi="mục tiêu > 90 %: đã vượt từ lâu; theo nhịp độ hiện nay, 4 trong 4 cơ quan có dự báo sẽ đạt đúng hạn;"
        " giá trị gộp trong kỳ 98 %; 3 kỳ liên tiếp, mọi cơ quan có báo cáo đều đạt từ 95 % trở lên",
        en="target > 90 %: long exceeded; at the present pace 4 of 4 agencies with a forecast reach it in time;"
        " pooled value in the period 98 %; for 3 periods in a row all agencies that reported had 95 % or more",
    )


def test_less_is_better_where_it_is() -> None:
    found = outlook(*(months(each, *(value(3, of="incidents"),) * 3) for each in DISTRICTS), by=INCIDENTS)
    assert _said(found, Language.VI, INCIDENTS).endswith(
        "; 3 kỳ liên tiếp, mọi cơ quan có báo cáo đều ở mức 9 % trở xuống"
    )
    assert _said(found, Language.EN, INCIDENTS).endswith(
        "; for 3 periods in a row all agencies that reported had 9 % or less"
    )


def test_no_finding_is_told_without_a_verdict() -> None:
    _assert_told(
        outlook(*(percents(each, 40, 50, 60) for each in DISTRICTS)),
        vi="mục tiêu > 90 %: theo nhịp độ hiện nay, 4 trong 4 cơ quan có dự báo sẽ đạt đúng hạn;"
        " giá trị gộp trong kỳ 60 %",
        en="target > 90 %: at the present pace 4 of 4 agencies with a forecast reach it in time;"
        " pooled value in the period 60 %",
    )


def test_nothing_known_is_told_as_that() -> None:
    _assert_told(
        outlook(),
        vi="mục tiêu > 90 %: chưa cơ quan nào đủ 3 số liệu để dự báo; chưa đủ số liệu: 4 cơ quan",
        en="target > 90 %: no agency has the 3 observations that a forecast needs; too few observations: 4 agencies",
    )


def test_a_yes_is_counted_and_never_foreseen() -> None:
    answers = [months(each, yes(answer=True, of="deployed")) for each in DISTRICTS[:3]]
    answers.append(months(DISTRICTS[3], yes(answer=False, of="deployed")))
    _assert_told(
        outlook(*answers, by=YES_NO),
        by=YES_NO,
        vi="mục tiêu “có”: 3 trong 4 cơ quan trả lời “có”",
        en="target “yes”: 3 of 4 agencies say yes",
    )


def test_at_the_plans_end_it_is_told_what_came_of_it_and_units_are_the_indicators() -> None:
    support = [months(each, *(value(2, of="support"),) * 12) for each in DISTRICTS]
    found = outlook(*support, by=COUNT, month=12)
    assert _said(found, Language.EN, COUNT) == (
        "target ≥ 4 activities: out of reach; when it was due, 0 of 4 agencies with a figure had reached it;"
        " missing it: 4, by 2 activities (median), 2 activities at worst; median in the period 2 activities"
    )
    assert "đến hạn, 0 trong 4 cơ quan có số liệu đã đạt, 4 không đạt: cách mục tiêu 2 %" in _said(
        found, Language.VI, COUNT
    )


def test_what_nobody_has_seen_is_not_told_as_what_came_of_it() -> None:
    found = outlook(*(percents(each, 40, 50, 60) for each in DISTRICTS), month=12)
    assert "at the present pace 4 of 4 agencies with a forecast reach it in time" in _said(found, Language.EN)
    seen = percents(DISTRICTS[0], *[80] * 12)
    some = outlook(seen, *(percents(each, 40, 50, 60) for each in DISTRICTS[1:]), month=12)
    told = "when due, 3 of 4 agencies reach it, by figures of 1 and forecasts of 3;"
    assert told in _said(some, Language.EN)
    assert "đến hạn, 3 trong 4 cơ quan đạt theo số liệu của 1, dự báo của 3 cơ quan," in _said(some, Language.VI)


@pytest.mark.parametrize(
    ("by", "level"),
    [
        (SHARE, "89.9999 %"),  # rounded it would stand on the target
        (indicator(target=at_least(90), basis=Basis.ASSUMED), "89.9999 %"),
    ],
)
def test_figures_are_rounded_to_the_honest_side(by: Indicator, level: str) -> None:
    found = outlook(months(DISTRICTS[0], share("899999", 1_000_000)), by=by, month=1)
    assert _said(found, Language.EN, by).endswith(f"pooled value in the period {level}")


def test_a_target_of_ours_is_told_as_assumed() -> None:
    ours = indicator(basis=Basis.ASSUMED)
    assert _said(outlook(by=ours), Language.VI, ours).startswith("mục tiêu giả định > 90 %: ")


def test_a_percentage_is_missed_by_points_too() -> None:
    percent = indicator("support", measure=Measure.PERCENT, target=at_least(99))
    found = outlook(*(months(each, *(value(98, of="support"),) * 3) for each in DISTRICTS), by=percent)
    assert "by 1 percentage points (median)" in _said(found, Language.EN, percent)
