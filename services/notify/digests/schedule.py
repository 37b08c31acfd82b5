"""Queues what becomes due as time passes; each once, also after the service was down at that hour."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from services.notify.digests.handlers import decide_on_locked, queue_digest
from services.notify.progress.store import known_plans, latest_plans
from shared.runtime.clock import Clock, sleep_or_wake
from shared.runtime.database import TRANSIENT, Database
from shared.runtime.outages import Outage

_LOOK_SECONDS: Final = 2.0


class Schedule:
    """Looks for due digests and locked periods whenever the clock moved or events arrived."""

    def __init__(self, database: Database, *, clock: Clock, settling: timedelta, on_queued: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._settling = settling
        self._on_queued = on_queued
        self._wake = asyncio.Event()
        self.outage: Final = Outage("digests wait", back="digests go on")
        self._locks_checked_in: tuple[date, int] | None = None  # day and hour

    def wake(self) -> None:
        """Hint that progress arrived, which a digest may wait for."""
        self._wake.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self._wake.clear()
            now = self._clock.now()
            try:
                await self.look(now=now)
            except TRANSIENT as error:
                self.outage.note(error)
            else:
                self.outage.end()
            await sleep_or_wake(self._clock, _LOOK_SECONDS, since=now, wake=self._wake)

    async def look(self, *, now: datetime) -> None:
        """Queue what is due in each plan: once an hour the last notices on locked periods, and the latest digest."""
        async with self._database.transaction() as connection:
            known_since = await known_plans(connection)
            plans = await latest_plans(connection, known_since)
        for plan in plans.values():
            is_queued = False
            if self._locks_checked_in != (now.date(), now.hour):
                async with self._database.transaction() as connection:
                    is_queued |= await decide_on_locked(plan, connection=connection, settling=self._settling, now=now)
            async with self._database.transaction() as connection:
                since = known_since[plan.plan].astimezone(now.tzinfo)
                is_queued |= await queue_digest(plan, connection=connection, known_since=since, now=now)
            if is_queued:
                self._on_queued()
        self._locks_checked_in = (now.date(), now.hour)
