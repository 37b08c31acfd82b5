"""What was filed is withdrawn and returned, on a real PostgreSQL: nothing counts of it, whatever comes when."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.handlers import judge_submissions
from shared.events.progress import ProgressChangedData
from shared.events.vocabulary import Ending, GrowthFrom, Method, Reason, Standing
from tests.support.databases import DatabaseMaker
from tests.support.scoring import AFTER_DUE, IN_TIME, Scoring, scoring_on
from tests.support.scoring_examples import (
    AGENCIES,
    agency_registered,
    indicator,
    plan_published,
    submission_accepted,
    submission_returned,
    submission_withdrawn,
)

FILED = submission_accepted(edoc_exchange=40, oss_priority=60)
CORRECTED = submission_accepted(revision=2, edoc_exchange=50, oss_priority=60)
GROWING = indicator("edoc-exchange", method=Method.PACE).model_copy(
    update={"growth_from": GrowthFrom.FIRST_OBSERVATION}
)


@pytest.fixture
async def unknowing(make_database: DatabaseMaker) -> AsyncIterator[Scoring]:
    """Lend scoring before it has heard of any plan."""
    async with scoring_on(await make_database("scoring")) as lent:
        yield lent


@pytest.fixture
async def scoring(unknowing: Scoring) -> Scoring:
    """Lend scoring that knows the plan and its agencies."""
    await unknowing.learn(*map(agency_registered, AGENCIES), plan_published())
    return unknowing


async def _now(scoring: Scoring, period: str = "2014-03") -> ProgressChangedData:
    """Return how the first agency stands, as announced last."""
    told = [event.data for event in await scoring.announced()]
    return next(each for each in reversed(told) if (each.agency, each.period) == (AGENCIES[0], period))


async def test_a_withdrawn_submission_counts_as_not_filed_before_and_after_its_due_date(scoring: Scoring) -> None:
    await scoring.judge(FILED)
    withdrawal = submission_withdrawn(FILED)
    await scoring.judge(withdrawal)
    awaited = (await scoring.announced())[-1]
    assert (awaited.causationid, awaited.correlationid) == (str(withdrawal.id), FILED.correlationid)
    assert (awaited.data.standing, awaited.data.filing) == (Standing.AWAITED, None)
    assert awaited.data.ended is not None
    assert (awaited.data.ended.ending, awaited.data.ended.reason) == (Ending.WITHDRAWN, "nhầm kỳ")
    await scoring.close()
    missing = await _now(scoring)
    assert (missing.standing, missing.sequence, missing.ended) == (Standing.MISSING, 3, awaited.data.ended)
    assert {each.reason for each in missing.judgements} == {Reason.WITHDRAWN}


async def test_a_returned_submission_is_missing_until_its_correction_comes(scoring: Scoring) -> None:
    await scoring.judge(FILED)
    await scoring.close()
    await scoring.judge(submission_returned(FILED), now=AFTER_DUE)
    assert {each.reason for each in (await _now(scoring)).judgements} == {Reason.RETURNED}
    await scoring.judge(CORRECTED, now=AFTER_DUE)
    corrected = await _now(scoring)
    assert (corrected.standing, corrected.previous_standing) == (Standing.ON_TRACK, Standing.MISSING)
    assert (corrected.filing is not None, corrected.ended) == (True, None)
    assert "ended" not in corrected.model_dump(mode="json")


async def test_a_withdrawal_that_comes_before_its_submission_wins(scoring: Scoring) -> None:
    await scoring.judge(submission_withdrawn(FILED))
    assert await scoring.standings() == {}, "nothing is seen of it yet"
    await scoring.judge(FILED)
    assert (await _now(scoring)).ended is not None
    assert await scoring.standings() == {(AGENCIES[0], "2014-03"): (0, "awaited")}


async def test_a_withdrawal_of_a_revision_not_known_yet_leaves_the_one_that_is(scoring: Scoring) -> None:
    await scoring.judge(FILED)
    await scoring.judge(submission_withdrawn(CORRECTED))
    assert await scoring.standings() == {(AGENCIES[0], "2014-03"): (1, "on_track")}
    await scoring.judge(CORRECTED)
    assert await scoring.standings() == {(AGENCIES[0], "2014-03"): (0, "awaited")}


async def test_a_withdrawal_waits_with_its_submission_for_their_plan(unknowing: Scoring) -> None:
    await unknowing.judge(FILED, submission_withdrawn(FILED))
    await unknowing.learn(*map(agency_registered, AGENCIES), plan_published())
    assert await unknowing.standings() == {(AGENCIES[0], "2014-03"): (0, "awaited")}


async def test_what_was_filed_and_withdrawn_in_one_batch_is_announced_once(scoring: Scoring) -> None:
    await scoring.judge(submission_withdrawn(CORRECTED), CORRECTED, FILED, submission_returned(FILED), CORRECTED)
    (event,) = await scoring.announced()
    assert (event.data.sequence, event.data.filing) == (1, None)
    assert event.data.ended is not None
    assert event.data.ended.revision == 2


async def test_of_a_withdrawal_and_a_return_the_first_is_told_in_any_order(scoring: Scoring) -> None:
    await scoring.judge(FILED)
    for ending in (submission_returned(FILED), submission_withdrawn(FILED), submission_returned(FILED)):
        await scoring.judge(ending)
    early = submission_accepted(AGENCIES[1], edoc_exchange=40)
    await scoring.judge(submission_returned(early), submission_withdrawn(early))
    await scoring.judge(early)
    told = {event.data.agency: event.data.ended for event in await scoring.announced()}
    assert {each.ending for each in told.values() if each} == {Ending.WITHDRAWN}


async def test_a_withdrawal_of_the_first_observation_is_announced_for_every_period_measured_from_it(
    unknowing: Scoring,
) -> None:
    await unknowing.learn(*map(agency_registered, AGENCIES), plan_published(indicators=(GROWING,)))
    filed = [submission_accepted(period=f"2014-0{month}", edoc_exchange=20 + month) for month in (1, 2, 3)]
    await unknowing.judge(*filed)
    await unknowing.judge(submission_withdrawn(filed[0]))
    second, third = await _now(unknowing, "2014-02"), await _now(unknowing)
    assert (second.sequence, second.judgements[0].reason) == (2, Reason.ONE_OBSERVATION)
    assert third.judgements[0].base is not None
    assert (third.sequence, int(third.judgements[0].base.value)) == (2, 22)


async def test_a_withdrawal_waits_for_its_submission_that_is_just_being_judged(scoring: Scoring) -> None:
    async with scoring.database.transaction() as connection:
        await judge_submissions([FILED], work=UnitOfWork(connection, cache=scoring.cache), now=IN_TIME)
        behind = asyncio.create_task(scoring.judge(submission_withdrawn(FILED)))
        await asyncio.sleep(0.3)
        assert not behind.done()
    await behind
    assert await scoring.standings() == {(AGENCIES[0], "2014-03"): (0, "awaited")}


async def test_a_submission_waits_for_its_withdrawal_that_is_just_being_kept(scoring: Scoring) -> None:
    async with scoring.database.transaction() as connection:
        withdrawal = submission_withdrawn(FILED)
        await judge_submissions([withdrawal], work=UnitOfWork(connection, cache=scoring.cache), now=IN_TIME)
        behind = asyncio.create_task(scoring.judge(FILED))
        await asyncio.sleep(0.3)
        assert not behind.done()
    await behind
    assert (await _now(scoring)).ended is not None
