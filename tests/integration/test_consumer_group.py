"""The readiness of consumers: a member of a group larger than its topic has nothing to read, and is well."""

import asyncio
from collections.abc import Sequence
from typing import Any

from shared.events.topics import REFERENCE
from shared.runtime.database import Database
from shared.runtime.kafka.member import Member, members_of
from shared.runtime.kafka.producer import Producer
from shared.runtime.kafka.topics import create_topics
from tests.support.brokers import TestKafka
from tests.support.consuming import router_of
from tests.support.waiting import PATIENCE_SECONDS


async def test_a_member_without_partitions_is_ready_too(any_kafka: TestKafka) -> None:
    prefix = any_kafka.new_prefix()
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    members = [member(any_kafka, prefix=prefix) for _ in range(REFERENCE.partitions + 1)]
    running = [asyncio.create_task(one.run()) for one in members]
    try:
        assert all(one.fault() for one in members)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(one.fault() for one in members):  # noqa: ASYNC110  as a health check would, again and again
                await asyncio.sleep(0.1)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def member(kafka: TestKafka, *, prefix: str) -> Member:
    """Return a member of one group; nothing is sent, so neither database nor producer is reached."""
    (one,) = members_of(
        router_of(_nothing_arrives, topic=REFERENCE),
        database=Database("postgresql://nobody@127.0.0.1:1/nothing"),
        producer=Producer(kafka.bootstrap_servers, topic_prefix=prefix),
    )
    return one


async def _nothing_arrives(_: Any, events: Sequence[Any]) -> None:
    raise AssertionError(events)
