"""What a transaction announces goes out with it and in its order; what was applied once is not applied again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import column, table
from sqlmodel import select

from shared.events.envelope import attributes, event_id
from shared.events.plans import AgencyRegistered, AgencyRegisteredData
from shared.events.topics import KEYS, PROGRESS, REFERENCE
from shared.events.vocabulary import AgencyKind
from shared.runtime.auth.keys import issue
from shared.runtime.database import Database
from shared.runtime.kafka.inbox import seen
from shared.runtime.kafka.producer import KafkaAway, Producer, Record
from shared.runtime.kafka.topics import create_topics
from shared.runtime.outbox import RELAYED, Announcement, Relay, announce, announce_in
from tests.support import outboxes
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.keys import ISSUED_AT, PEPPER, key_changed
from tests.support.reading import partition_of
from tests.support.waiting import PATIENCE_SECONDS


class RolledBack(Exception):
    """Something else in the transaction went wrong."""


@pytest.fixture
async def database(make_database: DatabaseMaker) -> AsyncIterator[Database]:
    opened = Database(await make_database("scoring"))
    await opened.open()
    yield opened
    await opened.close()


def announcement(number: int, *, agency: str = "so-noi-vu") -> Announcement:
    data = AgencyRegisteredData(
        agency=agency,
        name_vi=str(number),
        name_en=str(number),
        kind=AgencyKind.DEPARTMENT,
        parent=None,
        staff=number,
        valid_from=datetime(2014, 1, 1, tzinfo=UTC).date(),
        valid_to=None,
        succeeded_by=None,
    )
    envelope = attributes(
        kind="agency.registered.v1",
        source="/test",
        subject=agency,
        time=datetime(2014, 1, 1, tzinfo=UTC),
        identity=event_id("test", agency, number),
        correlation="test",
    )
    return Announcement.of(REFERENCE, agency, AgencyRegistered(**envelope, data=data))


async def announced(database: Database, numbers: Sequence[int]) -> None:
    async with database.transaction() as connection:
        await announce(connection, [announcement(number) for number in numbers])


async def waiting(database: Database) -> int:
    async with database.transaction() as connection:
        count: int = await connection.fetchval("select count(*) from outbox")
        return count


@asynccontextmanager
async def admin_of(kafka: TestKafka) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def published(kafka: TestKafka, *, prefix: str, count: int) -> list[int]:
    """Return the numbers that stand in the topic, in its order."""
    found: list[int] = []
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        AIOKafkaConsumer(
            prefix + REFERENCE.name, bootstrap_servers=kafka.bootstrap_servers, auto_offset_reset="earliest"
        ) as reader,
    ):
        while len(found) < count:
            for records in (await reader.getmany(timeout_ms=300)).values():
                found += [int(AgencyRegistered.model_validate_json(record.value).data.name_en) for record in records]
    return found


async def test_what_is_rolled_back_was_never_announced(database: Database) -> None:
    with suppress(RolledBack):
        async with database.transaction() as connection:
            await announce(connection, [announcement(1)])
            raise RolledBack
    with suppress(RolledBack):
        async with database.session() as session:
            await announce_in(session, [announcement(1)])
            raise RolledBack
    assert await waiting(database) == 0


async def test_what_a_session_announces_goes_out_in_its_order(database: Database) -> None:
    async with database.session() as session:
        await announce_in(session, [])
        for first in (0, 100):
            await announce_in(session, [announcement(number) for number in range(first, first + 100)])
    async with database.transaction() as connection:
        records = await outboxes.waiting(connection)
    numbers = [int(AgencyRegistered.model_validate_json(record.value or b"").data.name_en) for record in records]
    assert numbers == list(range(200))
    assert records[0] == Record(REFERENCE.name, b"so-noi-vu", announcement(0).body, "agency.registered.v1")


async def test_an_error_of_a_session_is_told_as_that_of_a_connection_is(database: Database) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        async with database.session() as session:
            await session.exec(select(column("one")).select_from(table("nowhere")))


async def test_several_relays_publish_everything_once_and_in_order(database: Database, any_kafka: TestKafka) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    producer = Producer(any_kafka.bootstrap_servers, topic_prefix=prefix)
    relays = [Relay(service="test", database=database, producer=producer) for _ in range(3)]
    running = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        for number in range(0, 300, 3):
            await announced(database, range(number, number + 3))
            relays[number % 3].wake()
        assert await published(any_kafka, prefix=prefix, count=300) == list(range(300))
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await waiting(database):  # noqa: ASYNC110  the last acknowledgement is on its way
                await asyncio.sleep(0.05)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await producer.close()


async def test_relays_of_two_processes_take_turns(database: Database, any_kafka: TestKafka) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    producer = Producer(any_kafka.bootstrap_servers, topic_prefix=prefix)
    for first in range(0, 30_000, 500):
        await announced(database, range(first, first + 500))
    relays = [Relay(service=f"turn {number}", database=database, producer=producer) for number in range(2)]
    before = [_relayed(number) for number in range(2)]
    running = [asyncio.create_task(relay.run()) for relay in relays]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await waiting(database):  # noqa: ASYNC110  the last acknowledgement is on its way
                await asyncio.sleep(0.05)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await producer.close()
    shares = [_relayed(number) - was for number, was in enumerate(before)]
    assert sum(shares) >= 30_000
    assert min(shares) > 0, "each had turns; how many depends on how long a turn takes beside the other's patience"


def _relayed(number: int) -> float:
    relayed: float = RELAYED.labels(f"turn {number}")._value.get()
    return relayed


async def test_while_the_brokers_are_away_nothing_leaves_the_outbox(database: Database) -> None:
    await announced(database, [1, 2])
    producer = Producer("127.0.0.1:1")
    with pytest.raises(KafkaAway):
        await Relay(service="test", database=database, producer=producer).relay_once()
    assert await waiting(database) == 2
    await producer.close()


async def test_events_of_a_topic_with_more_partitions_than_its_map_says_go_where_their_keys_go(
    database: Database, any_kafka: TestKafka
) -> None:
    prefix, partitions = any_kafka.new_prefix(), PROGRESS.partitions + 2
    async with admin_of(any_kafka) as admin:
        await admin.create_topics(
            [NewTopic(name=prefix + PROGRESS.name, num_partitions=partitions, replication_factor=1)]
        )
    producer = Producer(any_kafka.bootstrap_servers, topic_prefix=prefix)
    bodies = [b'{"number":%d,"text":"%s"}' % (number, b"x" * 10_000) for number in range(900)]
    keys = [f"agency-{number % 30}" for number in range(900)]
    async with database.transaction() as connection:
        told = [Announcement(PROGRESS, key, "test", body) for key, body in zip(keys, bodies, strict=True)]
        await announce(connection, told)
    while await Relay(service="test", database=database, producer=producer).relay_once():
        pass
    found: dict[str, list[bytes]] = {}
    async with AIOKafkaConsumer(
        prefix + PROGRESS.name, bootstrap_servers=any_kafka.bootstrap_servers, auto_offset_reset="earliest"
    ) as reader:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while sum(map(len, found.values())) < len(bodies):
                for place, records in (await reader.getmany(timeout_ms=300)).items():
                    for record in records:
                        assert place.partition == partition_of(record.key, count=partitions)
                        found.setdefault(record.key.decode(), []).append(record.value)
    assert found == {key: [body for other, body in zip(keys, bodies, strict=True) if other == key] for key in keys}
    await producer.close()


async def test_a_revoked_key_does_not_wait_behind_a_backlog(make_database: DatabaseMaker, any_kafka: TestKafka) -> None:
    ingest, prefix = Database(await make_database("ingest")), any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    await ingest.open()
    producer = Producer(any_kafka.bootstrap_servers, topic_prefix=prefix)
    relay = Relay(service="ingest", database=ingest, producer=producer, first=KEYS)
    try:
        await announced(ingest, range(5_000))
        revoked = key_changed(issue(pepper=PEPPER), "so-noi-vu", revoked_at=ISSUED_AT)
        async with ingest.transaction() as connection:
            await announce(connection, [Announcement.of(KEYS, revoked.subject, revoked)])
        assert await relay.relay_once() == 1
        async with ingest.transaction() as connection:
            assert {row["topic"] for row in await connection.fetch("select distinct topic from outbox")} == {
                "reference"
            }
        while await relay.relay_once():
            pass
        assert await published(any_kafka, prefix=prefix, count=5_000) == list(range(5_000))
    finally:
        await producer.close()
        await ingest.close()


async def test_an_event_is_new_once(database: Database) -> None:
    ids = [uuid4() for _ in range(3)]
    assert await taken(database, [*ids, ids[0]]) == set(ids)
    assert await taken(database, ids) == set()
    another = uuid4()
    assert await taken(database, [*ids, another]) == {another}


async def test_what_was_rolled_back_is_new_again(database: Database) -> None:
    event = uuid4()
    with suppress(RolledBack):
        async with database.transaction() as connection:
            assert await seen(connection, [event]) == set()
            raise RolledBack
    assert await taken(database, [event]) == {event}


async def test_an_event_that_two_processes_read_at_once_is_new_to_one(database: Database) -> None:
    ids = [uuid4() for _ in range(50)]
    both = await asyncio.gather(taken(database, ids), taken(database, list(reversed(ids))))
    assert sorted(map(len, both)) == [0, 50]


async def taken(database: Database, ids: list[UUID]) -> set[UUID]:
    async with database.transaction() as connection:
        return set(ids) - await seen(connection, ids)
