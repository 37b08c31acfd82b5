"""Parcels: the events of a transaction as they wait in its outbox, packed once.

A few are lines, which the relay puts together with those of other transactions. Many of one partition are Kafka's own
batches, which only need to be sent (docs/decisions/0017-many-events-wait-as-kafka-batches.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, Self

import cramjam
import msgspec

from shared.events.envelope import Event
from shared.events.topics import Topic
from shared.runtime.batches import Batch, Record, batches_of, records_of
from shared.runtime.kafka import partition_of

MANY_BYTES: Final = 256 * 1024
"""Of one partition in a parcel: from here on they are batches of their own."""

_LINES_BEGIN: Final = b"\x28\xb5\x2f\xfd"  # as whatever zstd packed
_FAST: Final = 1  # zstd's level: events are so alike that more effort gains little


class Announcement(NamedTuple):
    """An event for a topic, under the key that keeps its order, as it travels."""

    topic: Topic
    key: str
    event_type: str
    body: bytes

    @classmethod
    def of(cls, topic: Topic, key: str, event: Event[Any]) -> Self:
        """Return the announcement of an event."""
        return cls(topic, key, event.type, event.to_bytes())


class Parcel(NamedTuple):
    """Events as they stand in the outbox, packed, and as they are given to the producer."""

    packed: bytes
    contents: Sequence[Record | Batch]

    @property
    def events(self) -> int:
        """Return how many events it holds."""
        return sum(each.events if isinstance(each, Batch) else 1 for each in self.contents)


def parcels_of(announcements: Iterable[Announcement]) -> Iterator[Parcel]:
    """Yield events as parcels; those under one key keep their order."""
    lines: list[Record] = []
    batches: list[Batch] = []
    for (topic, partition), records in _by_partition(announcements).items():
        if sum(len(each.value or b"") for each in records) < MANY_BYTES:
            lines += records
        else:
            batches += batches_of(records, topic=topic.name, partition=partition, partitions=topic.partitions)
    if batches:
        yield Parcel(_BATCHES.encode(batches), batches)
    if lines:
        yield Parcel(_pack(lines), lines)


def opened(packed: bytes) -> Parcel:
    """Return the parcel that was packed."""
    return Parcel(packed, _lines(packed) if packed.startswith(_LINES_BEGIN) else _READ_BATCHES.decode(packed))


def records_in(parcel: Parcel) -> list[Record]:
    """Return every record of a parcel, those of one partition in their order."""
    return [record for each in parcel.contents for record in (records_of(each) if isinstance(each, Batch) else [each])]


def pack(announcements: Iterable[Announcement]) -> bytes:
    """Return events as one parcel of lines, in the order given."""
    return _pack([_record(each) for each in announcements])


_BATCHES: Final = msgspec.msgpack.Encoder()
_READ_BATCHES: Final = msgspec.msgpack.Decoder(list[Batch])


def _by_partition(announcements: Iterable[Announcement]) -> dict[tuple[Topic, int], list[Record]]:
    found: defaultdict[tuple[Topic, int], list[Record]] = defaultdict(list)
    for each in announcements:
        record = _record(each)
        found[each.topic, partition_of(record.key, count=each.topic.partitions)].append(record)
    return found


def _record(announcement: Announcement) -> Record:
    topic, key, event_type, body = announcement
    return Record(topic.name, key.encode(), body, event_type)


def _pack(records: Iterable[Record]) -> bytes:
    """Return a line each of topic, key, type and the JSON document, which has no line end."""
    lines = (
        b"\t".join((each.topic.encode(), each.key or b"", each.event_type.encode(), each.value or b""))
        for each in records
    )
    return bytes(cramjam.zstd.compress(b"\n".join(lines), level=_FAST))


def _lines(packed: bytes) -> list[Record]:
    lines = (line.split(b"\t", 3) for line in bytes(cramjam.zstd.decompress(packed)).split(b"\n"))
    return [
        Record(topic=topic.decode(), key=key, value=body, event_type=event_type.decode())
        for topic, key, event_type, body in lines
    ]
