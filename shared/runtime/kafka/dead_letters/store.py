"""Sets records aside as dead letters in `<topic>-dlq`, reads them there, and publishes them again."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import Counter

from shared.events import topics
from shared.runtime.errors import StartFailure
from shared.runtime.kafka.consumer import Consumer, UnreadableRecord
from shared.runtime.kafka.decoding import Rejected
from shared.runtime.kafka.producer import Producer, Record, RecordTooLarge
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_REASON_BYTES: Final = 2_000
_ORIGINAL: Final = "original-"
_VALUE_LEFT: Final = ("dlq-value", b"left where dlq-topic, dlq-partition and dlq-offset say, until its retention ends")
_NO_VALUE: Final = b""  # aiokafka sends no record that has neither key nor value

DEAD = Counter("tiendo_dead_letters_total", "Records set aside because they could not be read or applied.", ["topic"])


async def set_aside(rejected: Sequence[Rejected], *, producer: Producer, group: str) -> None:
    """Send records with their reason, original bytes, key and headers to their dead-letter topic.

    Raises:
        KafkaAway: the brokers did not take them; the caller must not commit the offset.
    """
    records = [_dead_letter(each, prefix=producer.topic_prefix, group=group) for each in rejected]
    try:
        await producer.send_all(records)
    except RecordTooLarge:
        await _send_one_by_one(records, producer=producer)
    for each in rejected:
        DEAD.labels(each.record.topic.removeprefix(producer.topic_prefix)).inc()
        _log.error(
            "dead letter",
            topic=each.record.topic,
            partition=each.record.partition,
            offset=each.record.offset,
            reason=each.reason,
        )


def _dead_letter(rejected: Rejected, *, prefix: str, group: str) -> Record:
    record = rejected.record
    origin = record.topic.removeprefix(prefix)
    place = [
        ("dlq-reason", rejected.reason.encode()[:_REASON_BYTES]),
        ("dlq-topic", origin.encode()),
        ("dlq-partition", str(record.partition).encode()),
        ("dlq-offset", str(record.offset).encode()),
        ("dlq-group", group.encode()),
    ]
    came = [(f"{_ORIGINAL}{name}", value) for name, value in record.headers]
    left = [_VALUE_LEFT] if isinstance(record, UnreadableRecord) else []
    return Record(
        topic=f"{origin}-dlq",
        key=record.key,
        value=_NO_VALUE if left else record.value,
        event_type="dead-letter",
        headers=[*place, *left, *came],
    )


async def _send_one_by_one(records: Sequence[Record], *, producer: Producer) -> None:
    """Send dead letters; of one larger than an older topic takes, all but the value."""
    for record in records:
        try:
            await producer.send_all([record])
        except RecordTooLarge:
            place = [(name, value) for name, value in record.headers if name.startswith("dlq-")]
            await producer.send_all([replace(record, value=_NO_VALUE, headers=[*place, _VALUE_LEFT])])


@dataclass(frozen=True)
class DeadLetter:
    """A record that was set aside: from where and why, and whether it was published again since."""

    record: "ConsumerRecord[bytes, bytes]"
    partition: int
    offset: int
    group: str
    reason: str
    has_value: bool  # else only its place is kept
    is_redriven: bool

    @classmethod
    def of(cls, record: "ConsumerRecord[bytes, bytes]", *, is_redriven: bool) -> "DeadLetter":
        """Return what a record of a dead-letter topic holds."""
        told = {name: value.decode(errors="replace") for name, value in record.headers if name.startswith("dlq-")}
        return cls(
            record=record,
            partition=int(told.get("dlq-partition", 0)),
            offset=int(told.get("dlq-offset", record.offset)),
            group=told.get("dlq-group", "?"),
            reason=told.get("dlq-reason", "no reason was given"),
            has_value="dlq-value" not in told,
            is_redriven=is_redriven,
        )

    @property
    def origin(self) -> tuple[int, int]:
        """Return the partition and the offset that the record was read from."""
        return self.partition, self.offset

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """Return the headers that the record came with."""
        came = ((name, value) for name, value in self.record.headers if name.startswith(_ORIGINAL))
        return [(name.removeprefix(_ORIGINAL), value) for name, value in came]


class DeadLetters:
    """The dead letters of one topic, and how far they were published again, which a group of its own remembers."""

    def __init__(self, topic: topics.Topic, *, bootstrap_servers: str, prefix: str = "") -> None:
        self._topic = topic.name
        self._bootstrap_servers = bootstrap_servers
        self._prefix = prefix
        self._partition = TopicPartition(prefix + topic.dead_letters, 0)  # there is one: DEAD_LETTER_PARTITIONS

    async def all(self) -> list[DeadLetter]:
        """Return every dead letter that is kept, the oldest first.

        Raises:
            StartFailure: no broker answers.
        """
        async with self._reader() as (reader, redriven):
            return [
                DeadLetter.of(each, is_redriven=each.offset < redriven)
                async for batch in reader.held(self._partition)
                for each in batch
            ]

    async def redrive(self) -> list[DeadLetter]:
        """Publish each dead letter that was not yet, as it came and where it came from, and return them.

        One that two groups set aside is published once, one whose value is not kept never. A process that dies here
        publishes its last batch again when it is asked again; consumers keep an inbox.

        Raises:
            StartFailure: no broker answers.
        """
        sent: dict[tuple[int, int], DeadLetter] = {}
        producer = Producer(self._bootstrap_servers, topic_prefix=self._prefix)
        async with self._reader() as (reader, redriven):
            reader.seek(self._partition, redriven)
            try:
                async for batch in reader.held(self._partition):
                    fresh: dict[tuple[int, int], DeadLetter] = {}
                    for each in (DeadLetter.of(record, is_redriven=False) for record in batch):
                        if each.origin not in sent and each.has_value:
                            fresh.setdefault(each.origin, each)
                    await producer.send_all([self._as_it_came(each) for each in fresh.values()])
                    sent |= fresh
                    await reader.commit({self._partition: batch[-1].offset + 1})
            finally:
                await producer.close()
        return list(sent.values())

    def _as_it_came(self, each: DeadLetter) -> Record:
        # Without a key nothing else says which partition it belongs to.
        partition = each.partition if each.record.key is None else None
        return Record(self._topic, each.record.key, each.record.value, None, each.headers, partition)

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[tuple[Consumer, int]]:
        """Lend a consumer at the beginning, and the offset up to which everything was published again."""
        reader = Consumer(
            bootstrap_servers=self._bootstrap_servers,
            group_id=f"{self._prefix}redrive-{self._topic}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        try:
            await reader.start()
            reader.assign([self._partition])
            begin = (await reader.beginning_offsets([self._partition]))[self._partition]
            reader.seek(self._partition, begin)  # seek_to_beginning can be overtaken by the reset after assign
            yield reader, max(await reader.committed(self._partition) or 0, begin)
        except (KafkaError, OSError) as error:
            raise StartFailure(
                f"Kafka at {self._bootstrap_servers} does not give {self._partition.topic}: {error!r}"
            ) from None
        finally:
            await reader.stop()
