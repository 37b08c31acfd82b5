"""Puts records into Kafka and finds out when their answers arrived, by the broker's own clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from bench.scoring.material import Filed
from shared.runtime.errors import StartFailure
from shared.runtime.kafka.topics import new_topics

_LOOK_SECONDS: Final = 0.05
_POLL_MS: Final = 1_000
_AT_ONCE: Final = 5_000
_BATCH_BYTES: Final = 256 * 1024

Offsets = Mapping[TopicPartition, int]


@dataclass
class Arrivals:
    """The answers to submissions, by the id of the event that each names as its cause."""

    first_at: dict[UUID, float] = field(default_factory=dict)  # seconds since the epoch
    repeated: int = 0

    def note(self, value: bytes, *, at: float) -> None:
        """Count one answer."""
        cause = UUID(orjson.loads(value)["causationid"])
        if cause in self.first_at:
            self.repeated += 1
        self.first_at.setdefault(cause, at)

    def demand(self, asked: set[UUID], *, of: str) -> None:
        """Return if every submission was answered, and nothing else.

        Raises:
            StartFailure: something is missing, or there is an answer to what was not asked.
        """
        found = self.first_at.keys()
        if found != asked:
            raise StartFailure(
                f"{of}: {len(asked - found)} of {len(asked)} submissions have no progress,"
                f" {len(found - asked)} answers are to none of them"
            )


class Traffic:
    """Loads topics and watches them, over connections of its own."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False)
        self.producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap_servers, acks="all", linger_ms=2, max_batch_size=_BATCH_BYTES
        )

    async def start(self) -> None:
        """Connect."""
        await self._consumer.start()
        await self.producer.start()

    async def stop(self) -> None:
        """Drop the connections."""
        await self.producer.stop()
        await self._consumer.stop()

    async def load(self, topic: str, records: Sequence[Filed]) -> None:
        """Put all of the records into a topic."""
        sent = [await self.producer.send(topic, each.value, key=each.key) for each in records]
        await asyncio.gather(*sent)

    async def ends(self, topic: str, *, partitions: int) -> Offsets:
        """Return where each partition ends."""
        ends: Offsets = await self._consumer.end_offsets([TopicPartition(topic, each) for each in range(partitions)])
        return ends

    async def until(self, count: int, *, since: Offsets, within_seconds: float, of: str) -> Offsets:
        """Return where the partitions end once so many records stand in them since.

        Raises:
            StartFailure: there are fewer when the time is over.
        """
        found = 0
        try:
            async with asyncio.timeout(within_seconds):
                while True:
                    ends: Offsets = await self._consumer.end_offsets(list(since))
                    found = sum(ends[each] - since[each] for each in since)
                    if found >= count:
                        return ends
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise StartFailure(f"{of}: {found} of {count} answered after {within_seconds:.0f} s") from None

    async def arrivals(self, *, since: Offsets, to: Offsets) -> Arrivals:
        """Return the answers between two places, and when the broker took each."""
        arrivals = Arrivals()
        self._consumer.assign(list(since))
        for partition, offset in since.items():
            self._consumer.seek(partition, offset)
        while any([await self._consumer.position(each) < end for each, end in to.items()]):
            for records in (await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)).values():
                for record in records:
                    arrivals.note(record.value, at=record.timestamp / 1_000)
        return arrivals


@asynccontextmanager
async def traffic(bootstrap_servers: str) -> AsyncIterator[Traffic]:
    """Lend the means to load and watch topics."""
    made = Traffic(bootstrap_servers)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


@asynccontextmanager
async def topics(bootstrap_servers: str, sides: Sequence[str]) -> AsyncIterator[dict[str, str]]:
    """Lend topics to each side, stamped with the broker's clock, and remove them; yields their prefixes by side."""
    run = f"bench-{uuid4().hex[:8]}-"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        for side in sides:
            wanted = new_topics(prefix=f"{run}{side}-", replication_factor=1)
            for topic in wanted:
                topic.topic_configs["message.timestamp.type"] = "LogAppendTime"
            answer = await admin.create_topics(wanted)
            refused = [name for name, code, *_ in answer.topic_errors if code]
            if refused:
                raise StartFailure(f"Kafka refuses the topics {', '.join(refused)}")
        yield {side: f"{run}{side}-" for side in sides}
    finally:
        # Those that a side made for itself as well.
        await admin.delete_topics([name for name in await admin.list_topics() if run in name])
        await admin.close()
