"""The outbox: what a transaction announces is committed with it, and relayed to Kafka in insertion order."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import asyncpg
from prometheus_client import Counter, Gauge
from sqlalchemy import BigInteger, Column, DateTime, Identity, LargeBinary, MetaData, Table, Text, func

from shared.events.envelope import Event
from shared.events.topics import Topic
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.kafka import Producer, Record
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_LOCK: Final = 0x7469656E646F  # "tiendo": one relay at a time per database
_BATCH: Final = 2_000
_POLL_SECONDS: Final = 0.5
_GATHER_SECONDS: Final = 0.05  # between two looks that find something: one transaction then carries many events
_COLUMNS: Final = ("topic", "key", "value", "event_type")

RELAYED = Counter("tiendo_outbox_relayed_total", "Events handed to Kafka from the outbox.", ["service"])
WAITING = Gauge("tiendo_outbox_oldest_seconds", "Age of the oldest event still in the outbox.", ["service"])


class Announcement(NamedTuple):
    """An event for a topic, under the key that keeps its order."""

    topic: Topic
    key: str
    event: Event[Any]
    body: bytes | None = None  # the event as it travels, where the caller has it already


def outbox_table(metadata: MetaData) -> Table:
    """Return the outbox table of a service's metadata."""
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("value", LargeBinary, nullable=False),
        Column("event_type", Text, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


async def announce(connection: "asyncpg.Connection[asyncpg.Record]", announcements: Sequence[Announcement]) -> None:
    """Put events into the outbox of the transaction under way, in the order given."""
    if announcements:
        await connection.copy_records_to_table(
            "outbox",
            columns=_COLUMNS,
            records=[
                (row.topic.name, row.key, row.body or row.event.to_bytes(), row.event.type) for row in announcements
            ],
        )


class Relay:
    """Publishes the outbox in insertion order, one relay at a time, and deletes what the broker acknowledged."""

    def __init__(self, *, service: str, database: Database, producer: Producer) -> None:
        self._service = service
        self._database = database
        self._producer = producer
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
            elif relayed < _BATCH:
                await asyncio.sleep(_GATHER_SECONDS)

    async def relay_once(self) -> int:
        """Publish the oldest events and return how many; 0 where there are none or another relay is active.

        Raises:
            TimeoutError: the broker did not acknowledge in time; nothing is deleted and all is sent again.
        """
        async with self._database.transaction() as connection:
            # A deletion that a crash undoes is only published twice, so it need not wait for the disk.
            is_ours = "select pg_try_advisory_xact_lock($1) from set_config('synchronous_commit', 'off', true)"
            if not await connection.fetchval(is_ours, _LOCK):
                return 0
            rows = await connection.fetch(
                "select id, topic, key, value, event_type, extract(epoch from now() - created_at)::float8 as age"
                " from outbox order by id limit $1",
                _BATCH,
            )
            WAITING.labels(self._service).set(rows[0]["age"] if rows else 0.0)
            if not rows:
                return 0
            await self._producer.send_all(
                [
                    Record(
                        topic=row["topic"], key=row["key"].encode(), value=row["value"], event_type=row["event_type"]
                    )
                    for row in rows
                ]
            )
            await connection.execute("delete from outbox where id = any($1::bigint[])", [row["id"] for row in rows])
        RELAYED.labels(self._service).inc(len(rows))
        return len(rows)
