"""Groups that read topics, seen from outside: what they have not read, and how they begin again."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.notify.subscribers import GROUP as NOTIFY_GROUP
from services.notify.subscribers import KEYS_GROUP as NOTIFY_KEYS_GROUP
from services.scoring.subscribers import KEYS_GROUP as SCORING_KEYS_GROUP
from services.scoring.subscribers import REFERENCE_GROUP, SUBMISSIONS_GROUP
from shared.events import topics
from shared.events.topics import Topic
from tests.support.waiting import until

READING: Final[Mapping[str, Sequence[Topic]]] = {
    SUBMISSIONS_GROUP: [topics.SUBMISSIONS],
    REFERENCE_GROUP: [topics.REFERENCE],
    SCORING_KEYS_GROUP: [topics.KEYS],
    NOTIFY_GROUP: [topics.REFERENCE, topics.PROGRESS, topics.ROLLUPS],
    NOTIFY_KEYS_GROUP: [topics.KEYS],
}
"""What each group reads, without the prefix; `test_every_group_is_waited_for` holds it to the services."""
_READ_MS: Final = 2_000
_POLL_MS: Final = 20


async def records_behind(bootstrap_servers: str, *, group: str, prefix: str) -> int:
    """Return how many records of the topics that `group` reads it has not committed yet; both without the prefix."""
    ends = await _ends(bootstrap_servers, names=[prefix + topic.name for topic in READING[group]])
    # Asked by a consumer that never joins: the embedded broker does not answer the admin client's request.
    asking = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, group_id=prefix + group, enable_auto_commit=False)
    await asking.start()
    try:
        committed = await asyncio.gather(*(asking.committed(partition) for partition in ends))
    finally:
        await asking.stop()
    return sum(max(end - (done or 0), 0) for end, done in zip(ends.values(), committed, strict=True))


async def _ends(bootstrap_servers: str, *, names: Sequence[str]) -> Mapping[TopicPartition, int]:
    """Return where each partition that holds records ends.

    The last record is read for it: the embedded broker names the first record of the last batch as if it were the last.
    """
    looking = AIOKafkaConsumer(*names, bootstrap_servers=bootstrap_servers, fetch_max_wait_ms=_POLL_MS)
    await looking.start()
    try:
        partitions = [TopicPartition(name, each) for name in names for each in looking.partitions_for_topic(name) or ()]
        begins, said = await looking.beginning_offsets(partitions), await looking.end_offsets(partitions)
        ends = {partition: end for partition, end in said.items() if end > begins[partition]}
        for partition, end in ends.items():
            looking.seek(partition, end - 1)
            await looking.getmany(partition, timeout_ms=_READ_MS)
            ends[partition] = max(end, looking.highwater(partition) or 0)
        return ends
    finally:
        await looking.stop()


async def set_back(bootstrap_servers: str, *, group: str, read: Sequence[topics.Topic], prefix: str) -> None:
    """Have a group, of which nobody runs, begin again with the first record of its topics.

    As a member of it: the embedded broker never forgets members that left, and of a group that has some it takes
    offsets from members only.
    """
    partitions = {TopicPartition(prefix + topic.name, number) for topic in read for number in range(topic.partitions)}
    consumer = AIOKafkaConsumer(
        *(prefix + topic.name for topic in read),
        bootstrap_servers=bootstrap_servers,
        group_id=group,
        enable_auto_commit=False,
    )
    await consumer.start()
    try:

        async def is_given() -> bool:
            return bool(consumer.assignment() == partitions)

        await until(is_given, f"all of {group} is given to us")
        await consumer.commit(dict.fromkeys(partitions, 0))
    finally:
        await consumer.stop()
