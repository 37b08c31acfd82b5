"""Speed is not bought with loss: what clients were told, what is stored and what is in Kafka must be the same."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.runtime.errors import StartFailure

_POLL_MS: Final = 1_000
_AT_ONCE: Final = 5_000


async def ids_in_kafka(bootstrap_servers: str, *, topic: str, id_of: Callable[[Any], str]) -> Counter[UUID]:
    """Return each submission's id in a topic and how often it stands there."""
    found: Counter[UUID] = Counter()
    partitions = await _partitions(bootstrap_servers, topic)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)).values():
                found.update(UUID(id_of(json.loads(record.value))) for record in records)
    finally:
        await consumer.stop()
    return found


async def ids_in_database(url: str) -> set[UUID]:
    """Return the ids of the submissions that ingest stored."""
    connection = await asyncpg.connect(url)
    try:
        return {row["id"] for row in await connection.fetch("select id from submission")}
    finally:
        await connection.close()


def demand_same(*, told: set[UUID], found: set[UUID], where: str) -> None:
    """Return if what clients were told is what was found.

    Raises:
        StartFailure: something is missing there, or there is something nobody was told of.
    """
    if told != found:
        raise StartFailure(
            f"{where}: {len(told - found)} of {len(told)} accepted submissions are missing,"
            f" {len(found - told)} are there that no client was told of"
        )


async def _partitions(bootstrap_servers: str, topic: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        described = await admin.describe_topics([topic])
        return [TopicPartition(topic, each["partition"]) for each in described[0]["partitions"]]
    finally:
        await admin.close()
