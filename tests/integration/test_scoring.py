"""Scoring on a real PostgreSQL: nothing is lost and nothing counts twice, whatever comes when."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from migrations.run import differences
from services.scoring.judging.model import Key, Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.handlers import UnjudgeableSubmission, UnsupportedPlan, judge_submissions
from services.scoring.progress.store import COLUMNS, Overtaken, ProgressStore
from services.scoring.tables import ProgressRow
from shared.events.vocabulary import Language, Method, Standing
from shared.wording.sentences import sentence
from tests.support.databases import DatabaseMaker
from tests.support.scoring import IN_TIME, Scoring, as_read, scoring_on
from tests.support.scoring_examples import (
    AGENCIES,
    PLAN,
    agency_registered,
    indicator,
    plan_published,
    submission_accepted,
)


@pytest.fixture
async def unknowing(make_database: DatabaseMaker) -> AsyncIterator[Scoring]:
    """Lend scoring before it has heard of any plan."""
    async with scoring_on(await make_database("scoring")) as scoring:
        yield scoring


@pytest.fixture
async def scoring(unknowing: Scoring) -> Scoring:
    """Lend scoring that knows the plan and its agencies."""
    await unknowing.learn(*map(agency_registered, AGENCIES), plan_published())
    return unknowing


async def plans_of(scoring: Scoring, connection: Any) -> Mapping[PlanVersion, Plan]:
    versions = await UnitOfWork(connection, cache=scoring.cache).reference.versions([PLAN])
    return {PlanVersion(each.id, each.version): each for each in versions}


async def test_the_migrated_database_is_what_the_tables_say(scoring: Scoring) -> None:
    assert await differences("scoring", scoring.database.url) == []
    assert list(COLUMNS) == list(ProgressRow.model_fields)


async def test_a_submission_is_judged_and_announced_with_all_it_was_judged_from(scoring: Scoring) -> None:
    filed = submission_accepted(edoc_exchange=40, oss_priority=60)
    await scoring.judge(filed)
    (event,) = await scoring.announced()
    assert (event.correlationid, event.causationid) == (filed.correlationid, str(filed.id))
    data = event.data
    assert (data.standing, data.sequence, data.is_closed) == (Standing.ON_TRACK, 1, False)
    assert data.filing is not None
    assert (data.filing.submission, data.filing.is_timely, data.filing.is_synthetic) == (
        filed.data.submission,
        True,
        True,
    )
    told = [sentence(each, progress=data, unit="%", language=Language.VI) for each in data.judgements]
    assert told == [
        "40 % / mục tiêu > 90 %, đến 31/03/2014 cần 22,19 %, bằng 1,8 lần mức cần: đúng tiến độ",
        "60 % / mục tiêu > 50 %: đạt",
    ]
    assert data.judgements[0].target == indicator("edoc-exchange").target
    assert data.changed_indicators == ("edoc-exchange", "oss-priority")


async def test_a_batch_announces_each_agency_once_by_its_highest_revision(scoring: Scoring) -> None:
    await scoring.judge(
        submission_accepted(revision=2, edoc_exchange=40, oss_priority=60),
        submission_accepted(AGENCIES[1], edoc_exchange=1, oss_priority=1),
        submission_accepted(revision=1, edoc_exchange=1, oss_priority=1),
    )
    assert await scoring.standings() == {
        (AGENCIES[0], "2014-03"): (2, "on_track"),
        (AGENCIES[1], "2014-03"): (1, "lagging"),
    }
    assert len(await scoring.announced()) == 2


async def test_an_older_revision_after_a_newer_one_is_ignored(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(revision=2, edoc_exchange=40, oss_priority=60))
    await scoring.judge(submission_accepted(revision=1, edoc_exchange=1, oss_priority=1))
    await scoring.judge(submission_accepted(revision=2, edoc_exchange=40, oss_priority=60))
    assert await scoring.standings() == {(AGENCIES[0], "2014-03"): (2, "on_track")}
    assert len(await scoring.announced()) == 1


async def test_two_processes_that_judge_the_same_agencies_at_once_lose_nothing(scoring: Scoring) -> None:
    def batch(revision: int) -> list[Any]:
        filed = [submission_accepted(agency, revision=revision, edoc_exchange=revision) for agency in AGENCIES]
        return filed if revision % 2 else filed[::-1]

    await asyncio.gather(*(scoring.judge_as_a_consumer_does(*batch(revision)) for revision in range(1, 9)))
    assert {revision for revision, _ in (await scoring.standings()).values()} == {8}
    for agency in AGENCIES:
        sequences = [event.data.sequence for event in await scoring.announced() if event.data.agency == agency]
        assert sequences == list(range(1, len(sequences) + 1)), "each announcement replaces the one before"


async def test_an_older_revision_that_waited_for_a_newer_one_to_commit_does_not_replace_it(scoring: Scoring) -> None:
    async with scoring.database.transaction() as connection:
        newer = as_read(submission_accepted(revision=2, edoc_exchange=40, oss_priority=60))
        await judge_submissions([newer], work=UnitOfWork(connection, cache=scoring.cache), now=IN_TIME)
        older = submission_accepted(revision=1, edoc_exchange=1)
        behind = asyncio.create_task(scoring.judge_as_a_consumer_does(older))
        await asyncio.sleep(0.3)
        assert not behind.done()
    await behind
    assert await scoring.standings() == {(AGENCIES[0], "2014-03"): (2, "on_track")}


async def test_who_was_overtaken_commits_nothing(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(revision=1, edoc_exchange=40))
    async with scoring.database.transaction() as connection:
        (known,) = (await ProgressStore(connection).load([Key(PLAN, AGENCIES[0], "2014-03")])).values()
    with pytest.raises(Overtaken):
        async with scoring.database.transaction() as connection:
            await ProgressStore(connection).save_and_announce([known], plans=await plans_of(scoring, connection))
    assert await scoring.standings() == {(AGENCIES[0], "2014-03"): (1, "awaited")}


async def test_what_was_rolled_back_is_saved_when_it_comes_again(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(revision=1, edoc_exchange=40))
    connection = await asyncpg.connect(scoring.database.url)
    try:
        store = ProgressStore(connection)
        for is_kept in (False, True, True):
            transaction = connection.transaction()
            await transaction.start()
            (known,) = (await store.load([Key(PLAN, AGENCIES[0], "2014-03")])).values()
            again = replace(known, sequence=known.sequence + 1)
            await store.save_and_announce([again], plans=await plans_of(scoring, connection))
            await (transaction.commit() if is_kept else transaction.rollback())
        assert await connection.fetchval("select sequence from current_progress") == 3
    finally:
        await connection.close()


async def test_a_submission_that_comes_before_its_plan_is_judged_when_the_plan_comes(unknowing: Scoring) -> None:
    await unknowing.judge(submission_accepted(edoc_exchange=40, oss_priority=60))
    await unknowing.judge(submission_accepted(edoc_exchange=40, oss_priority=60))
    assert await unknowing.standings() == {}
    await unknowing.learn(plan_published())
    assert await unknowing.standings() == {}, "its agency is not known yet"
    await unknowing.learn(*map(agency_registered, AGENCIES))
    assert await unknowing.standings() == {(AGENCIES[0], "2014-03"): (1, "on_track")}
    (event,) = await unknowing.announced()
    assert event.causationid == str(submission_accepted().id)


async def test_a_submission_waits_for_the_plan_version_it_was_accepted_under(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(plan_version=2, edoc_exchange=40, oss_priority=60))
    await scoring.close()
    assert (AGENCIES[0], "2014-03") not in await scoring.standings(), "who has filed is not missing"
    await scoring.learn(plan_published(version=2, indicators=(indicator("edoc-exchange", target=10),)))
    assert (await scoring.standings()).get((AGENCIES[0], "2014-03")) is None, "version 2 has no oss-priority"
    async with scoring.database.transaction() as connection:
        fault = await connection.fetchval("select fault from waiting_submission")
    assert fault == "plan lam-dong-2014 version 2 has no indicator oss-priority"


async def test_scores_keep_the_version_they_were_judged_by(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(edoc_exchange=40))
    await scoring.learn(
        plan_published(version=2, indicators=(indicator("edoc-exchange", target=10), indicator("oss-priority")))
    )
    assert len(await scoring.announced()) == 1
    await scoring.close()
    closed = {event.data.agency: event.data.plan_version for event in await scoring.announced()}
    assert closed == {AGENCIES[0]: 1, **dict.fromkeys(AGENCIES[1:], 2)}


async def test_a_submission_naming_what_its_plan_lacks_is_refused_with_the_reason(scoring: Scoring) -> None:
    with pytest.raises(UnjudgeableSubmission, match="has no period 2015-03"):
        await scoring.judge(submission_accepted(period="2015-03", edoc_exchange=40))


async def test_a_plan_that_measures_growth_from_nothing_is_refused_and_its_submissions_wait(unknowing: Scoring) -> None:
    paced = plan_published(indicators=(indicator("cif-3-9-1", method=Method.PACE),))
    with pytest.raises(UnsupportedPlan, match=r"lam-dong-2014 version 1: no baseline for cif-3-9-1 \(pace\)"):
        await unknowing.learn(*map(agency_registered, AGENCIES), paced)
    await unknowing.judge(submission_accepted(edoc_exchange=40))
    assert await unknowing.standings() == {}
