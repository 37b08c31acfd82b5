"""What is not a record's fault waits, without limit and told; what is goes to the dead letters, and its key goes on."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.handlers import judge_submissions
from shared.events.submissions import SubmissionEvent
from shared.events.topics import SUBMISSIONS
from shared.runtime.database import Conflict, Database
from shared.runtime.kafka.dead_letters.store import DeadLetters
from shared.runtime.kafka.producer import Producer
from shared.runtime.kafka.topics import create_topics
from tests.support.brokers import TestKafka
from tests.support.consuming import Subscriber, record, subscribed
from tests.support.databases import DatabaseMaker
from tests.support.scoring import IN_TIME, Scoring, scoring_on
from tests.support.scoring_examples import AGENCIES, agency_registered, plan_published, submission_accepted
from tests.support.waiting import until

LIMITED: Final = "a-password-for-tests"
SETS_ASIDE_WITHIN_SECONDS: Final = 5.0


class Outage(NamedTuple):
    """How a database is made to refuse, how that is ended, and what is said meanwhile."""

    begin: Sequence[str]
    end: Sequence[str]
    said: str


OTHERS: Final = (
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
    " and pid <> pg_backend_pid()"
)
OUTAGES: Final = {
    "a table is renamed": Outage(
        ["alter table progress rename to elsewhere"],
        ["alter table elsewhere rename to progress"],
        "UndefinedTableError",
    ),
    "a column is renamed": Outage(
        ["alter table progress rename column standing to elsewhere"],
        ["alter table progress rename column elsewhere to standing"],
        "UndefinedColumnError",
    ),
    "a privilege is revoked": Outage(
        ["revoke all on progress from {role}"],
        ["grant all on progress to {role}"],
        "InsufficientPrivilegeError",
    ),
    "a table is locked": Outage(
        [
            "alter role {role} set lock_timeout = '200ms'",
            OTHERS,
            "begin",
            "lock table progress in access exclusive mode",
        ],
        ["commit", "alter role {role} reset lock_timeout", OTHERS],
        "LockNotAvailableError",
    ),
    "the database is read-only": Outage(
        ["alter role {role} set default_transaction_read_only = on", OTHERS],
        ["alter role {role} reset default_transaction_read_only", OTHERS],
        "ReadOnlySQLTransactionError",
    ),
    "connections are killed and refused": Outage(
        ["alter role {role} nologin", OTHERS],
        ["alter role {role} login"],
        "InvalidAuthorizationSpecificationError",
    ),
}


@pytest.fixture
async def scoring(make_database: DatabaseMaker) -> AsyncIterator[Scoring]:
    async with scoring_on(await make_database("scoring")) as lent:
        await lent.learn(*map(agency_registered, AGENCIES), plan_published())
        yield lent


async def judged(scoring: Scoring) -> set[str]:
    async with scoring.database.transaction() as connection:
        return {row["agency"] for row in await connection.fetch("select agency from current_progress")}


@asynccontextmanager
async def limited_role(url: str) -> AsyncIterator[tuple[str, asyncpg.Connection]]:
    """Lend a role that may do what a service may and no more, and the administrator's connection."""
    role = f"limited_{uuid4().hex[:8]}"
    administrator = await asyncpg.connect(url)
    try:
        await administrator.execute(f"create role {role} login password '{LIMITED}'")
        for kind in ("tables", "sequences"):
            await administrator.execute(f"grant all on all {kind} in schema public to {role}")
        await administrator.execute(f'grant temporary on database "{urlsplit(url).path[1:]}" to {role}')
        yield role, administrator
        await administrator.execute(f"drop owned by {role}")
        await administrator.execute(f"drop role {role}")
    finally:
        await administrator.close()


def url_as(role: str, url: str) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{LIMITED}@{place}").geturl()


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES.keys())
async def test_what_a_database_refuses_waits_and_is_not_set_aside(outage: Outage, scoring: Scoring) -> None:
    async with limited_role(scoring.database.url) as (role, administrator):
        database = Database(url_as(role, scoring.database.url))
        await database.open()
        try:

            async def apply(connection: Any, events: Sequence[SubmissionEvent]) -> None:
                await judge_submissions(events, work=UnitOfWork(connection, cache={}), now=IN_TIME)

            async with subscribed(database, apply) as subscriber:
                await subscriber.take([record(submission_accepted(AGENCIES[0], edoc_exchange=40))])
                assert subscriber.outage.fault() is None

                for statement in outage.begin:
                    await administrator.execute(statement.format(role=role))
                filed = [record(submission_accepted(each, edoc_exchange=40)) for each in AGENCIES[1:]]
                taking = asyncio.create_task(subscriber.take(filed))
                try:
                    await until(is_told(subscriber, outage.said), f"{outage.said} is told", within_seconds=20)
                    assert not taking.done()
                finally:
                    for statement in outage.end:
                        await administrator.execute(statement.format(role=role))
                async with asyncio.timeout(30):
                    await taking
                assert subscriber.outage.fault() is None
            assert await judged(scoring) == set(AGENCIES)
        finally:
            await database.close()


