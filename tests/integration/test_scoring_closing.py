"""Periods close once their due date has passed, and say who has not filed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from services.scoring.adjustments.schedule import AnnouncementSchedule
from services.scoring.periods.handlers import close_periods
from services.scoring.periods.schedule import Closing
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.handlers import judge_submissions
from services.scoring.republishing import republish
from shared.events.adjustments import OutlookChanged
from shared.events.rollups import RollUpChanged
from shared.events.vocabulary import Reach, Standing
from shared.runtime.clock import SteppedClock
from shared.runtime.kafka.producer import KafkaAway
from tests.support.databases import DatabaseMaker
from tests.support.scoring import AFTER_DUE, IN_TIME, Scoring, scoring_on
from tests.support.scoring_examples import AGENCIES, agency_registered, at, plan_published, submission_accepted
from tests.support.waiting import PATIENCE_SECONDS


@pytest.fixture
async def scoring(make_database: DatabaseMaker) -> AsyncIterator[Scoring]:
    """Lend scoring that knows the plan and its agencies."""
    async with scoring_on(await make_database("scoring")) as lent:
        await lent.learn(*map(agency_registered, AGENCIES), plan_published())
        yield lent


async def test_a_silent_agency_is_missing_the_day_after_its_due_date(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(edoc_exchange=40, oss_priority=60))
    await scoring.close(at("2014-02-11T00:00"))
    before = len(await scoring.announced())
    await scoring.close(at("2014-04-08T23:59"))
    assert (AGENCIES[1], "2014-03") not in await scoring.standings()
    await scoring.close(at("2014-04-09T00:00"))
    standings = await scoring.standings()
    assert {standings[agency, "2014-03"] for agency in AGENCIES[1:]} == {(0, "missing")}
    assert standings[AGENCIES[0], "2014-03"] == (1, "on_track")
    missing = (await scoring.announced())[before + len(AGENCIES) :]  # after those of February
    assert {event.data.period for event in missing} == {"2014-03"}
    assert {event.data.standing for event in missing} == {Standing.MISSING}
    assert {(event.data.is_closed, event.data.filing) for event in missing} == {(True, None)}


async def test_a_partial_submission_is_judged_again_when_its_period_closes(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(edoc_exchange=40))
    await scoring.close()
    first, second = [
        event.data
        for event in await scoring.announced()
        if (event.data.agency, event.data.period) == (AGENCIES[0], "2014-03")
    ]
    assert (first.standing, second.standing) == (Standing.AWAITED, Standing.MISSING)
    assert (second.changed_indicators, second.previous_standing) == (("oss-priority",), Standing.AWAITED)


async def test_two_clocks_close_a_period_once(scoring: Scoring) -> None:
    await asyncio.gather(*(scoring.close() for _ in range(4)))
    await scoring.close()
    announced = [(event.data.agency, event.data.period) for event in await scoring.announced()]
    assert len(announced) == len(set(announced)) == 3 * len(AGENCIES)


async def test_closing_waits_for_a_submission_that_is_just_being_judged(scoring: Scoring) -> None:
    async with scoring.database.transaction() as connection:
        filed = submission_accepted(edoc_exchange=40, oss_priority=60)
        await judge_submissions([filed], work=UnitOfWork(connection, cache=scoring.cache), now=IN_TIME)
        closing = asyncio.create_task(scoring.close())
        await asyncio.sleep(0.3)
        assert not closing.done()
    await closing
    assert (await scoring.standings())[AGENCIES[0], "2014-03"] == (1, "on_track")
    assert len(await scoring.announced()) == 3 * len(AGENCIES), "it was never announced as missing"


async def test_the_years_of_a_plan_that_comes_late_are_closed_a_few_periods_at_a_time(scoring: Scoring) -> None:
    async with scoring.database.transaction() as connection:
        work = UnitOfWork(connection, cache=scoring.cache)
        assert await close_periods(work=work, now=at("2026-11-23T09:00")) == 2
    await scoring.close(at("2026-11-23T09:00"))
    assert len(await scoring.standings()) == 12 * len(AGENCIES)


async def test_a_late_submission_replaces_missing(scoring: Scoring) -> None:
    await scoring.close()
    late = submission_accepted(filed_at=AFTER_DUE, edoc_exchange=40, oss_priority=60)
    await scoring.judge(late, now=AFTER_DUE)
    data = (await scoring.announced())[-1].data
    assert (data.standing, data.previous_standing, data.is_closed) == (Standing.ON_TRACK, Standing.MISSING, True)
    assert data.filing is not None
    assert not data.filing.is_timely


async def test_no_period_is_closed_over_submissions_that_are_still_to_be_judged(scoring: Scoring) -> None:
    assert not await scoring.close(is_worked_off=False)
    assert await scoring.standings() == {}


async def test_closing_goes_on_by_itself_once_kafka_answers_and_time_has_passed(scoring: Scoring) -> None:
    clock = SteppedClock(IN_TIME)
    answers = [True, False]
    is_kafka_away = [False, False, True]

    async def answer() -> bool:
        if is_kafka_away and is_kafka_away.pop():
            raise KafkaAway("away")
        return answers.pop() if answers else True

    closed = asyncio.Event()
    closing = Closing(
        database=scoring.database,
        clock=clock,
        work=partial(UnitOfWork, cache=scoring.cache),
        is_worked_off=answer,
        on_closed=closed.set,
        pause_seconds=0.01,
    )
    running = asyncio.create_task(closing.run())
    clock.advance_to(AFTER_DUE)
    await asyncio.wait_for(closed.wait(), PATIENCE_SECONDS)
    running.cancel()
    assert (await scoring.standings())[AGENCIES[0], "2014-01"] == (0, "missing")


async def test_closing_announces_what_all_agencies_reach_together(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(edoc_exchange=40, oss_priority=60))
    await scoring.close()
    told = {event.data.period: event.data for event in await scoring.told(RollUpChanged)}
    assert sorted(told) == ["2014-01", "2014-02", "2014-03"]
    march = told["2014-03"]
    assert (march.is_closed, march.owed, march.filed, march.on_time) == (True, len(AGENCIES), 1, 1)
    assert march.agencies[Standing.MISSING] == len(AGENCIES) - 1
    assert march.period_before == "2014-02"
    assert march.as_of == AFTER_DUE + timedelta(seconds=1), "to the second, after those closed a moment before"


def schedule_of(scoring: Scoring) -> AnnouncementSchedule:
    return AnnouncementSchedule(
        database=scoring.database,
        clock=SteppedClock(AFTER_DUE),
        work=partial(UnitOfWork, cache=scoring.cache),
        on_announced=lambda: None,
        pause_seconds=60,
    )


async def test_what_changes_after_the_closing_is_announced_once(scoring: Scoring) -> None:
    await scoring.close()
    schedule = schedule_of(scoring)
    before = len(await scoring.told(RollUpChanged))
    await schedule.announce()
    assert len(await scoring.told(RollUpChanged)) == before, "closing said it all"
    await scoring.judge(submission_accepted(filed_at=AFTER_DUE, edoc_exchange=40, oss_priority=60), now=AFTER_DUE)
    await schedule.announce()
    await schedule.announce()
    (late,) = (await scoring.told(RollUpChanged))[before:]
    assert (late.data.period, late.data.filed, late.data.on_time) == ("2014-03", 1, 0)
    await republish(scoring.database)
    await schedule.announce()
    again = [event.data for event in (await scoring.told(RollUpChanged))[before + 1 :]]
    assert [each.period for each in again] == ["2014-01", "2014-02", "2014-03"], "after a lost topic all are told anew"
    assert again[-1].filed == 1


async def test_how_targets_look_is_announced_as_a_period_closes_and_once_when_filings_change_it(
    scoring: Scoring,
) -> None:
    schedule = schedule_of(scoring)
    for month in ("2014-01", "2014-02", "2014-03"):
        await scoring.judge(submission_accepted(period=month, edoc_exchange=95, oss_priority=60))
    await schedule.announce()
    assert await scoring.told(OutlookChanged) == [], "nothing is closed, so nothing is told"
    await scoring.close()
    closed = (await scoring.told(OutlookChanged))[-1].data
    assert (closed.period, closed.plan_version) == ("2014-03", 1)
    assert AFTER_DUE <= closed.as_of < AFTER_DUE + timedelta(minutes=1), "the clock stands still"
    edoc = closed.outlooks[0]
    assert (edoc.indicator, edoc.reported, edoc.reaches[Reach.YES]) == ("edoc-exchange", 1, 1)
    before = len(await scoring.told(OutlookChanged))
    await schedule.announce()
    assert len(await scoring.told(OutlookChanged)) == before, "closing said it all"
    late = [
        submission_accepted(AGENCIES[1], period=each, edoc_exchange=10) for each in ("2014-01", "2014-02", "2014-03")
    ]
    await scoring.judge(*late, now=AFTER_DUE)
    await schedule.announce()
    await schedule.announce()
    (changed,) = (await scoring.told(OutlookChanged))[before:]
    assert (changed.data.outlooks[0].reported, changed.data.outlooks[0].reaches[Reach.NO]) == (2, 1)
    await scoring.judge(submission_accepted(period="2014-04", filed_at=AFTER_DUE, edoc_exchange=1), now=AFTER_DUE)
    await schedule.announce()
    assert len(await scoring.told(OutlookChanged)) == before + 1, "what is open says nothing of what is closed"
    await scoring.learn(plan_published(version=2))
    await schedule.announce()
    assert (await scoring.told(OutlookChanged))[-1].data.plan_version == 2
