"""The only place that knows what time it is, so that a past year can be lived again."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from typing import Final, Protocol
from zoneinfo import ZoneInfo

TIMEZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    """Tells the moment and lets a loop rest until its next look."""

    is_rehearsal: bool

    def now(self) -> datetime:
        """Return this moment, aware, in Asia/Ho_Chi_Minh."""

    async def sleep(self, seconds: float, *, since: datetime) -> None:
        """Rest for real seconds, or less where the clock was moved from where it stood at one's last look, `since`."""


async def sleep_or_wake(clock: Clock, seconds: float, *, since: datetime, wake: asyncio.Event) -> None:
    """Rest on the clock for `seconds`, or until woken."""
    waiting = {asyncio.ensure_future(wake.wait()), asyncio.ensure_future(clock.sleep(seconds, since=since))}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


def system_now() -> datetime:
    """Return the machine's moment, aware, in Asia/Ho_Chi_Minh."""
    return datetime.now(TIMEZONE)  # noqa: TID251  the one door to the machine's clock


class SystemClock:
    """The machine's clock."""

    is_rehearsal = False

    def now(self) -> datetime:
        """Return this moment, aware, in Asia/Ho_Chi_Minh."""
        return system_now()

    async def sleep(self, seconds: float, *, since: datetime) -> None:  # noqa: ARG002  it moves all the time
        """Rest for `seconds`."""
        await asyncio.sleep(seconds)


class RehearsalClock(SystemClock):
    """A clock that was set to `start` at the machine's moment `anchored_at` and runs on from there."""

    is_rehearsal = True

    def __init__(self, start: datetime, *, anchored_at: datetime) -> None:
        self._shift: timedelta = start - anchored_at

    def now(self) -> datetime:
        """Return the rehearsed moment, aware, in Asia/Ho_Chi_Minh."""
        return (system_now() + self._shift).astimezone(TIMEZONE)


class SteppedClock:
    """A clock that stands still until it is moved; who sleeps on it wakes when it moves.

    `most_seconds` is how many real seconds anybody sleeps on it at most: a year that passes in a minute waits for none.
    """

    is_rehearsal = True

    def __init__(self, start: datetime, *, most_seconds: float = inf) -> None:
        self._most_seconds = most_seconds
        self._now = start.astimezone(TIMEZONE)
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """Return the moment the clock was last moved to."""
        return self._now

    def advance_to(self, moment: datetime) -> None:
        """Move the clock forward and wake all who sleep on it.

        Raises:
            ValueError: `moment` lies before the clock's; time is not turned back.
        """
        if moment < self._now:
            raise ValueError(
                f"the clock stands at {self._now.isoformat()} and is not turned back to {moment.isoformat()}"
            )
        self._now = moment.astimezone(TIMEZONE)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep(self, seconds: float, *, since: datetime) -> None:
        """Rest for real `seconds`, or until the clock is moved; not at all where it was moved since that look."""
        if since != self._now:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, self._most_seconds)):
                await self._moved.wait()
