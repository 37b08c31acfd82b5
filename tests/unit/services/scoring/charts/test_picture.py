"""The picture says what agencies reached together, whose figures that is held against, and how many stand how."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.scoring.charts.bars import Bar, bars_of
from services.scoring.charts.facts import Facts
from services.scoring.charts.picture import picture_of
from shared.events.vocabulary import Basis, Direction, Expectation, Language, Measure, Method, RollUp, Standing
from tests.unit.services.scoring.examples import (
    FIRST_QUARTER,
    WHOLE_YEAR,
    at_least,
    at_most,
    indicator,
    milestone,
    share,
    value,
    yes,
)
from tests.unit.services.scoring.picture_examples import DISTRICTS, facts, ratio

SHARE = indicator(roll_up=RollUp.POOLED)
DONE = indicator("done", roll_up=RollUp.SHARE_OF_YES, measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1))
INCIDENTS = indicator(
    "incidents",
    roll_up=RollUp.SUM,
    unit_vi="sự cố",
    unit_en="incidents",
    measure=Measure.COUNT,
    direction=Direction.DECREASING,
    target=at_most(0),
    basis=Basis.ASSUMED,
    expectation=Expectation.AT_ONCE,
)
PACED = indicator(
    "paced",
    unit_vi="",
    unit_en="",
    measure=Measure.NUMBER,
    method=Method.PACE,
    target=replace(at_least(200), on=date(2023, 12, 31)),
    baseline=milestone("2013-12-31", 100),
)


def bar(found: Facts, language: Language = Language.EN) -> Bar:
    return bars_of(found, language=language)[0]


def test_shares_of_agencies_are_pooled_and_judged_as_one_agencys_would_be() -> None:
    found = bar(facts(SHARE, filed=((share(1, 1),), (share(1, 9),))))
    assert (found.name, found.value, found.target, found.target_basis) == (
        "name of edoc-exchange",
        "20 %",
        "> 90 %",
        Basis.STATED,
    )
    assert (ratio(found.attainment), found.standing) == (Decimal("0.222222"), Standing.AT_RISK)
    assert (found.reported, found.owed) == (2, 3)


def test_what_is_expected_on_the_way_is_ours_and_at_the_plans_end_the_decisions() -> None:
    on_the_way = bar(facts(SHARE, filed=((share(1, 2),),)))
    assert (ratio(on_the_way.expected), on_the_way.expected_basis) == (Decimal("0.246575"), Basis.ASSUMED)
    at_the_end = bar(facts(SHARE, filed=((share(1, 2),),), period=WHOLE_YEAR))
    assert (at_the_end.expected, at_the_end.expected_basis) == (Decimal(1), Basis.STATED)


def test_a_target_of_yes_is_yes_by_every_agency() -> None:
    found = bar(facts(DONE, filed=((yes(answer=True, of="done"),),) * 3))
    assert (found.value, found.target, found.standing) == ("100 % of agencies", "≥ 100 % of agencies", Standing.MET)
    found = bar(
        facts(DONE, filed=((yes(answer=True, of="done"),), (yes(answer=False, of="done"),))),
        Language.VI,
    )
    assert (found.value, found.attainment, found.standing) == ("50 % cơ quan", Decimal("0.5"), Standing.ON_TRACK)


def test_what_the_silent_could_still_undo_is_not_met() -> None:
    said, none = (yes(answer=True, of="done"),), (value(0, of="incidents"),)
    assert bar(facts(DONE, filed=(said,) * 2, silent=1)).standing is Standing.MISSING
    assert bar(facts(INCIDENTS, filed=(none,) * 2, silent=1)).standing is Standing.MISSING
    assert bar(facts(INCIDENTS, filed=(none,) * 3)).standing is Standing.MET
    counted = replace(INCIDENTS, direction=Direction.INCREASING, target=at_least(4))
    assert bar(facts(counted, filed=((value(4, of="incidents"),),), silent=2)).standing is Standing.MET
    early = facts(DONE, filed=(said,) * 2)
    rows = [replace(each, is_closed=False) for each in early.progress]
    assert bar(replace(early, progress=rows)).standing is Standing.AWAITED


def test_milestones_and_baseline_of_a_yes_no_count_in_percent_of_agencies() -> None:
    stepped = replace(DONE, milestones=(milestone("2014-03-31", "0.25"),), baseline=milestone("2013-12-31", 0))
    answers = ((yes(answer=True, of="done"),), (yes(answer=False, of="done"),))
    found = bar(facts(stepped, filed=answers))
    assert (found.expected, found.expected_basis) == (Decimal("0.25"), Basis.ASSUMED)


def test_a_yes_no_without_a_target_is_still_asked_of_every_agency() -> None:
    found = bar(facts(replace(DONE, target=None), filed=((yes(answer=True, of="done"),),)))
    assert (found.target, found.target_due) == ("≥ 100 % of agencies", "")


def test_incidents_above_a_target_of_none_have_no_bar_and_lag() -> None:
    found = bar(facts(INCIDENTS, filed=((value(2, of="incidents"),), (value(3, of="incidents"),))))
    assert (found.value, found.target, found.attainment) == ("5 incidents", "≤ 0 incidents", Decimal(0))
    assert (found.standing, found.expected, found.expected_basis) == (
        Standing.LAGGING,
        Decimal(1),
        Basis.ASSUMED,
    )


def test_without_a_target_there_is_a_value_and_nothing_to_hold_it_against() -> None:
    services = replace(INCIDENTS, method=Method.NO_TARGET, target=None)
    found = bar(facts(services, filed=((value(7, of="incidents"),),) * 2))
    assert (found.value, found.target, found.target_basis, found.target_due) == ("14 incidents", "", None, "")
    assert (found.attainment, found.expected, found.expected_basis) == (None, None, None)


def test_growth_of_a_single_agency_is_its_own_and_the_target_says_by_when() -> None:
    found = bar(facts(PACED, filed=((value(110, of="paced"),),)))
    assert found.attainment is not None
    assert found.attainment > 1
    assert (found.target, found.target_due) == ("≥ 200", " by 2023-12-31")
    assert (found.expected, found.expected_basis) == (None, None)


def test_growth_of_several_agencies_is_measured_from_the_plans_baseline() -> None:
    found = bar(facts(PACED, filed=((value(90, of="paced"),), (value(100, of="paced"),))))
    assert (found.value, found.standing) == ("95", Standing.LAGGING)


def test_nothing_to_take_a_share_of_is_not_assessable() -> None:
    found = bar(facts(SHARE, filed=((share(0, 0),),)))
    assert (found.value, found.attainment, found.standing, found.reported) == ("–", None, Standing.NOT_ASSESSABLE, 1)


def test_what_nobody_reported_is_missing_once_it_is_overdue_and_awaited_before() -> None:
    assert bar(facts(SHARE, silent=3)).standing is Standing.MISSING
    assert bar(facts(SHARE)).standing is Standing.AWAITED


def test_means_are_weighted_by_staff() -> None:
    uptime = replace(INCIDENTS, roll_up=RollUp.MEAN_BY_STAFF, direction=Direction.INCREASING, target=at_least(99))
    filed = ((value(100, of="incidents"),), (value(90, of="incidents"),))
    staff = {DISTRICTS[0]: 90, DISTRICTS[1]: 10}
    assert bar(facts(uptime, filed=filed, staff=staff)).value == "99 incidents"


def test_columns_count_agencies_by_standing_up_to_the_period_and_await_who_is_not_heard_of() -> None:
    found = facts(
        SHARE,
        filed=((share(1, 100),),),
        period=WHOLE_YEAR,
        standings={FIRST_QUARTER.id: {DISTRICTS[0]: Standing.MET, DISTRICTS[1]: Standing.MISSING}},
    )
    first, last = picture_of(found, language=Language.VI).columns
    assert first.period == FIRST_QUARTER.id
    assert {each: count for each, count in first.agencies.items() if count} == {
        Standing.MET: 1,
        Standing.MISSING: 1,
        Standing.AWAITED: 1,
    }
    assert (last.period, last.agencies[Standing.AWAITED]) == (WHOLE_YEAR.id, 3)
    assert [column.period for column in picture_of(facts(SHARE), language=Language.VI).columns] == [FIRST_QUARTER.id]


def test_the_head_names_plan_period_and_moment_and_what_must_not_be_overlooked() -> None:
    found = facts(SHARE, filed=((share(1, 2),),), is_synthetic=True, is_rehearsal=True)
    picture = picture_of(found, language=Language.VI)
    assert picture.title == "Kế hoạch năm 2014: kỳ 2014-Q1"
    assert "01/01/2014 – 31/03/2014" in picture.subtitle
    assert picture.subtitle.endswith("số liệu tính đến 09:30 ngày 08/04/2014")
    assert picture.marks == ("SỐ LIỆU MÔ PHỎNG (synthetic)", "DIỄN TẬP (rehearsal)")


def test_real_figures_on_the_real_clock_carry_no_mark() -> None:
    picture = picture_of(facts(SHARE), language=Language.EN)
    assert (picture.marks, picture.subtitle.endswith("no data yet")) == ((), True)


def test_a_mean_weighted_by_staff_that_nobody_knows_is_no_value() -> None:
    uptime = replace(INCIDENTS, roll_up=RollUp.MEAN_BY_STAFF, direction=Direction.INCREASING, target=at_least(99))
    found = bar(facts(uptime, filed=((value(100, of="incidents"),),)))
    assert (found.value, found.standing, found.reported) == ("–", Standing.NOT_ASSESSABLE, 1)
