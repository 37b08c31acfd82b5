"""The outbox: what a transaction announces is committed with it, and relayed to Kafka in insertion order."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple, Self

import asyncpg
import cramjam
from prometheus_client import Counter, Gauge
from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, LargeBinary, MetaData, Table, func

from shared.events.envelope import Event
from shared.events.topics import Topic
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.kafka import Producer, Record
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_LOCK: Final = 0x7469656E646F  # "tiendo": one relay at a time per database
PARCEL_RECORDS: Final = 500
"""How many events are packed together at most."""
_PARCELS_AT_ONCE: Final = 100
_RECORDS_AT_ONCE: Final = 2_000
_RECORDS_HANDED: Final = 2_000
_OLDEST: Final = """
select id, created_at,
       case when (id, created_at) in (select * from unnest($3::bigint[], $4::timestamptz[])) then null else parcel end
           as parcel,
       extract(epoch from now() - created_at)::float8 as age
from (select *, sum(events) over (order by id) - events as before
      from (select * from outbox order by id limit $1) as oldest) as counted
where before < $2 order by id
"""
_SETTINGS: Final = "select set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '500ms', true)"
_AGE: Final = "select extract(epoch from now() - created_at)::float8 from outbox order by id limit 1"
_POLL_SECONDS: Final = 0.5
_GATHER_SECONDS: Final = 0.05  # between two looks that find something: one transaction then carries many events
_LATE_SECONDS: Final = 15.0  # events leave within a second of their commit
_FAST: Final = 1  # zstd's level: events are so alike that more effort gains little

RELAYED = Counter("tiendo_outbox_relayed_total", "Events handed to Kafka from the outbox.", ["service"])
WAITING = Gauge("tiendo_outbox_oldest_seconds", "Age of the oldest event still in the outbox.", ["service"])


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


def outbox_table(metadata: MetaData) -> Table:
    """Return the outbox table of a service's metadata: a row holds the events of a transaction, packed."""
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("events", Integer, nullable=False),  # how many
        Column("parcel", LargeBinary, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


def pack(announcements: Iterable[Announcement]) -> bytes:
    """Return events as one parcel: a line each of topic, key, type and the JSON document, which has no line end."""
    lines = (
        b"\t".join((each.topic.name.encode(), each.key.encode(), each.event_type.encode(), each.body))
        for each in announcements
    )
    return bytes(cramjam.zstd.compress(b"\n".join(lines), level=_FAST))


def unpack(parcel: bytes) -> list[Record]:
    """Return the records of a parcel, in the order they were announced."""
    lines = (line.split(b"\t", 3) for line in bytes(cramjam.zstd.decompress(parcel)).split(b"\n"))
    return [
        Record(topic=topic.decode(), key=key, value=body, event_type=event_type.decode())
        for topic, key, event_type, body in lines
    ]


class Entry(NamedTuple):
    """Where a parcel stands in the outbox, and since when."""

    id: int
    created_at: datetime


class Handed:
    """Parcels of this process that the relay need not read back; the oldest go where there are too many.

    One whose transaction was rolled back is never asked for, since it never stands in the outbox: a server that crashed
    may give its id again, but not with its time.
    """

    def __init__(self) -> None:
        self._records: dict[Entry, list[Record]] = {}
        self._count = 0

    def put(self, parcel: Entry, records: list[Record]) -> None:
        """Remember a parcel as it stands in the outbox."""
        self.forget([parcel])
        self._records[parcel] = records
        self._count += len(records)
        while self._count > _RECORDS_HANDED and len(self._records) > 1:
            self.forget([next(iter(self._records))])

    def remembered(self) -> Mapping[Entry, list[Record]]:
        """Return the parcels that are remembered now."""
        return dict(self._records)

    def forget(self, parcels: Iterable[Entry]) -> None:
        """Forget parcels."""
        for parcel in parcels:
            self._count -= len(self._records.pop(parcel, ()))


class Parcel(NamedTuple):
    """Events as they stand in the outbox, packed, and as they go to Kafka."""

    packed: bytes
    records: list[Record]


async def parcel_of(announcements: Sequence[Announcement]) -> Parcel:
    """Return events as a parcel, of up to PARCEL_RECORDS; they are packed beside the event loop."""
    packed = await asyncio.to_thread(pack, announcements)
    return Parcel(
        packed, [Record(each.topic.name, each.key.encode(), each.body, each.event_type) for each in announcements]
    )


async def put(
    connection: "asyncpg.Connection[asyncpg.Record]", parcels: Iterable[Parcel], *, handed: Handed | None = None
) -> None:
    """Put parcels into the outbox of the transaction under way, in the order given."""
    for parcel in parcels:
        row = await connection.fetchrow(
            "insert into outbox (events, parcel) values ($1, $2) returning id, created_at",
            len(parcel.records),
            parcel.packed,
        )
        if handed is not None and row is not None:
            handed.put(Entry(row["id"], row["created_at"]), parcel.records)


async def announce(
    connection: "asyncpg.Connection[asyncpg.Record]",
    announcements: Iterable[Announcement],
    *,
    handed: Handed | None = None,
) -> None:
    """Put events into the outbox of the transaction under way, in the order given."""
    waiting = iter(announcements)
    while some := list(islice(waiting, PARCEL_RECORDS)):
        await put(connection, [await parcel_of(some)], handed=handed)


class Relay:
    """Publishes the outbox in insertion order and deletes what was acknowledged; several relays take turns."""

    def __init__(self, *, service: str, database: Database, producer: Producer) -> None:
        self._service = service
        self._database = database
        self._producer = producer
        self.handed: Final = Handed()
        self._wake = asyncio.Event()
        self._is_waiting = False

    def wake(self) -> None:
        """Say that something was committed to the outbox; a hint only, the relay also looks by itself."""
        self._wake.set()

    async def run(self) -> None:
        """Relay until cancelled."""
        while True:
            self._wake.clear()
            try:
                relayed = await self.relay_once()
            except TRANSIENT as error:
                if not self._is_waiting:
                    _log.warning("relay waits", service=self._service, error=str(error) or type(error).__name__)
                self._is_waiting = True
                await asyncio.sleep(_POLL_SECONDS)
                continue
            self._is_waiting = False
            if relayed == 0:
                try:
                    await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)
                except TimeoutError:
                    continue
            elif relayed < _RECORDS_AT_ONCE:
                await asyncio.sleep(_GATHER_SECONDS)

    async def fault(self) -> str | None:
        """Return how long the oldest event has waited for Kafka, where that is too long."""
        try:
            async with asyncio.timeout(2), self._database.transaction() as connection:
                age = await connection.fetchval(_AGE)
        except TRANSIENT:  # which the service says of its database already
            return None
        return (
            None if age is None or age < _LATE_SECONDS else f"the oldest event in the outbox has waited for {age:.0f} s"
        )

    async def relay_once(self) -> int:
        """Publish the oldest events and return how many; 0 where there are none, or it is not our turn for a while.

        Raises:
            TimeoutError: the broker did not acknowledge in time; nothing is deleted and all is sent again.
        """
        try:
            return await self._relay_in_turn()
        except asyncpg.LockNotAvailableError:
            return 0

    async def _relay_in_turn(self) -> int:
        async with self._database.transaction() as connection:
            # A deletion that a crash undoes is only published twice, so it need not wait for the disk.
            await connection.execute(_SETTINGS)
            # Who waits is next, so that the processes of a service share this work.
            await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
            handed = self.handed.remembered()
            known = [each.id for each in handed], [each.created_at for each in handed]
            rows = await connection.fetch(_OLDEST, _PARCELS_AT_ONCE, _RECORDS_AT_ONCE, *known)
            WAITING.labels(self._service).set(rows[0]["age"] if rows else 0.0)
            if not rows:
                return 0
            parcels = [Entry(row["id"], row["created_at"]) for row in rows]
            records = [
                record
                for parcel, row in zip(parcels, rows, strict=True)
                for record in handed.get(parcel) or unpack(row["parcel"])
            ]
            await self._producer.send_all(records)
            await connection.execute("delete from outbox where id = any($1::bigint[])", [each.id for each in parcels])
        self.handed.forget(parcels)
        RELAYED.labels(self._service).inc(len(records))
        return len(records)
