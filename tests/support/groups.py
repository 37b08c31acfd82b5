"""Groups that read topics, seen from outside: what they have not read, and how they begin again."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.events import topics


async def records_behind(bootstrap_servers: str, *, group: str, names: Sequence[str]) -> int:
    """Return how many records of the topics `names` the group has not committed yet."""
    # Who subscribes knows the partitions, but would join the group; so one looks, of no group, and another asks.
    looking = AIOKafkaConsumer(*names, bootstrap_servers=bootstrap_servers)
    asking = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=group, enable_auto_commit=False)
    try:
        await asyncio.gather(looking.start(), asking.start())
        partitions = [
            TopicPartition(name, number) for name in names for number in looking.partitions_for_topic(name) or ()
        ]
        ends = await looking.end_offsets(partitions)
        committed = await asyncio.gather(*(asking.committed(partition) for partition in partitions))
        return sum(max(ends[each] - (done or 0), 0) for each, done in zip(partitions, committed, strict=True))
    finally:
        await asyncio.gather(looking.stop(), asking.stop())


async def set_back(bootstrap_servers: str, *, group: str, read: Sequence[topics.Topic], prefix: str) -> None:
    """Have a group, of which nobody runs, begin again with the first record of its topics."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [
            TopicPartition(prefix + topic.name, number) for topic in read for number in range(topic.partitions)
        ]
        consumer.assign(partitions)
        await consumer.commit(dict.fromkeys(partitions, 0))
    finally:
        await consumer.stop()
