"""Parcels: the events of a transaction as they wait in its outbox, packed once.

A few are lines, which the relay puts together with those of other transactions. Many of one partition are Kafka's own
batches, which only need to be sent (docs/decisions/0017-many-events-wait-as-kafka-batches.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, Self

import cramjam
import msgspec

from shared.events.envelope import Event
from shared.events.topics import Topic
from shared.runtime.batches import Batch, Raw, Record, events_in, raws_of, records_of
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
        return events_in(self.contents)


class LaidOut(NamedTuple):
    """Events that are to be packed: those that are batches of their own, and the others."""

    raws: Sequence[Raw]
    lines: Sequence[Record]

    def parcels(self) -> list[Parcel]:
        """Return them as parcels; this takes long, and lets other threads work meanwhile."""
        parcels = []
        if self.raws:
            batches = [raw.compressed() for raw in self.raws]
            parcels.append(Parcel(_BATCHES.encode(batches), batches))
        if self.lines:
            parcels.append(Parcel(_pack(self.lines), self.lines))
        return parcels


def laid_out(announcements: Iterable[Announcement]) -> LaidOut:
    """Return events as they are to be packed; those under one key keep their order."""
    raws: list[Raw] = []
    lines: list[Record] = []
    for (topic, partition, partitions), records in _by_partition(announcements).items():
        if sum([len(each.value or b"") for each in records]) < MANY_BYTES:
            lines += records
        else:
            raws += raws_of(records, topic=topic, partition=partition, partitions=partitions)
    return LaidOut(raws, lines)


def parcels_of(announcements: Iterable[Announcement]) -> list[Parcel]:
    """Return events as parcels."""
    return laid_out(announcements).parcels()


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


def _by_partition(announcements: Iterable[Announcement]) -> dict[tuple[str, int, int], list[Record]]:
    """Return the records by topic, partition, and how many there are of these, each in the order given."""
    found: defaultdict[tuple[str, int, int], list[Record]] = defaultdict(list)
    for topic, key, event_type, body in announcements:
        name, partitions, encoded = topic.name, topic.partitions, key.encode()
        record = Record(name, encoded, body, event_type)
        found[name, partition_of(encoded, count=partitions), partitions].append(record)
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
