"""What readiness, metrics and log say of topics and groups, on a broker and a database that are real."""

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from prometheus_client import REGISTRY

from shared.events.keys import KeyChanged
from shared.events.topics import KEYS
from shared.runtime.auth.key_ring import keep_keys
from shared.runtime.auth.keys import issue
from shared.runtime.clock import SystemClock
from shared.runtime.database import Database
from shared.runtime.kafka.dead_letters.store import DeadLetters
from shared.runtime.kafka.health import KafkaHealth
from shared.runtime.kafka.member import members_of
from shared.runtime.kafka.producer import Producer, Record
from shared.runtime.kafka.topics import create_topics
from shared.runtime.process.service import Service
from tests.support.brokers import EMBEDDED, TestKafka
from tests.support.consuming import router_of
from tests.support.databases import DatabaseMaker
from tests.support.keys import PEPPER, key_changed
from tests.support.waiting import until

EXPELLED_SECONDS: Final = 14.0  # a group gives a member up that was silent for ten


class Reader:
    """A service that only keeps keys, on topics of its own."""

    def __init__(self, service: Service, *, prefix: str) -> None:
        self.service = service
        self.prefix = prefix
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.hangs_seconds = 0.0
        self.applied: list[str] = []

    @property
    def group(self) -> str:
        return self.service.members[0].group

    async def publish(self) -> str:
        """Publish a key and return its public part."""
        key = issue(pepper=PEPPER)
        assert self.service.producer is not None
        event = key_changed(key, "so-noi-vu")
        await self.service.producer.send_all([Record(KEYS.name, key.prefix.encode(), event.to_bytes(), event.type)])
        return key.prefix

    async def is_kept(self, prefix: str) -> bool:
        async with self.service.database.transaction() as connection:
            return bool(await connection.fetchval("select count(*) from api_key where prefix = $1", prefix))

    async def is_ready(self) -> bool:
        return not self.service.faults()

    async def is_told(self, said: str) -> bool:
        return any(said in fault for fault in self.service.faults())

    async def has_nothing_to_read(self) -> bool:
        return not self.service.members[0].subscriber.consumer.assignment()

    def metric(self, name: str, **labels: str) -> float:
        value = REGISTRY.get_sample_value(name, labels)
        return math.nan if value is None else value

    def lag(self) -> float:
        return self.metric("tiendo_consumer_lag", group=self.group, topic=self.prefix + KEYS.name, partition="0")


@asynccontextmanager
async def reading(
    bootstrap_servers: str, *, prefix: str, url: str, look_seconds: float = 3.0, stalled_seconds: float = 30.0
) -> AsyncIterator[Reader]:
    database = Database(url)
    await database.open()
    producer = Producer(bootstrap_servers, topic_prefix=prefix)
    lent: list[Reader] = []

    async def apply(connection: Any, events: Sequence[KeyChanged]) -> None:
        await lent[0].may_go_on.wait()
        seconds, lent[0].hangs_seconds = lent[0].hangs_seconds, 0.0
        time.sleep(seconds)  # noqa: ASYNC251  nothing else of the process may run meanwhile, its heartbeat neither
        await keep_keys(connection, events)
        lent[0].applied += [event.data.key for event in events]

    members = members_of(router_of(apply, topic=KEYS, group="keys"), database=database, producer=producer)
    service = Service(name="scoring", clock=SystemClock(), database=database, producer=producer, members=members)
    members[0].look_seconds, members[0].stalled_seconds = look_seconds, stalled_seconds
    lent.append(Reader(service, prefix=prefix))
    await service.start()
    try:
        yield lent[0]
    finally:
        lent[0].may_go_on.set()
        await service.stop()


@asynccontextmanager
async def administrator(kafka: TestKafka) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap_servers)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def test_a_topic_that_was_deleted_and_made_again_is_told_of_and_read_without_a_restart(
    any_kafka: TestKafka, make_database: DatabaseMaker
) -> None:
    if any_kafka.kind == EMBEDDED:
        pytest.skip("the embedded broker does not tell its members that a topic has gone")
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    async with (
        administrator(any_kafka) as admin,
        reading(any_kafka.bootstrap_servers, prefix=prefix, url=await make_database("scoring")) as reader,
    ):
        await until(reader.is_ready, "the service is ready")
        before = await reader.publish()
        await until(lambda: reader.is_kept(before), "a key is kept")

        await admin.delete_topics([prefix + KEYS.name])
        await until(
            lambda: reader.is_told(f"topics missing for 0 s: {prefix}{KEYS.name}"), "the missing topic is named"
        )
        await until(reader.has_nothing_to_read, "the member has lost the partition", within_seconds=40)
        await until(lambda: _is(math.isnan(reader.lag())), "no lag is told of a topic that is not there")
        assert not await reader.is_ready()

        await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
        after = await reader.publish()
        await until(lambda: reader.is_kept(after), "a key on the new topic is kept", within_seconds=40)
        await until(reader.is_ready, "the service is ready again", within_seconds=40)
        await until(lambda: _is(reader.lag() == 0), "nothing waits")


