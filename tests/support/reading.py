"""Reads a topic from outside, without a group."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.partitioner import DefaultPartitioner

from tests.support.waiting import PATIENCE_SECONDS


async def read(
    bootstrap_servers: str, topic: str, *, count: int, partitions: int, within_seconds: float = PATIENCE_SECONDS
) -> Sequence["ConsumerRecord[bytes, bytes]"]:
    """Return the first records of a topic, waiting until there are `count`."""
    found: list[ConsumerRecord[bytes, bytes]] = []
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, each) for each in range(partitions)])
        async with asyncio.timeout(within_seconds):
            while len(found) < count:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found.extend(records)
    finally:
        await consumer.stop()
    return found


def partition_of(key: bytes, *, count: int) -> int:
    """Return the partition, of `count`, that every Kafka client gives this key."""
    partition: int = DefaultPartitioner()(key, range(count), range(count))
    return partition
