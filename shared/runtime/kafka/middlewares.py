"""What stands between a subscriber and its handler, outermost first: dead letters, retry, transaction, inbox.

A batch travels as FastStream's message. Its body is the events with their records (`Received`) down to the inbox, and
from there the events alone. What a middleware returns to the one around it is said by its docstring.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Annotated, Any, Final

import asyncpg
from aiokafka import ConsumerRecord
from faststream import BaseMiddleware, Context
from faststream.kafka import KafkaMessage
from prometheus_client import Counter, Histogram

from shared.runtime.database import Database, is_transient
from shared.runtime.kafka.dead_letters.store import set_aside
from shared.runtime.kafka.decoding import Decoder, Received, Rejected
from shared.runtime.kafka.inbox import seen
from shared.runtime.kafka.producer import Producer
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage, described

_log = get_logger(__name__)
_BACK_OFF_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_TRY_PAUSES: Final = (0.2, 0.5)  # after the first and the second of three tries
_TRY_SECONDS: Final = 5.0
_NACK_SECONDS: Final = 1.0  # a batch that is not acknowledged comes back at once

APPLIED = Counter("tiendo_events_applied_total", "Events applied for the first time.", ["group"])
REPEATED = Counter("tiendo_events_repeated_total", "Events delivered again and passed over.", ["group"])
BATCH = Histogram("tiendo_batch_seconds", "Time to apply one batch of events.", ["group"])

POLL_MS: Final = 40
"""How long a subscriber waits for records at a time; FastStream waits as long once more where none came."""

Connection = Annotated[Any, Context("connection")]
"""In a handler's signature: asyncpg's connection, within the transaction of the batch."""

CallNext = Callable[[Any], Awaitable[Any]]
_Records = Sequence["ConsumerRecord[bytes, bytes]"]


@dataclass(frozen=True)
class Plumbing:
    """What the middlewares of a broker work with, in its context as `plumbing`.

    With `parallel`, the partitions of a batch are applied in up to so many transactions side by side.
    """

    database: Database
    producer: Producer
    decoder: Decoder
    on_committed: Callable[[], None]
    parallel: int
    outages: dict[str, Outage] = field(default_factory=dict)  # by group: what a batch of it waits for


async def raw(message: KafkaMessage) -> Any:
    """Leave a body as it is: the records of a batch are decoded one by one, within `DeadLetters`."""
    return message.body


async def without_headers(records: Any, original: Any) -> Any:
    """Parse a batch without its headers: one that is not UTF-8 would make FastStream pass over the batch silently.

    Its first record does for the message around it; what is read are the records themselves.
    """
    message = await original((replace(records[0], headers=()),))
    message.raw_message = records
    return message


class _Middleware(BaseMiddleware[Any, Any]):
    @property
    def plumbing(self) -> Plumbing:
        """Return what to work with."""
        plumbing: Plumbing = self.context.resolve("plumbing")
        return plumbing

    @property
    def group(self) -> str:
        """Return the consumer group whose subscriber the message came to."""
        group: str = self.context.resolve("handler_.group_id")
        return group

    @property
    def outage(self) -> Outage:
        """Return what a batch of the group waits for."""
        return self.plumbing.outages[self.group]


class DeadLetters(_Middleware):
    """Decodes the records and sets aside what cannot be read or applied, before the batch is acknowledged."""

    async def consume_scope(self, call_next: CallNext, msg: Any) -> None:
        """Return once each record is applied or set aside; a batch that fails as a whole comes again after a pause."""
        try:
            with BATCH.labels(self.group).time():
                rejected = await self._applied(call_next, msg)
                if rejected:
                    setting_aside = partial(set_aside, rejected, producer=self.plumbing.producer, group=self.group)
                    await _wait_out_transient(setting_aside, outage=self.outage)
        except Exception:
            _log.exception("a batch comes again", group=self.group)
            await asyncio.sleep(_NACK_SECONDS)
            raise
        self.outage.end()

    async def _applied(self, call_next: CallNext, msg: Any) -> list[Rejected]:
        """Apply the parts of a batch side by side and return what was rejected."""
        async with asyncio.TaskGroup() as tasks:  # which ends every task before it lets a cancellation go on
            parts = split_by_partition(msg.raw_message, count=self.plumbing.parallel)
            applying = [tasks.create_task(self._apply(call_next, msg, records)) for records in parts]
        return list(chain.from_iterable(task.result() for task in applying))

    async def _apply(self, call_next: CallNext, msg: Any, records: _Records) -> list[Rejected]:
        """Apply a part; it is decoded here, so that the database works on one while the next is decoded."""
        decoded = self.plumbing.decoder.decode(records)
        if not decoded.received:
            return decoded.rejected
        return [*decoded.rejected, *await call_next(_with_body(msg, decoded.received))]


class Retry(_Middleware):
    """Waits for what is away, tries again what may pass, and halves what fails until the record at fault is alone."""

    async def consume_scope(self, call_next: CallNext, msg: Any) -> list[Rejected]:
        """Return the records that could not be applied; all others are."""
        try:
            await self._try_three_times(partial(call_next, msg))
        except Exception as error:  # noqa: BLE001  whatever an event breaks, the events around it go on
            return await self._halved(call_next, msg, error)
        return []

    async def _halved(self, call_next: CallNext, msg: Any, error: Exception) -> list[Rejected]:
        """Apply the halves of what failed, each once, and return the records at fault with the reason."""
        received: Sequence[Received] = msg.body
        if len(received) == 1:
            return [Rejected(received[0].record, f"could not be applied: {reason_of(error)}")]
        middle = len(received) // 2
        rejected: list[Rejected] = []
        for body in (received[:middle], received[middle:]):
            half = _with_body(msg, body)
            try:
                await _wait_out_transient(partial(call_next, half), outage=self.outage)
            except Exception as again:  # noqa: BLE001  as above
                rejected += await self._halved(call_next, half, again)
        return rejected

    async def _try_three_times(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Try up to three times within five seconds: what another process was in the way of may work the next time."""
        gives_up_at: float | None = None
        for pause in _TRY_PAUSES:
            try:
                return await _wait_out_transient(attempt, outage=self.outage)
            except Exception as error:
                gives_up_at = gives_up_at or time.monotonic() + _TRY_SECONDS
                if time.monotonic() + pause > gives_up_at:
                    raise
                _log.info("trying again", group=self.group, error=reason_of(error))
                await asyncio.sleep(_jittered(pause))
        return await _wait_out_transient(attempt, outage=self.outage)


