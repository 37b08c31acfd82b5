"""Reads a topic from its first record to its last, and writes it as a file with one record a line."""

import time
from collections.abc import AsyncIterator
from typing import BinaryIO, Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.runtime.errors import StartFailure
from shared.runtime.kafka.consumer import Consumer

_WAIT_MS: Final = 1_000
_PATIENCE_SECONDS: Final = 60.0


async def dump(bootstrap_servers: str, *, topic: str, to: BinaryIO) -> int:
    """Write every record that the topic holds now, its bytes as they are, and return how many; tombstones are left out.

    Raises:
        StartFailure: no broker answers, or none has the topic.
    """
    count = 0
    async for value in _values(bootstrap_servers, topic=topic):
        # Within JSON a line can only break between two words, where a blank says the same.
        to.write(value.replace(b"\n", b" ") + b"\n")
        count += 1
    return count


async def _values(bootstrap_servers: str, *, topic: str) -> AsyncIterator[bytes]:
    """Yield the values, one partition after the other, each in its order."""
    consumer = Consumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False, auto_offset_reset="earliest")
    try:
        partitions = await _partitions(bootstrap_servers, topic=topic)
        await consumer.start()
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        for partition in partitions:
            async for value in _values_of(consumer, partition, end=ends[partition]):
                yield value
    except (KafkaError, ConnectionError) as error:
        raise StartFailure(f"Kafka at {bootstrap_servers} does not hand out {topic}: {error!r}") from error
    finally:
        await consumer.stop()


async def _partitions(bootstrap_servers: str, *, topic: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        await admin.start()
        if topic not in await admin.list_topics():
            raise StartFailure(f"Kafka at {bootstrap_servers} has no topic {topic}; `create` makes what is missing")
        (told,) = await admin.describe_topics([topic])
        return [TopicPartition(topic, number) for number in sorted(each["partition"] for each in told["partitions"])]
    finally:
        await admin.close()


async def _values_of(consumer: Consumer, partition: TopicPartition, *, end: int) -> AsyncIterator[bytes]:
    """Yield the values up to `end` and those beyond it that came along; the embedded broker's end is too early.

    It lies after the first record of the last batch, which comes along whole.
    """
    moved_at = time.monotonic()
    while (position := await consumer.position(partition)) < end:
        for record in (await consumer.getmany(partition, timeout_ms=_WAIT_MS)).get(partition, ()):
            if record.value is not None:
                yield record.value
        if await consumer.position(partition) > position:
            moved_at = time.monotonic()
        elif time.monotonic() - moved_at > _PATIENCE_SECONDS:
            raise StartFailure(f"{partition.topic}/{partition.partition} stands still at {position} of {end}")
