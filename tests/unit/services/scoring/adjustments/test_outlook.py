"""Which targets are out of reach of most, and which all have long exceeded."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.adjustments.model import Level, Miss
from services.scoring.adjustments.outlook import ample, outlooks
from services.scoring.judging.bounds import bounds_of
from services.scoring.judging.model import Target
from shared.events.vocabulary import Adjustment, Comparison, Measure, Method, Reach
from tests.unit.services.scoring.examples import (
    DISTRICT,
    above,
    at_least,
    at_most,
    indicator,
    plan,
    share,
    target,
    value,
    yes,
)
from tests.unit.services.scoring.outlook_examples import (
    COUNT,
    DISTRICTS,
    INCIDENTS,
    MONTHS,
    SHARE,
    YES_NO,
    months,
    outlook,
    percents,
)

SLOW, QUICK = (10, 15, 20), (40, 50, 60)  # 65 % and 100 % or so at the year's end


def test_a_target_that_most_would_miss_is_out_of_reach() -> None:
    found = outlook(*(percents(each, *SLOW) for each in DISTRICTS[:3]), percents(DISTRICTS[3], *QUICK))
    assert found.adjustment is Adjustment.OUT_OF_REACH
    assert found.agencies(Reach.YES) == (DISTRICTS[3].id,)
    assert found.agencies(Reach.NO) == tuple(each.id for each in DISTRICTS[:3])
    assert (found.reported, found.ample_periods) == (4, 0)
    assert found.level == Level(Decimal(30), is_pooled=True)


def test_a_target_that_half_would_reach_is_not() -> None:
    found = outlook(
        *(percents(each, *SLOW) for each in DISTRICTS[:2]), *(percents(each, *QUICK) for each in DISTRICTS[2:])
    )
    assert (found.adjustment, found.count(Reach.YES), found.count(Reach.NO)) == (None, 2, 2)


def test_how_far_off_is_told_by_the_middle_and_the_worst_of_those_who_miss() -> None:
    found = outlook(
        percents(DISTRICTS[0], 10, 10, 10), percents(DISTRICTS[1], 50, 50, 50), percents(DISTRICTS[2], 70, 70, 70)
    )
    assert (found.median_shortfall, found.worst) == (Decimal(40), Miss(DISTRICTS[0].id, Decimal(80)))


def test_nobody_misses_where_nobody_does() -> None:
    found = outlook(percents(DISTRICTS[0], *QUICK))
    assert (found.median_shortfall, found.worst) == (None, None)


def test_a_minority_with_a_forecast_is_no_finding() -> None:
    slow = percents(DISTRICTS[0], *SLOW)
    few = [percents(each, 10, 15) for each in DISTRICTS[1:]]
    assert outlook(slow, *few).adjustment is None
    assert outlook(slow, *few).count(Reach.TOO_FEW_OBSERVATIONS) == 3
    assert outlook(slow, percents(DISTRICTS[1], *SLOW)).adjustment is Adjustment.OUT_OF_REACH


def test_a_target_that_all_passed_with_a_margin_three_times_in_a_row_is_long_exceeded() -> None:
    ample = [percents(each, 80, 95, 96, 97) for each in DISTRICTS]
    assert outlook(*ample, month=4).adjustment is Adjustment.LONG_EXCEEDED
    assert outlook(*ample, month=4).ample_periods == 3
    assert outlook(*ample, month=3).adjustment is None


@pytest.mark.parametrize("figures", [(95, 94, 96), (95, 96, 94)])
def test_one_agency_without_the_margin_breaks_the_row(figures: tuple[int, ...]) -> None:
    found = outlook(*(percents(each, 95, 96, 97) for each in DISTRICTS[1:]), percents(DISTRICTS[0], *figures))
    assert found.adjustment is None


def test_who_did_not_report_does_not_break_the_row_as_long_as_half_did() -> None:
    three = [percents(each, 95, None, 97) for each in DISTRICTS[:2]]
    assert outlook(*three, *(percents(each, 95, 96, 97) for each in DISTRICTS[2:])).ample_periods == 3
    assert outlook(*three, percents(DISTRICTS[2], 95, 96, 97)).ample_periods == 1


def test_what_most_would_miss_at_the_end_is_out_of_reach_though_it_was_long_exceeded() -> None:
    falling = [percents(each, 100, 98, 96) for each in DISTRICTS]
    found = outlook(*falling)
    assert (found.ample_periods, found.adjustment) == (3, Adjustment.OUT_OF_REACH)


def test_fewer_incidents_than_allowed_exceed_a_target_too() -> None:
    found = outlook(*(months(each, *(value(9, of="incidents"),) * 3) for each in DISTRICTS), by=INCIDENTS)
    assert (found.adjustment, found.ample) == (Adjustment.LONG_EXCEEDED, at_most(9))


def test_nothing_exceeds_a_hundred_percent() -> None:
    found = outlook(*(percents(each, 100, 100, 100) for each in DISTRICTS), by=indicator(target=at_least(100)))
    assert (found.ample, found.ample_periods, found.adjustment) == (None, 0, None)


def test_where_values_are_not_pooled_their_median_tells_the_level() -> None:
    found = outlook(
        *(months(each, value(number, of="support")) for number, each in enumerate(DISTRICTS)), by=COUNT, month=1
    )
    assert found.level == Level(Decimal("1.5"), is_pooled=False)


def test_a_share_is_pooled_by_what_stands_behind_it_and_nothing_has_no_level() -> None:
    found = outlook(months(DISTRICTS[0], share(1, 10)), months(DISTRICTS[1], share(90, 90)), month=1)
    assert found.level == Level(Decimal(91), is_pooled=True)
    assert outlook(months(DISTRICTS[0], share(0, 0)), month=1).level is None
    assert outlook(month=1).level is None


def test_a_no_is_no_miss_before_it_is_due() -> None:
    answers = [months(each, *(yes(answer=False, of="deployed"),) * 12) for each in DISTRICTS[:3]]
    answers.append(months(DISTRICTS[3], *(yes(answer=True, of="deployed"),) * 12))
    under_way, over = outlook(*answers, by=YES_NO, month=11), outlook(*answers, by=YES_NO, month=12)
    assert (under_way.adjustment, under_way.count(Reach.NO_PACE), under_way.level) == (None, 3, None)
    assert (over.adjustment, over.count(Reach.NO), over.worst) == (Adjustment.OUT_OF_REACH, 3, None)


def test_what_was_filed_for_a_later_period_is_not_looked_at() -> None:
    found = outlook(*(percents(each, 10, 15, 20, 99, 99, 99) for each in DISTRICTS))
    assert {each.observations for each in found.forecasts.values()} == {3}


def test_only_who_owes_the_indicator_in_the_period_is_counted() -> None:
    founded = replace(DISTRICTS[1], valid_from=date(2014, 3, 1))
    ceased = replace(DISTRICTS[2], valid_to=date(2014, 2, 15))
    found = outlook(*(percents(each, 95, 96, 97) for each in DISTRICTS[:3]), agencies=(DISTRICTS[0], founded, ceased))
    assert set(found.forecasts) == {DISTRICTS[0].id, founded.id}
    assert found.ample_periods == 3


def test_what_nobody_owes_has_an_outlook_of_nothing() -> None:
    found = outlook(by=indicator(reported_by_kinds=frozenset()))
    assert (found.forecasts, found.reported, found.adjustment) == ({}, 0, None)


def test_targets_come_in_the_plans_order_and_what_has_none_is_left_out() -> None:
    province = plan(COUNT, indicator("services", method=Method.NO_TARGET, target=None), SHARE, periods=MONTHS)
    found = outlooks(plan=province, period=MONTHS[0], agencies=[DISTRICT], filings=[])
    assert [each.indicator for each in found] == ["support", "edoc-exchange"]


SERIES = st.lists(st.none() | st.integers(0, 100), min_size=12, max_size=12)


@settings(max_examples=25, deadline=None)
@given(st.lists(SERIES, min_size=4, max_size=4), st.integers(1, 12), st.randoms(use_true_random=False))
def test_counts_and_levels_are_those_of_the_definition_in_any_order(
    series: list[list[int | None]], month: int, random: object
) -> None:
    filings = [each for agency, figures in zip(DISTRICTS, series, strict=True) for each in percents(agency, *figures)]
    found = outlook(filings, month=month)
    random.shuffle(filings)  # type: ignore[attr-defined]  # a random.Random, which rules must not import
    assert outlook(filings, month=month) == found
    assert sum(found.count(reach) for reach in Reach) == len(DISTRICTS)
    now = [figure for figures in series if (figure := figures[month - 1]) is not None]
    assert found.reported == len(now)
    assert found.level == (Level(Decimal(sum(now)) / len(now), is_pooled=True) if now else None)
    misses = [
        each.shortfall for each in found.forecasts.values() if each.reach is Reach.NO and each.shortfall is not None
    ]
    middle = median(map(Fraction, misses)) if misses else Fraction(0)
    assert abs(Fraction(found.median_shortfall or 0) - middle) < Fraction(1, 10**25)
    assert (found.worst.shortfall if found.worst else None) == max(misses, default=None)
    if month == 12:
        assert found.count(Reach.YES) >= sum(figure > 90 for figure in now)


@pytest.mark.parametrize(
    ("measure", "goal", "further"),
    [
        (Measure.SHARE, above(90), at_least(95)),  # half of what is left, less than a tenth of 90
        (Measure.SHARE, at_least(50), at_least(55)),
        (Measure.PERCENT, at_least(99), at_least("99.5")),
        (Measure.PERCENT, at_least(100), None),  # nothing is left
        (Measure.COUNT, at_least(4), at_least("4.4")),  # five, that is
        (Measure.COUNT, at_most(10), at_most(9)),
        (Measure.COUNT, at_most(0), None),
        (Measure.SHARE, target(Comparison.BELOW, 4), at_most("3.6")),
        (Measure.NUMBER, at_least(0), None),  # a tenth of nothing
        (Measure.NUMBER, at_least(-20), at_least(-18)),
        (Measure.NUMBER, at_most(-20), at_most(-22)),
        (Measure.YES_NO, at_least(1), None),
    ],
)
def test_a_target_is_exceeded_by_a_tenth_or_half_of_what_is_left(
    measure: Measure, goal: Target, further: Target | None
) -> None:
    assert ample(indicator(measure=measure), goal) == further


@settings(deadline=None)
@given(
    st.sampled_from(list(Measure)),
    st.sampled_from([above(0), at_most(0)]),
    st.decimals(0, 100, places=3),
)
def test_whoever_exceeds_a_target_meets_it_with_a_possible_value(measure: Measure, kind: Target, value: object) -> None:
    goal = replace(kind, value=value)  # type: ignore[arg-type]  # a Decimal
    further = ample(indicator(measure=measure), goal)
    if further is not None:
        assert goal.is_met_by(further.value)
        assert bounds_of(indicator(measure=measure)).clamped(further.value) == further.value
