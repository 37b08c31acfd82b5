"""Scoring's handlers on a database of their own, called as the edges call them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

import asyncpg

from services.scoring.adjustments.handlers import announce_changed, put_in_force
from services.scoring.periods.schedule import Closing
from services.scoring.plans.store import PlanCache, UnitOfWork
from services.scoring.progress.handlers import judge_submissions, learn_reference
from shared.events.plans import PlanPublished
from shared.events.progress import ProgressChanged
from shared.events.topics import PROGRESS, ROLLUPS, SUBMISSIONS, AnyEvent, Topic
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Conflict, Database
from shared.runtime.kafka.decoding import Decoder
from tests.support.outboxes import waiting
from tests.support.scoring_examples import at

IN_TIME: Final = at("2014-04-03T10:00")
EventT = TypeVar("EventT", bound=AnyEvent)
_DECODER: Final = Decoder([SUBMISSIONS])
AFTER_DUE: Final = at("2014-04-09T00:05")


class Scoring:
    """Scoring's handlers on a database of their own, as the edges call them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.cache: PlanCache = {}

    async def learn(self, *events: Any, now: datetime = IN_TIME) -> None:
        async with self.database.transaction() as connection:
            work = UnitOfWork(connection, cache=self.cache)
            await learn_reference(events, work=work, now=now)
            plans = {event.data.plan for event in events if isinstance(event, PlanPublished)}
            await put_in_force(plans, work=work, now=now)

    async def judge(self, *events: Any, now: datetime = IN_TIME) -> None:
        async with self.database.transaction() as connection:
            work = UnitOfWork(connection, cache=self.cache)
            await judge_submissions([as_read(each) for each in events], work=work, now=now)

    async def judge_as_a_consumer_does(self, *events: Any) -> None:
        """Judge, and try again after what passes: a deadlock, or being overtaken."""
        while True:
            try:
                return await self.judge(*events)
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, Conflict):
                await asyncio.sleep(0.01)

    async def close(self, now: datetime = AFTER_DUE, *, is_worked_off: bool = True) -> bool:
        return await self.closing(now, is_worked_off=is_worked_off).close_due()

    def closing(self, now: datetime, *, is_worked_off: bool = True) -> Closing:
        async def answer() -> bool:
            return is_worked_off

        return Closing(
            database=self.database,
            clock=SteppedClock(now),
            work=partial(UnitOfWork, cache=self.cache),
            is_worked_off=answer,
            on_closed=lambda: None,
            pause_seconds=0.01,
        )

    async def look_for_rollups(self, now: datetime) -> None:
        """Announce the roll-ups that changed, as the schedule does."""
        async with self.database.transaction() as connection:
            await announce_changed(work=UnitOfWork(connection, cache=self.cache), now=now)

    async def announced(self) -> list[ProgressChanged]:
        return await self._told(ProgressChanged, PROGRESS, key=lambda event: event.data.agency)

    async def told(self, model: type[EventT]) -> list[EventT]:
        """Return the events of this type that were announced on `rollups`."""
        return await self._told(model, ROLLUPS, key=lambda event: event.data.plan)

    async def _told(self, model: type[EventT], topic: Topic, *, key: Callable[[EventT], str]) -> list[EventT]:
        async with self.database.transaction() as connection:
            records = await waiting(connection)
        kind = model.model_fields["type"].default
        told = [record for record in records if record.event_type == kind]
        events = [model.model_validate_json(record.value or b"") for record in told]
        assert [(record.topic, record.key) for record in told] == [(topic.name, key(each).encode()) for each in events]
        return events

    async def standings(self) -> dict[tuple[str, str], tuple[int, str]]:
        async with self.database.transaction() as connection:
            rows = await connection.fetch("select agency, period, revision, standing from current_progress")
        return {(row["agency"], row["period"]): (row["revision"] or 0, row["standing"]) for row in rows}


def as_read(event: Any) -> Any:
    """Return an event as it is read from its record."""
    return _DECODER.read(event.to_bytes())


@asynccontextmanager
async def scoring_on(url: str) -> AsyncIterator[Scoring]:
    """Lend scoring on this database until the block ends."""
    database = Database(url, pool_size=8)
    await database.open()
    try:
        yield Scoring(database)
    finally:
        await database.close()