def is_told(subscriber: Subscriber, said: str) -> Callable[[], Awaitable[bool]]:
    async def told() -> bool:
        return said in (subscriber.outage.fault() or "")

    return told


async def test_a_handler_that_fails_on_one_event_is_tried_thrice_and_then_goes_on_without_it(
    scoring: Scoring, any_kafka: TestKafka
) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    producer = Producer(any_kafka.bootstrap_servers, topic_prefix=prefix)
    poison, sizes = AGENCIES[2], list[int]()

    async def apply(connection: Any, events: Sequence[SubmissionEvent]) -> None:
        sizes.append(len(events))
        for event in events:
            if event.data.agency == poison and event.data.revision == 1:
                raise KeyError("a bug")
        await judge_submissions(events, work=UnitOfWork(connection, cache={}), now=IN_TIME)

    filed = [submission_accepted(each, edoc_exchange=40) for each in AGENCIES[:4]]
    filed.append(submission_accepted(poison, revision=2, edoc_exchange=50))
    began_at = time.monotonic()
    records = [record(event, offset=number, prefix=prefix) for number, event in enumerate(filed)]
    async with subscribed(scoring.database, apply, producer=producer) as subscriber:
        await subscriber.take(records)
    assert time.monotonic() - began_at < SETS_ASIDE_WITHIN_SECONDS
    await producer.close()

    assert sizes == [5, 5, 5, 2, 3, 1, 2]
    assert await judged(scoring) == set(AGENCIES[:4]), "its key goes on"
    dead_letters = await DeadLetters(SUBMISSIONS, bootstrap_servers=any_kafka.bootstrap_servers, prefix=prefix).all()
    assert [(each.offset, each.record.value, each.headers) for each in dead_letters] == [
        (2, filed[2].to_bytes(), [("trace", b"\xff\xfe")])
    ]
    assert dead_letters[0].reason == "could not be applied: KeyError: 'a bug'"


async def test_a_value_that_does_not_fit_its_column_is_set_aside(scoring: Scoring) -> None:
    async def apply(connection: Any, _: Sequence[SubmissionEvent]) -> None:
        await connection.fetchval("select $1::int", 2**40)

    async with subscribed(scoring.database, apply) as subscriber:
        with suppress(TimeoutError):
            async with asyncio.timeout(5):  # without a broker, what is set aside waits for one
                await subscriber.take([record(submission_accepted(AGENCIES[0]))])
    assert "KafkaAway" in (subscriber.outage.fault() or "")


async def test_who_was_overtaken_tries_again_and_is_not_set_aside(scoring: Scoring) -> None:
    tries = 0

    async def apply(_: Any, __: Sequence[SubmissionEvent]) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Conflict("1 of 1 was changed by another process first")

    async with subscribed(scoring.database, apply) as subscriber, asyncio.timeout(SETS_ASIDE_WITHIN_SECONDS):
        await subscriber.take([record(submission_accepted(AGENCIES[0]))])
    assert tries == 3


async def test_one_that_is_overtaken_for_ever_does_not_stand_still_for_ever(
    scoring: Scoring, any_kafka: TestKafka
) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    producer = Producer(any_kafka.bootstrap_servers, topic_prefix=prefix)

    async def apply(_: Any, __: Sequence[SubmissionEvent]) -> None:
        raise Conflict("2 of 2 were changed by another process first")

    records = [record(submission_accepted(AGENCIES[0]), prefix=prefix)]
    async with (
        subscribed(scoring.database, apply, producer=producer) as subscriber,
        asyncio.timeout(SETS_ASIDE_WITHIN_SECONDS),
    ):
        await subscriber.take(records)
    await producer.close()
    (dead_letter,) = await DeadLetters(SUBMISSIONS, bootstrap_servers=any_kafka.bootstrap_servers, prefix=prefix).all()
    assert "changed by another process first" in dead_letter.reason