async def test_a_group_that_stands_still_is_told_of_and_measured(
    any_kafka: TestKafka, make_database: DatabaseMaker
) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    async with reading(
        any_kafka.bootstrap_servers,
        prefix=prefix,
        url=await make_database("scoring"),
        look_seconds=0.5,
        stalled_seconds=2.0,
    ) as reader:
        await until(reader.is_ready, "the service is ready")
        reader.may_go_on.clear()
        await reader.publish()
        waits = f"group {reader.group} stands still for"
        await until(lambda: reader.is_told(waits), "the group that stands still is named")
        (fault,) = reader.service.faults()
        assert f"1 records of {prefix}keys/0 wait" in fault
        assert reader.lag() == 1, "of one that nobody committed"
        assert reader.metric("tiendo_consumer_stalled_seconds", group=reader.group) > 2
        reader.may_go_on.set()
        await until(reader.is_ready, "the service is ready again")
        await until(lambda: _is(reader.lag() == 0), "nothing waits")
        assert reader.metric("tiendo_consumer_stalled_seconds", group=reader.group) == 0


async def test_a_service_whose_table_is_not_there_is_not_ready_and_sets_nothing_aside(
    any_kafka: TestKafka, make_database: DatabaseMaker
) -> None:
    prefix, url = any_kafka.new_prefix(), await make_database("scoring")
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    async with reading(any_kafka.bootstrap_servers, prefix=prefix, url=url) as reader:
        await until(reader.is_ready, "the service is ready")
        connection = await asyncpg.connect(url)
        try:
            await connection.execute("alter table api_key rename to elsewhere")
            published = [await reader.publish() for _ in range(20)]
            waits = f"group {reader.group} waits for"
            await until(lambda: reader.is_told(waits), "the group that waits is named")
            assert await reader.is_told('UndefinedTableError: relation "api_key" does not exist')
            await connection.execute("alter table elsewhere rename to api_key")
        finally:
            await connection.close()
        for each in published:
            await until(partial(reader.is_kept, each), "each key is kept")
        await until(reader.is_ready, "the service is ready again")
        dead_letters = DeadLetters(KEYS, bootstrap_servers=any_kafka.bootstrap_servers, prefix=prefix)
        assert await dead_letters.all() == []


async def test_a_member_that_was_given_up_for_dead_joins_again_and_applies_nothing_twice(
    any_kafka: TestKafka, make_database: DatabaseMaker
) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    async with reading(any_kafka.bootstrap_servers, prefix=prefix, url=await make_database("scoring")) as reader:
        await until(reader.is_ready, "the service is ready")
        reader.hangs_seconds = EXPELLED_SECONDS  # as a process that is paused does: its offsets are refused afterwards
        during = await reader.publish()
        await until(partial(reader.is_kept, during), "what was under way is kept")
        after = [await reader.publish() for _ in range(5)]
        for each in after:
            await until(partial(reader.is_kept, each), "what came afterwards is kept")
        await until(lambda: _is(reader.lag() == 0), "its offsets are taken again")
        await until(reader.is_ready, "the service is ready again")
        assert Counter(reader.applied) == Counter([during, *after]), "nothing was applied twice"


async def _is(truth: bool) -> bool:  # noqa: FBT001  what is waited for
    return truth


async def test_partitions_that_no_member_reads_are_named(any_kafka: TestKafka) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    topic = prefix + KEYS.name
    watch = KafkaHealth(
        service="scoring",
        bootstrap_servers=any_kafka.bootstrap_servers,
        names=[topic],
        groups={prefix + "g": [topic]},
        look_seconds=0.2,
        rebalance_seconds=0.5,
    )
    running = asyncio.create_task(watch.run())
    try:
        await until(lambda: _is("no member reads" in "".join(watch.faults())), "the partition is named")
        assert f"{topic}/0" in "".join(watch.faults())
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
