"""The outbox: what a transaction announces is committed with it, and relayed to Kafka in insertion order."""

import asyncio
import math
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self

import asyncpg
from prometheus_client import Counter, Gauge
from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Identity, LargeBinary, MetaData, Table, Text, func, insert

from shared.events.envelope import Event
from shared.events.topics import Topic
from shared.runtime.database import TRANSIENT, Database, Session
from shared.runtime.kafka.producer import Producer, Record
from shared.runtime.outages import Outage

_LOCK: Final = 0x7469656E646F  # "tiendo": one relay at a time per database
_EVENTS_AT_ONCE: Final = 2_000
_BYTES_AT_ONCE: Final = 16 * 1024 * 1024  # an event may be as large as a request
_COLUMNS: Final = ("topic", "key", "value", "place", "event_type")
_OLDEST: Final = """
select id, topic, key, value, event_type
from (select *, sum(octet_length(value)) over (order by id) - octet_length(value) as bytes_before
      from (select * from outgoing order by id limit $1) as oldest) as counted
where bytes_before < $2 order by id
"""
_ALL_OF: Final = "select id, topic, key, value, event_type from outgoing where topic = $1 order by id limit $2"
_SETTINGS: Final = "select set_config('synchronous_commit', 'off', true), set_config('lock_timeout', '500ms', true)"
AGE: Final = "select extract(epoch from now() - created_at)::float8 from outbox order by id limit 1"
"""Selects how old the oldest event is, in seconds; nothing where there is none."""

_POLL_SECONDS: Final = 0.5
_GATHER_SECONDS: Final = 0.05  # between two looks that find something: one transaction then carries many events

RELAYED = Counter("tiendo_outbox_relayed_total", "Events handed to Kafka from the outbox.", ["service"])
WAITING = Gauge(
    "tiendo_outbox_oldest_seconds",
    "Age of the oldest event still in the outbox; NaN where that is not known.",
    ["service"],
)


def outbox_table(metadata: MetaData) -> Table:
    """Return the outbox table of a service's metadata: a row is an event, or the place where the event is kept.

    The view `outgoing` shows each with the bytes that travel: see `outgoing_view`.
    """
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("value", LargeBinary),
        Column("place", ARRAY(Text)),  # the primary key, as text, of the row that holds the event
        Column("event_type", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


_OUTBOX: Final = outbox_table(MetaData())


def outgoing_view(kept: str) -> str:
    """Return the statement that makes the view `outgoing`; `kept` selects an event by `place`, an array of texts."""
    return (
        f"create view outgoing as select id, topic, key, coalesce(value, ({kept})) as value, event_type"  # noqa: S608  ours
        " from outbox"
    )


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event for a topic, under the key that keeps its order: as it travels, or the place where it is kept."""

    topic: Topic
    key: str
    event_type: str
    body: bytes | None = None
    place: tuple[str, ...] | None = None

    @classmethod
    def of(cls, topic: Topic, key: str, event: Event[Any]) -> Self:
        """Return the announcement of an event."""
        return cls(topic, key, event.type, event.to_bytes())


async def announce(connection: "asyncpg.Connection[asyncpg.Record]", announcements: Iterable[Announcement]) -> None:
    """Put events into the outbox of the transaction under way, in the order given."""
    rows = list(map(_row, announcements))
    if rows:
        await connection.copy_records_to_table("outbox", records=rows, columns=_COLUMNS)


async def announce_in(session: Session, announcements: Iterable[Announcement]) -> None:
    """Put events into the outbox of a SQLModel session, in the order given."""
    rows = [dict(zip(_COLUMNS, _row(each), strict=True)) for each in announcements]
    if rows:
        await session.exec(insert(_OUTBOX), params=rows)


def _row(announcement: Announcement) -> tuple[Any, ...]:
    return (
        announcement.topic.name,
        announcement.key,
        announcement.body,
        announcement.place,
        announcement.event_type,
    )


class Relay:
    """Publishes the outbox in insertion order and deletes what was acknowledged; several relays take turns.

    Events of the topic `first` go before all others, so that no backlog delays them. They leave within a second of
    their commit; readiness tells of one that has waited for `late_seconds`.
    """

    def __init__(
        self,
        *,
        service: str,
        database: Database,
        producer: Producer,
        first: Topic | None = None,
        late_seconds: float = 15.0,
    ) -> None:
        self.late_seconds = late_seconds
        self._service = service
        self._database = database
        self._producer = producer
        self._first = first
        self._wake = asyncio.Event()
        self._oldest_at: float | None = None  # by the monotonic clock; infinite where the outbox is empty
        WAITING.labels(service).set_function(self.oldest_seconds)
        self.outage: Final = Outage(f"the relay of {service} waits", back=f"the relay of {service} goes on")

    def wake(self) -> None:
        """Say that something was committed to the outbox; a hint only, the relay also looks by itself."""
        self._wake.set()

    def note_age(self, seconds: float | None) -> None:
        """Note how old the oldest event in the outbox is, None where there is none; the database is asked elsewhere."""
        self._oldest_at = math.inf if seconds is None else time.monotonic() - seconds

    def oldest_seconds(self) -> float:
        """Return how old the oldest event in the outbox is now, 0 where there is none, NaN where that is not known."""
        if self._oldest_at is None:
            return math.nan
        return max(time.monotonic() - self._oldest_at, 0.0)

    async def run(self) -> None:
        """Relay until cancelled."""
        while True:
            self._wake.clear()
            try:
                relayed = await self.relay_once()
            except TRANSIENT as error:
                self.outage.note(error)
                await asyncio.sleep(_POLL_SECONDS)
                continue
            self.outage.end()
            if relayed == 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_SECONDS):
                        await self._wake.wait()
            elif relayed < _EVENTS_AT_ONCE:
                await asyncio.sleep(_GATHER_SECONDS)

    def faults(self) -> list[str]:
        """Return what keeps events in the outbox, and for how long the oldest has waited, where that is too long."""
        age = self.oldest_seconds()
        late = f"the oldest event in the outbox has waited for {age:.0f} s" if age >= self.late_seconds else None
        return [each for each in (self.outage.fault(), late) if each]

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
            rows = await connection.fetch(_ALL_OF, self._first.name, _EVENTS_AT_ONCE) if self._first else []
            rows = rows or await connection.fetch(_OLDEST, _EVENTS_AT_ONCE, _BYTES_AT_ONCE)
            if not rows:
                return 0
            await self._producer.send_all(
                [Record(row["topic"], row["key"].encode(), row["value"], row["event_type"]) for row in rows]
            )
            await connection.execute("delete from outbox where id = any($1::bigint[])", [row["id"] for row in rows])
        RELAYED.labels(self._service).inc(len(rows))
        return len(rows)
