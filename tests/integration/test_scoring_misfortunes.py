"""What goes wrong around scoring and must cost nothing: bad neighbours, a database that is read-only, a wider table."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from aiokafka import ConsumerRecord

from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.handlers import judge_submissions, learn_reference
from shared.events.plans import AgencyRegistered
from shared.events.submissions import SubmissionEvent
from shared.events.vocabulary import AgencyKind
from tests.support.consuming import record, subscribed
from tests.support.databases import DatabaseMaker
from tests.support.scoring import IN_TIME, Scoring, scoring_on
from tests.support.scoring_examples import (
    AGENCIES,
    PUBLISHED_AT,
    agency_registered,
    indicator,
    plan_published,
    submission_accepted,
)
from tests.support.waiting import PATIENCE_SECONDS

IMPOSSIBLE_REVISION = 2**40


@pytest.fixture
async def scoring(make_database: DatabaseMaker) -> AsyncIterator[Scoring]:
    async with scoring_on(await make_database("scoring")) as lent:
        yield lent


def filed(revision: int = 1) -> list["ConsumerRecord[bytes, bytes]"]:
    return [record(submission_accepted(agency, revision=revision, edoc_exchange=40)) for agency in AGENCIES]


async def take(scoring: Scoring, records: "Sequence[ConsumerRecord[bytes, bytes]]") -> None:
    """Hand records to a subscriber; where it set one aside it would wait for Kafka, and the test fail."""

    async def apply(connection: Any, events: Sequence[SubmissionEvent]) -> None:
        await judge_submissions(events, work=UnitOfWork(connection, cache=scoring.cache), now=IN_TIME)

    async with asyncio.timeout(PATIENCE_SECONDS), subscribed(scoring.database, apply) as subscriber:
        await subscriber.take(records)


async def revisions(scoring: Scoring) -> dict[str, int]:
    async with scoring.database.transaction() as connection:
        rows = await connection.fetch("select agency, revision from current_progress")
    return {row["agency"]: row["revision"] for row in rows}


async def execute(scoring: Scoring, *statements: str) -> None:
    """Execute statements on a connection of its own, as an administrator would."""
    connection = await asyncpg.connect(scoring.database.url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_what_waited_is_released_in_more_than_one_batch(scoring: Scoring) -> None:
    await scoring.learn(*map(agency_registered, AGENCIES))
    for revision in (1, 2, 3):
        await scoring.judge(*(submission_accepted(each, revision=revision, edoc_exchange=40) for each in AGENCIES))
    async with scoring.database.transaction() as connection:
        work = UnitOfWork(connection, cache=scoring.cache)
        await learn_reference([plan_published()], work=work, now=IN_TIME, released_at_once=2)
    assert await revisions(scoring) == dict.fromkeys(AGENCIES, 3)


async def test_one_that_waits_and_cannot_be_judged_does_not_keep_its_plan_away(scoring: Scoring) -> None:
    early = submission_accepted(edoc_exchange=40)
    bad = early.model_copy(update={"data": early.data.model_copy(update={"revision": IMPOSSIBLE_REVISION})})
    await scoring.judge(bad, submission_accepted(AGENCIES[1], edoc_exchange=40))
    await scoring.learn(*map(agency_registered, AGENCIES), plan_published())
    assert await revisions(scoring) == {AGENCIES[1]: 1}
    async with scoring.database.transaction() as connection:
        faults = [row["fault"] for row in await connection.fetch("select fault from waiting_submission")]
    assert faults == [f"no submission has revision {IMPOSSIBLE_REVISION}"]


async def test_nothing_is_judged_by_a_plan_that_was_not_kept(scoring: Scoring) -> None:
    class RolledBack(Exception):
        pass

    await scoring.learn(*map(agency_registered, AGENCIES))
    await scoring.judge(submission_accepted(edoc_exchange=40))
    with suppress(RolledBack):
        async with scoring.database.transaction() as connection:
            await learn_reference([plan_published()], work=UnitOfWork(connection, cache=scoring.cache), now=IN_TIME)
            raise RolledBack
    await scoring.judge(submission_accepted(AGENCIES[1], edoc_exchange=40))
    assert await revisions(scoring) == {}
    await scoring.learn(plan_published())
    assert await revisions(scoring) == {AGENCIES[0]: 1, AGENCIES[1]: 1}


def commune(*, parent: str, month: int) -> AgencyRegistered:
    return agency_registered("xa-1", kind=AgencyKind.COMMUNE, parent=parent, time=PUBLISHED_AT.replace(month=month))


async def test_sums_follow_an_agency_whose_superior_is_registered_after_it(scoring: Scoring) -> None:
    owed = indicator("edoc-exchange").model_copy(update={"reported_by_kinds": (AgencyKind.COMMUNE,)})
    plan = plan_published(indicators=(owed,), agencies=("xa-1",))
    await scoring.learn(agency_registered("huyen-1"), commune(parent="huyen-1", month=1), plan)
    await scoring.judge(submission_accepted("xa-1", edoc_exchange=40))
    await scoring.learn(commune(parent="huyen-2", month=6))
    await scoring.learn(agency_registered("huyen-2", time=PUBLISHED_AT.replace(month=6)))
    await scoring.judge(submission_accepted("xa-1", revision=2, edoc_exchange=95))


async def test_a_read_only_database_is_waited_for(scoring: Scoring) -> None:
    await scoring.learn(*map(agency_registered, AGENCIES), plan_published())
    await scoring.database.close()
    name = scoring.database.url.partition("?")[0].rsplit("/", 1)[1]
    await execute(scoring, f'alter database "{name}" set default_transaction_read_only = on')
    await scoring.database.open()
    taking = asyncio.create_task(take(scoring, filed()))
    await asyncio.sleep(1)
    assert not taking.done()
    await execute(
        scoring,
        "set default_transaction_read_only = off",
        f'alter database "{name}" reset default_transaction_read_only',
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid()",
    )
    await taking
    assert await revisions(scoring) == dict.fromkeys(AGENCIES, 1)


@pytest.mark.parametrize("column", ["more text", "more int not null default 0"])
async def test_a_table_that_becomes_wider_meanwhile_costs_nothing(column: str, scoring: Scoring) -> None:
    await scoring.learn(*map(agency_registered, AGENCIES), plan_published())
    for revision in range(1, 9):  # the connection knows its statements by now
        await take(scoring, filed(revision)[:1])
    await execute(scoring, f"alter table progress add column {column}")
    await take(scoring, filed(9)[:1])
    await scoring.database.close()
    await scoring.database.open()
    await take(scoring, filed(10))
    assert await revisions(scoring) == dict.fromkeys(AGENCIES, 10)