class Transaction(_Middleware):
    """Applies a batch within one transaction of the database, whose connection the handler is given."""

    async def consume_scope(self, call_next: CallNext, msg: Any) -> None:
        """Return once all of it is committed."""
        async with self.plumbing.database.transaction() as connection:
            with self.context.scope("connection", connection):
                applied: int = await call_next(msg)
        APPLIED.labels(self.group).inc(applied)
        REPEATED.labels(self.group).inc(len(msg.body) - applied)
        self.plumbing.on_committed()


class Inbox(BaseMiddleware[Any, Any]):
    """Hands on the events that were not applied before, each once, and notes them within the transaction."""

    async def consume_scope(self, call_next: CallNext, msg: Any) -> int:
        """Return how many events were applied."""
        received: Sequence[Received] = msg.body
        known = await seen(self.context.resolve("connection"), [each.event.id for each in received])
        events = []
        for each in received:
            if each.event.id not in known:
                known.add(each.event.id)  # it may have come twice at once
                events.append(each.event)
        if events:
            await call_next(_with_body(msg, events))
        return len(events)


MIDDLEWARES: Final[Sequence[Any]] = (DeadLetters, Retry, Transaction, Inbox)
"""Of a broker, outermost first."""


def split_by_partition(records: _Records, *, count: int) -> list[_Records]:
    """Return the records in up to `count` parts of about the same length; a partition is in one, in its order."""
    if count == 1:
        return [records]
    partitions: defaultdict[tuple[str, int], list[ConsumerRecord[bytes, bytes]]] = defaultdict(list)
    for each in records:
        partitions[each.topic, each.partition].append(each)
    parts: list[list[ConsumerRecord[bytes, bytes]]] = [[] for _ in range(count)]
    for one in sorted(partitions.values(), key=len, reverse=True):
        min(parts, key=len).extend(one)
    return list(filter(None, parts))


async def _wait_out_transient(attempt: Callable[[], Awaitable[None]], *, outage: Outage) -> None:
    """Try for as long as what fails is no record's fault: the database or the brokers are away or not ready."""
    failures = 0
    while True:
        try:
            return await attempt()
        except Exception as error:
            if not is_transient(error):
                raise
            outage.note(error)
            pause = _BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS) - 1)]
            failures += 1
        await asyncio.sleep(_jittered(pause))


def reason_of(error: BaseException) -> str:
    """Return why a record could not be applied; of PostgreSQL's words, which may quote rows, only the place."""
    if not isinstance(error, asyncpg.PostgresError | asyncpg.InterfaceError):
        return described(error)
    found = {place: getattr(error, f"{place}_name", None) for place in ("constraint", "table", "column")}
    places = ", ".join(f"{place} {name}" for place, name in found.items() if name)
    return f"{type(error).__name__}: {places}".removesuffix(": ")


def _jittered(pause: float) -> float:
    return pause * random.uniform(0.5, 1.0)  # noqa: S311  jitter is no secret


def _with_body(msg: Any, body: Any) -> Any:
    """Return a message like this one around another body."""
    part = copy(msg)
    part.body = body
    return part
