"""Kafka's own batches of records, encoded and compressed once: they are sent as they waited in an outbox."""

import time
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Final, NamedTuple

import cramjam
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

_BYTES: Final = 900 * 1024  # before they are compressed, so that no broker ever refuses a batch as too large
_BESIDE: Final = 128  # bytes of a record, beside its key and value and the headers that not all have
_FAST: Final = 1  # zstd's level: events are so alike that more effort gains little
_ZSTD: Final = DefaultRecordBatch.CODEC_ZSTD  # a tenth of the bytes, a quarter of the time aiokafka's lz4 takes
_MAGIC: Final = 2
_HEAD: Final = Struct(">qiibI")  # base offset, length of what follows, leader's epoch, magic, sum of what follows
_CHECKED: Final = Struct(">hiqqqhii")  # attributes, last offset, first and last time, producer, epoch, sequence, count
_BEFORE_LENGTH_COUNTS: Final = 12
_SEVEN_BITS: Final = 0x7F
_MORE: Final = 0x80
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


def events_in(contents: Iterable[Record | Batch]) -> int:
    """Return how many records these are."""
    return sum(each.events if isinstance(each, Batch) else 1 for each in contents)


class Encoded(BatchBuilder):  # type: ignore[misc]  # aiokafka ships no types
    """A batch that has been encoded already, in the form in which aiokafka's producer takes batches."""

    def __init__(self, batch: Batch) -> None:
        self._buffer = batch.encoded
        self._relative_offset = batch.events
        self._closed = True


class Raw(NamedTuple):
    """A batch that is not compressed yet."""

    topic: str
    partition: int
    partitions: int
    events: int
    raw: bytes

    def compressed(self) -> Batch:
        """Return the batch; this takes long, and lets other threads work meanwhile."""
        return Batch(self.topic, self.partition, self.partitions, self.events, _encoded(self.raw, count=self.events))


def raws_of(records: Iterable[Record], *, topic: str, partition: int, partitions: int) -> list[Raw]:
    """Return records of one partition in their order, in as few batches as a broker surely takes."""
    return [
        Raw(topic, partition, partitions, len(some), b"".join(_parts(some)))
        for some in _as_many_as_a_broker_takes(records)
    ]


def batches_of(records: Iterable[Record], *, topic: str, partition: int, partitions: int) -> list[Batch]:
    """Return the same, compressed."""
    return [raw.compressed() for raw in raws_of(records, topic=topic, partition=partition, partitions=partitions)]


def records_of(batch: Batch) -> list[Record]:
    """Return the records that were encoded, in their order."""
    read = MemoryRecords(batch.encoded).next_batch()
    return [_record(each, topic=batch.topic) for each in read]


def _record(read: Any, *, topic: str) -> Record:
    headers = [each for each in read.headers if each != _CONTENT_TYPE]
    event_type = next(value.decode() for name, value in headers if name == _TYPE)
    return Record(topic, read.key, read.value, event_type, tuple(each for each in headers if each[0] != _TYPE))


def _as_many_as_a_broker_takes(records: Iterable[Record]) -> Iterator[list[Record]]:
    """Yield records together up to a size; one that is larger is alone."""
    some: list[Record] = []
    room = _BYTES
    for record in records:
        size = _size(record)
        if size > room and some:
            yield some
            some, room = [], _BYTES
        some.append(record)
        room -= size
    if some:
        yield some


def _size(record: Record) -> int:
    """Return about how large a record is."""
    beside = sum(len(name) + len(value or b"") for name, value in record.headers)
    return len(record.value or b"") + len(record.key or b"") + beside + _BESIDE


def _encoded(raw: bytes, *, count: int) -> bytes:
    """Return a record batch, version 2 (https://kafka.apache.org/43/implementation/message-format/, Record Batch).

    aiokafka's own builder copies a record four times, all of them while no other thread may run, and compresses harder.
    """
    packed = cramjam.zstd.compress(raw, level=_FAST)
    now = int(time.time() * 1_000)
    checked = _CHECKED.pack(_ZSTD, count - 1, now, now, -1, -1, -1, count) + bytes(packed)
    length = _HEAD.size - _BEFORE_LENGTH_COUNTS + len(checked)
    return _HEAD.pack(0, length, -1, _MAGIC, calc_crc32c(checked)) + checked


def _parts(records: Iterable[Record]) -> list[bytes]:
    """Return the bytes of records in pieces: of each its length, then offset, key, value and headers."""
    parts: list[bytes] = []
    for offset, (_, key, value, event_type, more) in enumerate(records):
        headers = _usual_headers(event_type) if not more else _headers([*_usual(event_type), *more])
        begin = b"\0\0%s%s%s" % (_number(offset), _field(key), _number(-1 if value is None else len(value)))
        body = value or b""
        parts += (_number(len(begin) + len(body) + len(headers)), begin, body, headers)
    return parts


@lru_cache(maxsize=64)
def _usual_headers(event_type: str) -> bytes:
    return _headers(_usual(event_type))


def _usual(event_type: str) -> Headers:
    return _CONTENT_TYPE, (_TYPE, event_type.encode())


def _headers(headers: Headers) -> bytes:
    fields = [_field(name.encode()) + _field(value) for name, value in headers]
    return _number(len(headers)) + b"".join(fields)


def _field(value: bytes | None) -> bytes:
    """Return a text after its length."""
    return _number(-1) if value is None else _number(len(value)) + value


@lru_cache(maxsize=100_000)
def _number(number: int) -> bytes:
    """Return a whole number as a zigzag varint (Protocol Buffers, Encoding)."""
    left = (number << 1) ^ (number >> 63)
    encoded = bytearray()
    while left > _SEVEN_BITS:
        encoded.append(left & _SEVEN_BITS | _MORE)
        left >>= 7
    encoded.append(left)
    return bytes(encoded)
