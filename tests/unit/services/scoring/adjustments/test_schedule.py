"""When roll-ups and outlooks that changed are looked for."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

import pytest

from services.scoring.adjustments.schedule import AnnouncementSchedule
from services.scoring.plans.store import UnitOfWork
from shared.runtime.clock import TIMEZONE, SteppedClock
from shared.runtime.database import Database


class CountingClock(SteppedClock):
    """Notes each rest, and cancels who takes a second one."""

    def __init__(self) -> None:
        super().__init__(datetime(2014, 4, 2, 9, tzinfo=TIMEZONE))
        self.rests: list[float] = []

    async def sleep(self, seconds: float, *, since: datetime) -> None:  # noqa: ARG002  a clock's
        self.rests.append(seconds)
        if len(self.rests) > 1:
            raise asyncio.CancelledError


class FirstFails(AnnouncementSchedule):
    """Finds the database away at its first look."""

    looks: Iterator[bool] = iter((False, True))

    async def announce(self) -> None:
        if not next(self.looks):
            raise TimeoutError


async def test_a_look_that_failed_is_taken_again_soon() -> None:
    clock = CountingClock()
    schedule = FirstFails(
        database=Database("postgresql://nobody@127.0.0.1:9/none"),
        clock=clock,
        work=lambda connection: UnitOfWork(connection, cache={}),
        on_announced=lambda: None,
        pause_seconds=60,
    )
    with pytest.raises(asyncio.CancelledError):
        await schedule.run()
    assert clock.rests == [1, 60]
    assert schedule.outage.fault() is None
