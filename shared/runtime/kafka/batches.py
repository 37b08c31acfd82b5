"""Applies a batch of records: each event once, all in one transaction, and what cannot be applied set aside."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from typing import Final

import asyncpg
from aiokafka import ConsumerRecord
from prometheus_client import Counter, Histogram

from shared.events.topics import AnyEvent, Topic
from shared.runtime.database import Database, is_transient
from shared.runtime.kafka.dead_letters.store import set_aside
from shared.runtime.kafka.decoding import Decoder, Readable, Unreadable
from shared.runtime.kafka.inbox import seen
from shared.runtime.kafka.producer import Producer
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage, described

_log = get_logger(__name__)
_BACK_OFF_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_TRY_PAUSES: Final = (0.2, 0.5)  # after the first and the second of three tries
_TRY_SECONDS: Final = 5.0

APPLIED = Counter("tiendo_events_applied_total", "Events applied for the first time.", ["group"])
REPEATED = Counter("tiendo_events_repeated_total", "Events delivered again and passed over.", ["group"])
BATCH = Histogram("tiendo_batch_seconds", "Time to apply one batch of events.", ["group"])

Apply = Callable[["asyncpg.Connection[asyncpg.Record]", Sequence[AnyEvent]], Awaitable[None]]


class Applier:
    """Hands a group's unseen events to `apply`, within the transaction that remembers them."""

    def __init__(
        self,
        *,
        group: str,
        topics: Sequence[Topic],
        topic_prefix: str,
        database: Database,
        producer: Producer,
        apply: Apply,
        on_applied: Callable[[], None] | None,
        lanes: int = 1,
    ) -> None:
        self._group = group
        self._prefix = topic_prefix
        self._decoder = Decoder(topics)
        self._database = database
        self._producer = producer
        self._apply = apply
        self._on_applied = on_applied
        self._lanes = lanes
        self.outage: Final = Outage(f"group {group} waits", back=f"group {group} goes on")

    async def take(self, records: Sequence["ConsumerRecord[bytes, bytes]"]) -> None:
        """Apply what can be read, set the rest aside; transient errors are retried here, in order."""
        with BATCH.labels(self._group).time():
            async with asyncio.TaskGroup() as group:  # which ends every lane before it lets a cancellation go on
                lanes = _shared_out(records, lanes=self._lanes)
                applying = [group.create_task(self._take_lane(lane)) for lane in lanes]
            unreadable = list(chain.from_iterable(lane.result() for lane in applying))
            await self._wait_out(
                lambda: set_aside(unreadable, producer=self._producer, prefix=self._prefix, group=self._group)
            )
        self.outage.end()

    async def _take_lane(self, records: Sequence["ConsumerRecord[bytes, bytes]"]) -> list[Unreadable]:
        """Apply a lane's records; they are read here, so that the database has one lane's while the next is read."""
        decoded = self._decoder.decode(records)
        return [*decoded.unreadable, *(await self._apply_all(decoded.readable) if decoded.readable else ())]

    async def _apply_all(self, readable: Sequence[Readable]) -> list[Unreadable]:
        """Apply a batch; where it fails for good, its halves, so that a bad event is found and the rest goes on."""
        try:
            await self._try_thrice(lambda: self._apply_once(readable))
        except Exception as error:  # noqa: BLE001  whatever an event breaks, the events around it go on
            return await self._halved(readable, error)
        return []

    async def _halved(self, readable: Sequence[Readable], error: Exception) -> list[Unreadable]:
        """Apply the halves of what failed, each once, and return the events at fault with the reason."""
        if len(readable) == 1:
            return [Unreadable(readable[0].record, f"could not be applied: {described(error)}")]
        middle = len(readable) // 2
        failed: list[Unreadable] = []
        for half in (readable[:middle], readable[middle:]):
            try:
                await self._wait_out(partial(self._apply_once, half))
            except Exception as again:  # noqa: BLE001  as above
                failed += await self._halved(half, again)
        return failed

    async def _apply_once(self, readable: Sequence[Readable]) -> None:
        """Apply a batch in one transaction, and say so."""
        async with self._database.transaction() as connection:
            known = await seen(connection, [each.event.id for each in readable])
            events = []
            for each in readable:
                if each.event.id not in known:
                    known.add(each.event.id)  # it may have come twice at once
                    events.append(each.event)
            if events:
                await self._apply(connection, events)
        APPLIED.labels(self._group).inc(len(events))
        REPEATED.labels(self._group).inc(len(readable) - len(events))
        if self._on_applied:
            self._on_applied()

    async def _try_thrice(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Try up to three times within five seconds: what another process was in the way of may work the next time."""
        gives_up_at: float | None = None
        for pause in _TRY_PAUSES:
            try:
                return await self._wait_out(attempt)
            except Exception as error:
                gives_up_at = gives_up_at or time.monotonic() + _TRY_SECONDS
                if time.monotonic() + pause > gives_up_at:
                    raise
                _log.info("trying again", group=self._group, error=described(error))
                await asyncio.sleep(_jittered(pause))
        return await self._wait_out(attempt)

    async def _wait_out(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Try for as long as what fails is not the events' fault: the database or the brokers are away or not ready."""
        failures = 0
        while True:
            try:
                return await attempt()
            except Exception as error:
                if not is_transient(error):
                    raise
                self.outage.note(error)
                pause = _BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS) - 1)]
                failures += 1
            await asyncio.sleep(_jittered(pause))


def _jittered(pause: float) -> float:
    return pause * random.uniform(0.5, 1.0)  # noqa: S311  jitter is no secret


def _shared_out(
    records: Sequence["ConsumerRecord[bytes, bytes]"], *, lanes: int
) -> list[Sequence["ConsumerRecord[bytes, bytes]"]]:
    """Return the records in up to so many lanes of about the same length; those of one partition keep their order."""
    if lanes == 1:
        return [records]
    partitions: defaultdict[tuple[str, int], list[ConsumerRecord[bytes, bytes]]] = defaultdict(list)
    for each in records:
        partitions[each.topic, each.partition].append(each)
    shared: list[list[ConsumerRecord[bytes, bytes]]] = [[] for _ in range(lanes)]
    for one in sorted(partitions.values(), key=len, reverse=True):
        min(shared, key=len).extend(one)
    return list(filter(None, shared))
