"""Examples that others published with their results are judged as they have them."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.scoring.judging.agency import judge
from services.scoring.judging.model import Indicator, Period
from shared.events.vocabulary import Direction, Expectation, Measure, Method, Reason, Standing
from tests.unit.services.scoring.examples import (
    WHOLE_YEAR,
    above,
    at_least,
    at_most,
    indicator,
    judged,
    milestone,
    plan,
    value,
    yes,
)

# ServiceNow, Goal Framework: green from 90 % of what was planned, yellow from 75 %, else red.
GREEN, YELLOW, RED = Standing.ON_TRACK, Standing.AT_RISK, Standing.LAGGING
GREEN_FROM, YELLOW_FROM = "0.90", "0.75"
ENDS = ("2014-03-31", "2014-06-30", "2014-09-30", "2014-12-31")


def quarter(ends: str) -> Period:
    ends_on = date.fromisoformat(ends) + timedelta(days=1)
    return replace(WHOLE_YEAR, id=ends, ends_on=ends_on, due_on=ends_on)


@pytest.mark.parametrize(
    ("actual", "percent", "colour"), [("220", 88, YELLOW), ("240", 96, GREEN), ("200", 80, YELLOW), ("230", 92, GREEN)]
)
def test_each_quarter_of_service_now_has_its_published_percentage_and_colour(
    actual: str, percent: int, colour: Standing
) -> None:
    quarterly = indicator(measure=Measure.COUNT, target=above(250), expectation=Expectation.AT_ONCE)
    found = judged(value(actual), quarterly, on_track=GREEN_FROM, at_risk=YELLOW_FROM)
    assert (found.pace_ratio, found.standing) == (Decimal(percent) / 100, colour)


@pytest.mark.parametrize(
    ("cumulative", "ends", "percent", "colour"),
    [
        ("220", ENDS[0], "88.0", YELLOW),
        ("480", ENDS[1], "96.0", GREEN),
        ("710", ENDS[2], "94.7", GREEN),
        ("968", ENDS[3], "96.8", GREEN),
    ],
)
def test_the_same_quarters_added_up_are_paced_by_what_was_planned_until_then(
    cumulative: str, ends: str, percent: str, colour: Standing
) -> None:
    planned = tuple(milestone(on, 250 * number) for number, on in enumerate(ENDS[:3], start=1))
    yearly = indicator(measure=Measure.COUNT, target=at_least(1000), milestones=planned)
    found = judged(value(cumulative), yearly, period=quarter(ends), on_track=GREEN_FROM, at_risk=YELLOW_FROM)
    assert found.pace_ratio is not None
    assert (round(found.pace_ratio * 100, 1), found.standing) == (Decimal(percent), colour)


def test_seven_hundred_of_a_thousand_is_red() -> None:
    found = judged(
        value(700), indicator(measure=Measure.COUNT, target=at_least(1000)), on_track=GREEN_FROM, at_risk=YELLOW_FROM
    )
    assert (found.pace_ratio, found.standing) == (Decimal("0.7"), RED)


def test_a_milestone_of_service_now_is_green_where_it_is_reached_and_red_where_not() -> None:
    reached = indicator(measure=Measure.YES_NO, method=Method.YES_NO, target=None)
    assert judged(yes(answer=True), reached).standing is Standing.MET
    assert judged(yes(answer=False), reached).standing is RED


@pytest.mark.parametrize("actual", [350 + 950, 950])  # of both periods together, and of the last alone
def test_an_indicator_of_tola_data_is_over_its_target_of_800(actual: int) -> None:
    rising = indicator(measure=Measure.COUNT, target=at_least(800))
    falling = replace(
        rising, direction=Direction.DECREASING, target=at_most(800), baseline=milestone("2013-12-31", 2000)
    )
    over = judged(value(actual), rising)
    assert (over.standing, over.attainment_ratio) == (Standing.MET, Decimal(actual) / 800)
    reversed_ = judged(value(actual), falling)
    assert reversed_.standing is not Standing.MET
    assert reversed_.attainment_ratio == pytest.approx(Decimal(800) / actual)
    assert judged(value(350), falling).standing is Standing.MET  # the first period, of 500


def test_the_tasks_of_quang_nam_are_done_in_time_or_overdue_as_the_province_counts_them() -> None:
    # Quảng Nam, 1 January to 6 July 2020: 833 tasks, of which 585 done, 67 in time and 181 overdue.
    until = Period("2020-07-06", date(2020, 1, 1), date(2020, 7, 7), date(2020, 7, 7))

    def judged_task(*, due: str, is_done: bool) -> tuple[Standing, Reason]:
        task = _task(date.fromisoformat(due))
        found = judge(
            plan=replace(plan(task, periods=[until]), starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1)),
            period=until,
            indicator=task,
            observation=yes(answer=is_done),
            has_filed=True,
            is_closed=True,
        )
        return found.standing, found.reason

    tasks = [("2020-06-30", True)] * 585 + [("2020-07-31", False)] * 67 + [("2020-07-06", False)] * 181
    counts = Counter(judged_task(due=due, is_done=is_done) for due, is_done in tasks)
    assert counts == {
        (Standing.MET, Reason.TARGET_MET): 585,
        (Standing.ON_TRACK, Reason.NOTHING_EXPECTED_YET): 67,
        (Standing.LAGGING, Reason.BY_PACE): 181,
    }
    assert counts.total() == 833


def _task(due: date) -> Indicator:
    """Return a task: nothing of it is expected the day before it is due, and all of it at that day's end."""
    eve = (due - timedelta(days=1)).isoformat()
    return indicator(
        measure=Measure.YES_NO,
        method=Method.YES_NO,
        target=replace(at_least(1), on=due),
        milestones=(milestone(eve, 0),),
    )
