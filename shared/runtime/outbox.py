"""The outbox: what a transaction announces is committed with it, and relayed to Kafka in insertion order."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

import asyncpg
from prometheus_client import Counter, Gauge
from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, LargeBinary, MetaData, Table, func

from shared.runtime.database import TRANSIENT, Database
from shared.runtime.kafka import Producer
from shared.runtime.logging import get_logger
from shared.runtime.parcels import Announcement, Parcel, laid_out, opened

_log = get_logger(__name__)
_LOCK: Final = 0x7469656E646F  # "tiendo": one relay at a time per database
PARCEL_RECORDS: Final = 500
"""How many events are packed at once, at most."""
_PARCELS_AT_ONCE: Final = 100
_EVENTS_AT_ONCE: Final = 2_000
_EVENTS_HANDED: Final = 2_000
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

RELAYED = Counter("tiendo_outbox_relayed_total", "Events handed to Kafka from the outbox.", ["service"])
WAITING = Gauge("tiendo_outbox_oldest_seconds", "Age of the oldest event still in the outbox.", ["service"])


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
        self._parcels: dict[Entry, Parcel] = {}
        self._count = 0

    def put(self, entry: Entry, parcel: Parcel) -> None:
        """Remember a parcel as it stands in the outbox."""
        self.forget([entry])
        self._parcels[entry] = parcel
        self._count += parcel.events
        while self._count > _EVENTS_HANDED and len(self._parcels) > 1:
            self.forget([next(iter(self._parcels))])

    def remembered(self) -> Mapping[Entry, Parcel]:
        """Return the parcels that are remembered now."""
        return dict(self._parcels)

    def forget(self, entries: Iterable[Entry]) -> None:
        """Forget parcels."""
        for entry in entries:
            if parcel := self._parcels.pop(entry, None):
                self._count -= parcel.events


async def packed(announcements: Sequence[Announcement]) -> list[Parcel]:
    """Return events as parcels; they are compressed beside the event loop."""
    return await asyncio.to_thread(laid_out(announcements).parcels)


async def put(
    connection: "asyncpg.Connection[asyncpg.Record]", parcels: Iterable[Parcel], *, handed: Handed | None = None
) -> None:
    """Put parcels into the outbox of the transaction under way, in the order given."""
    for parcel in parcels:
        row = await connection.fetchrow(
            "insert into outbox (events, parcel) values ($1, $2) returning id, created_at", parcel.events, parcel.packed
        )
        if handed is not None and row is not None:
            handed.put(Entry(row["id"], row["created_at"]), parcel)


async def announce(
    connection: "asyncpg.Connection[asyncpg.Record]",
    announcements: Iterable[Announcement],
    *,
    handed: Handed | None = None,
) -> None:
    """Put events into the outbox of the transaction under way, those of one key in the order given."""
    waiting = iter(announcements)
    while some := list(islice(waiting, PARCEL_RECORDS)):
        await put(connection, await packed(some), handed=handed)


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
            elif relayed < _EVENTS_AT_ONCE:
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
            rows = await connection.fetch(_OLDEST, _PARCELS_AT_ONCE, _EVENTS_AT_ONCE, *known)
            WAITING.labels(self._service).set(rows[0]["age"] if rows else 0.0)
            if not rows:
                return 0
            entries = [Entry(row["id"], row["created_at"]) for row in rows]
            parcels = [handed.get(entry) or opened(row["parcel"]) for entry, row in zip(entries, rows, strict=True)]
            await self._producer.send_all([each for parcel in parcels for each in parcel.contents])
            await connection.execute("delete from outbox where id = any($1::bigint[])", [each.id for each in entries])
        self.handed.forget(entries)
        events = sum(parcel.events for parcel in parcels)
        RELAYED.labels(self._service).inc(events)
        return events
