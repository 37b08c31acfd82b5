"""What an indicator comes to if the latest pace holds, recomputed with fractions where figures are drawn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.adjustments.forecast import (
    Course,
    Forecast,
    Point,
    forecast,
    points_by_course,
    shortfall,
    theil_sen,
)
from services.scoring.judging.model import Indicator, Key, Period, Target
from shared.events.vocabulary import Comparison, Direction, Measure, Method, Reach, Standing
from tests.unit.services.scoring.examples import (
    FIRST_QUARTER,
    KEY,
    WHOLE_YEAR,
    above,
    at_least,
    at_most,
    filing,
    indicator,
    judged,
    plan,
    share,
    value,
    yes,
)

MONTHS = [date(2014, month, 1) for month in range(2, 13)] + [date(2015, 1, 1)]  # the first days after each month
NUMBER = indicator(measure=Measure.NUMBER, target=at_least(90))
COUNT = indicator(measure=Measure.COUNT, target=at_least(4))
INCIDENTS = indicator(measure=Measure.COUNT, direction=Direction.DECREASING, target=at_most(2))
YES_NO = indicator(measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1))


def points(*values: str | int) -> list[Point]:
    """Return a value for each month of the year from January on."""
    return [Point(at, Decimal(each)) for at, each in zip(MONTHS, values, strict=False)]


def forecast_of(*values: str | int, by: Indicator = NUMBER) -> Forecast:
    return forecast(indicator=by, points=points(*values), plan_ends_on=date(2015, 1, 1))


def naive_line(known: Sequence[Point]) -> tuple[Fraction, Fraction]:
    """Return slope and value at the earliest moment, by the definition and with exact fractions."""
    since = min(point.at for point in known)
    exact = [((point.at - since).days, Fraction(point.value)) for point in known]
    slope = median(
        (after[1] - before[1]) / (after[0] - before[0])
        for before, after in combinations(exact, 2)
        if after[0] != before[0]
    )
    return slope, median(y - slope * t for t, y in exact)


def test_values_on_a_line_go_on_along_it() -> None:
    known = [Point(date(2014, 1, 11), Decimal(10)), Point(date(2014, 1, 21), Decimal(20))]
    known.append(Point(date(2014, 1, 31), Decimal(30)))
    found = forecast(indicator=NUMBER, points=known, plan_ends_on=date(2014, 4, 1))
    assert (found.value_at_end, found.reach, found.shortfall) == (Decimal(90), Reach.YES, Decimal(0))


def test_one_stray_value_moves_neither_the_slope_nor_the_line() -> None:
    steady = [Point(date(2014, 1, 1) + timedelta(days=10 * step), Decimal(10 * step)) for step in range(6)]
    steady[3] = steady[3]._replace(value=Decimal(9000))
    line = theil_sen(steady)
    assert line is not None
    assert (line.slope, line.rise, line.since) == (Decimal(1), Decimal(0), date(2014, 1, 1))


def test_two_observations_are_too_few_and_the_third_is_enough() -> None:
    assert forecast_of(10, 20) == Forecast(Reach.TOO_FEW_OBSERVATIONS, observations=2)
    assert forecast_of(10, 20, 30).reach is Reach.YES


def test_three_values_of_one_moment_show_no_pace() -> None:
    known = points(10, 20)
    assert theil_sen([*known, known[0]._replace(value=Decimal(11))]) is None


def test_two_values_of_one_moment_are_no_pair() -> None:
    line = theil_sen([*points(10, 20, 30), Point(MONTHS[0], Decimal(10))])
    assert line is not None
    assert line.slope > 0


def test_a_line_that_leads_exactly_to_the_target_reaches_it_by_at_least_and_misses_it_by_above() -> None:
    # A third a day: no decimal has it, but after 3 more days it is a whole again.
    known = [Point(date(2014, 1, 1) + timedelta(days=step), Decimal(80 + part)) for step, part in ((0, 0), (3, 1))]
    known.append(Point(date(2014, 1, 10), Decimal(83)))
    reaches = forecast(indicator=NUMBER, points=known, plan_ends_on=date(2014, 1, 31))
    passes = forecast(indicator=replace(NUMBER, target=above(90)), points=known, plan_ends_on=date(2014, 1, 31))
    assert (reaches.value_at_end, reaches.reach, reaches.shortfall) == (Decimal(90), Reach.YES, Decimal(0))
    assert (passes.reach, passes.shortfall) == (Reach.NO, Decimal(0))


@pytest.mark.parametrize(
    ("target", "value", "lacking"),
    [
        (at_least(90), "81.5", "8.5"),
        (above(90), "95", "-5"),
        (at_most(2), "7", "5"),
        (Target(Comparison.BELOW, Decimal(2)), "0.5", "-1.5"),
    ],
)
def test_a_shortfall_is_positive_on_the_side_that_misses(target: Target, value: str, lacking: str) -> None:
    assert shortfall(target, Decimal(value)) == Decimal(lacking)


def test_a_share_ends_at_a_hundred_percent_and_at_nothing() -> None:
    rising, falling = forecast_of(50, 70, 90, by=indicator()), forecast_of(50, 30, 10, by=indicator())
    assert (rising.value_at_end, rising.reach, rising.shortfall) == (Decimal(100), Reach.YES, Decimal(-10))
    assert (falling.value_at_end, falling.reach, falling.shortfall) == (Decimal(0), Reach.NO, Decimal(90))
    assert forecast_of(50, 70, 90, by=indicator(measure=Measure.PERCENT)).value_at_end == 100


def test_a_count_does_not_end_below_nothing_but_beyond_any_number() -> None:
    assert forecast_of(9, 5, 1, by=INCIDENTS).value_at_end == 0
    assert forecast_of(9, 5, 1, by=INCIDENTS).shortfall == -2
    rising = forecast_of(0, 1000, 2000, by=COUNT).value_at_end
    assert rising is not None
    assert rising > 10_000


def test_a_number_may_end_below_nothing() -> None:
    falling = forecast_of(9, 5, 1).value_at_end
    assert falling is not None
    assert falling < 0


def test_what_has_no_target_is_foreseen_and_not_judged() -> None:
    found = forecast_of(1, 2, 3, by=indicator(measure=Measure.NUMBER, method=Method.NO_TARGET, target=None))
    assert found.reach is Reach.NO_TARGET
    assert (found.value_at_end is not None, found.value_when_due, found.shortfall) == (True, None, None)


def test_at_the_plans_end_what_was_observed_decides_and_no_line() -> None:
    found = forecast_of(*range(40, 51), 95)
    assert (found.value_at_end, found.reach) == (Decimal(95), Reach.YES)
    assert forecast_of(*range(80, 91), 50).reach is Reach.NO


def test_one_observation_at_the_end_is_enough() -> None:
    found = forecast(
        indicator=indicator(), points=[Point(date(2015, 1, 1), Decimal(90))], plan_ends_on=date(2015, 1, 1)
    )
    assert (found.reach, found.shortfall, found.observations) == (Reach.NO, Decimal(0), 1)


@pytest.mark.parametrize(
    ("on", "values", "reach", "when_due"),
    [
        (date(2014, 6, 30), (10, 20, 30), Reach.NO, None),  # due before the plan's end, still to come
        (date(2014, 3, 31), (70, 80, 90, 95), Reach.YES, 90),  # by the first value then
        (date(2014, 3, 15), (70, 80, 90, 95), Reach.YES, 90),  # within a period: by what it ends with
        (date(2014, 2, 28), (70, 80, 95), Reach.NO, 80),  # reached, but too late
        (date(2014, 2, 28), (70, 80), Reach.NO, 80),  # what has been seen needs no third observation
        (date(2020, 12, 31), (10, 11, 12), Reach.YES, None),  # after the plan's end, at that pace
    ],
)
def test_a_target_with_its_own_day_is_asked_for_then(
    on: date, values: tuple[int, ...], reach: Reach, when_due: int | None
) -> None:
    found = forecast_of(*values, by=replace(NUMBER, target=replace(at_least(90), on=on)))
    assert found.reach is reach
    if when_due is not None:
        assert found.value_when_due == when_due


def test_the_plans_end_is_foreseen_beside_a_target_of_another_day() -> None:
    found = forecast_of(10, 20, 30, by=replace(NUMBER, target=replace(at_least(90), on=date(2014, 6, 30))))
    assert found.value_at_end is not None
    assert found.value_when_due is not None
    assert found.value_at_end > found.value_when_due


@pytest.mark.parametrize(
    ("answers", "on", "reach"),
    [
        ((), None, Reach.TOO_FEW_OBSERVATIONS),
        ((1,), None, Reach.YES),
        ((1, 0), None, Reach.NO_PACE),  # a no can be a yes tomorrow
        ((0, 0, 0, 0), None, Reach.NO_PACE),
        ((0, 1), date(2014, 1, 31), Reach.NO),  # the answer when it was due
        ((1, 0), date(2014, 1, 31), Reach.YES),
        ((0,) * 12, None, Reach.NO),
    ],
)
def test_a_yes_reaches_its_target_and_a_no_misses_it_once_it_is_due(
    answers: tuple[int, ...], on: date | None, reach: Reach
) -> None:
    found = forecast_of(*answers, by=replace(YES_NO, target=replace(at_least(1), on=on)))
    is_over = len(answers) == len(MONTHS) or on is not None
    assert found == Forecast(reach, observations=len(answers), is_observed=is_over)


def test_points_are_what_was_observed_up_to_a_period_and_known_to_the_plan() -> None:
    second = Period("2014-H1", date(2014, 1, 1), date(2014, 7, 1), date(2014, 7, 8))
    half = plan(indicator(), YES_NO_BESIDE, periods=(WHOLE_YEAR, second, FIRST_QUARTER))

    def by(period: str) -> Key:
        return KEY._replace(period=period)

    filings = [
        filing(share(80, 100), key=by(WHOLE_YEAR.id)),
        filing(share(60, 100), yes(answer=True, of="deployed"), key=by(second.id)),
        filing(share(0, 0), key=by(FIRST_QUARTER.id)),
        filing(share(40, 100), value(1, of="of-another-version"), key=KEY._replace(agency="ubnd-xa-lat")),
        filing(share(1, 100), key=by("1999")),
    ]
    assert points_by_course(filings, plan=half, until=second) == {
        Course(KEY.agency, "edoc-exchange"): (Point(date(2014, 7, 1), Decimal(60)),),
        Course(KEY.agency, "deployed"): (Point(date(2014, 7, 1), Decimal(1)),),
        Course("ubnd-xa-lat", "edoc-exchange"): (Point(date(2014, 4, 1), Decimal(40)),),
    }


YES_NO_BESIDE = replace(YES_NO, id="deployed")
VALUES = st.decimals(-10_000, 10_000, places=6)
POINTS = st.lists(
    st.builds(Point, st.dates(date(2014, 1, 1), date(2016, 12, 31)), VALUES),
    min_size=3,
    max_size=14,
    unique_by=lambda point: point.at,
)
NEARLY = Decimal("1e-20")


@settings(deadline=None)
@given(POINTS)
def test_the_line_is_that_of_the_definition(known: list[Point]) -> None:
    line = theil_sen(known)
    slope, rise = naive_line(known)
    assert line is not None
    assert abs(Fraction(line.slope) - slope) < Fraction(1, 10**40)
    assert abs(Fraction(line.rise) - rise) < Fraction(1, 10**35)


@settings(deadline=None)
@given(POINTS, st.sampled_from([at_least(90), above(90), at_most(90)]), st.sampled_from(list(Measure)[:4]))
def test_a_forecast_is_that_of_the_definition(known: list[Point], target: Target, measure: Measure) -> None:
    ends_on = date(2017, 6, 1)
    found = forecast(indicator=indicator(measure=measure, target=target), points=known, plan_ends_on=ends_on)
    slope, rise = naive_line(known)
    exact = rise + slope * (ends_on - min(point.at for point in known)).days
    if measure is not Measure.NUMBER:
        exact = max(exact, Fraction(0))
    if measure in {Measure.SHARE, Measure.PERCENT}:
        exact = min(exact, Fraction(100))
    assert found.value_at_end is not None
    assert abs(Fraction(found.value_at_end) - exact) <= abs(exact) / 10**26
    lacking = (exact - 90) if target.comparison is Comparison.AT_MOST else (90 - exact)
    if lacking:  # by less than the digits kept it is as good as on the target
        assert (found.reach is Reach.YES) == (lacking < 0) or abs(lacking) < Fraction(1, 10**20)


@settings(deadline=None)
@given(POINTS, st.randoms(use_true_random=False))
def test_the_order_of_observations_makes_no_difference(known: list[Point], random: object) -> None:
    shuffled = list(known)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random, which rules must not import
    both = [forecast(indicator=NUMBER, points=each, plan_ends_on=date(2017, 1, 1)) for each in (known, shuffled)]
    assert both[0] == both[1]


@settings(deadline=None)
@given(POINTS, VALUES, st.integers(-2000, 2000))
def test_what_is_moved_in_value_or_time_is_foreseen_moved_as_far(known: list[Point], up: Decimal, on: int) -> None:
    later = timedelta(days=on)
    moved = [Point(point.at + later, point.value + up) for point in known]
    here, there = theil_sen(known), theil_sen(moved)
    assert here is not None
    assert there is not None
    assert there.slope == here.slope
    assert there.since == here.since + later
    end = date(2017, 6, 1)
    assert abs(there.at(end + later) - here.at(end) - up) < NEARLY


@settings(deadline=None)
@given(POINTS, st.integers(1, 1000))
def test_what_is_measured_in_another_unit_is_foreseen_in_it(known: list[Point], factor: int) -> None:
    here = theil_sen(known)
    there = theil_sen([point._replace(value=point.value * -factor) for point in known])
    assert here is not None
    assert there is not None
    assert abs(there.slope + here.slope * factor) < NEARLY
    assert abs(there.rise + here.rise * factor) < NEARLY


@settings(deadline=None)
@given(st.decimals(0, 100, places=3), st.integers(1, 1000))
def test_at_the_plans_end_reaching_is_being_met(percent: Decimal, whole: int) -> None:
    observation = share(str(percent * whole), 100 * whole)
    filings = [filing(observation, key=KEY._replace(period=WHOLE_YEAR.id))]
    known = points_by_course(filings, plan=plan(indicator()), until=WHOLE_YEAR)[Course(KEY.agency, "edoc-exchange")]
    found = forecast(indicator=indicator(), points=known, plan_ends_on=WHOLE_YEAR.ends_on)
    assert (found.reach is Reach.YES) == (judged(observation, indicator()).standing is Standing.MET)
