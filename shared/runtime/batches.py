"""Kafka's own batches of records, encoded and compressed once: they are sent as they waited in an outbox."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.memory_records import MemoryRecords

_BYTES: Final = 900 * 1024  # before they are compressed, so that no broker ever refuses a batch as too large
_COMPRESSION: Final = DefaultRecordBatch.CODEC_ZSTD  # a tenth of the bytes, a quarter of the time aiokafka's lz4 takes
_TYPE: Final = "ce_type"
_CONTENT_TYPE: Final = ("content-type", b"application/cloudevents+json")
Headers = Sequence[tuple[str, bytes]]


class Record(NamedTuple):
    """A record to publish; `topic` is the logical name, without the system's prefix."""

    topic: str
    key: bytes | None
    value: bytes | None
    event_type: str
    headers: Headers = ()


class Batch(NamedTuple):
    """Records of one partition, encoded as Kafka keeps them; `topic` is the logical name."""

    topic: str
    partition: int
    partitions: int  # that the topic was taken to have: with another number, keys go elsewhere
    events: int
    encoded: bytes


class Encoded(BatchBuilder):  # type: ignore[misc]  # aiokafka ships no types
    """A batch that has been encoded already, in the form in which aiokafka's producer takes batches."""

    def __init__(self, batch: Batch) -> None:
        self._buffer = batch.encoded
        self._relative_offset = batch.events
        self._closed = True


def batches_of(records: Iterable[Record], *, topic: str, partition: int, partitions: int) -> list[Batch]:
    """Return records of one partition in their order, in as few batches as a broker surely takes."""
    batches = []
    builder = _builder()
    for record in records:
        if not _is_added(builder, record):
            batches.append(_built(builder, topic=topic, partition=partition, partitions=partitions))
            builder = _builder()
            _is_added(builder, record)  # an empty batch takes any record
    if builder.record_count():
        batches.append(_built(builder, topic=topic, partition=partition, partitions=partitions))
    return batches


def records_of(batch: Batch) -> list[Record]:
    """Return the records that were encoded, in their order."""
    read = MemoryRecords(batch.encoded).next_batch()
    return [_record(each, topic=batch.topic) for each in read]


def _record(read: Any, *, topic: str) -> Record:
    headers = [each for each in read.headers if each != _CONTENT_TYPE]
    event_type = next(value.decode() for name, value in headers if name == _TYPE)
    return Record(topic, read.key, read.value, event_type, tuple(each for each in headers if each[0] != _TYPE))


def _builder() -> BatchBuilder:
    return BatchBuilder(_BYTES, _COMPRESSION)


def _built(builder: BatchBuilder, *, topic: str, partition: int, partitions: int) -> Batch:
    encoded = bytes(builder._build())  # noqa: SLF001  aiokafka's own name for it
    return Batch(topic, partition, partitions, builder.record_count(), encoded)


def _is_added(builder: BatchBuilder, record: Record) -> bool:
    headers = _headers(record.event_type)
    added = builder.append(
        key=record.key,
        value=record.value,
        timestamp=None,
        headers=[*headers, *record.headers] if record.headers else headers,
    )
    return added is not None


@lru_cache(maxsize=64)
def _headers(event_type: str) -> list[tuple[str, bytes]]:
    return [_CONTENT_TYPE, (_TYPE, event_type.encode())]
