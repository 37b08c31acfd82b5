"""Closes each period once its due date has passed, whichever process looks first."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from prometheus_client import Counter

from services.scoring.periods.handlers import close_periods, is_any_period_due
from services.scoring.plans.store import UnitOfWork
from shared.runtime.clock import Clock
from shared.runtime.database import TRANSIENT, Conflict, Database
from shared.runtime.outages import Outage

_SOON_SECONDS: Final = 0.2

CLOSED = Counter("tiendo_periods_closed_total", "Periods closed after their due date.")


class Closing:
    """The clock that says `missing`: a silent agency sends no event that could."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        work: Callable[[Any], UnitOfWork],
        is_worked_off: Callable[[], Awaitable[bool]],
        on_closed: Callable[[], None],
        pause_seconds: float,
    ) -> None:
        self._database = database
        self._clock = clock
        self._world = work
        self._is_worked_off = is_worked_off
        self._on_closed = on_closed
        self._pause_seconds = pause_seconds
        self.outage: Final = Outage("closing waits", back="closing goes on")

    async def run(self) -> None:
        """Look for due periods until cancelled; sooner again where submissions are still to be judged first."""
        while True:
            began_at = self._clock.now()
            try:
                is_done = await self.close_due()
            except (*TRANSIENT, Conflict) as error:
                self.outage.note(error)
                is_done = False
            else:
                self.outage.end()
            pause = self._pause_seconds if is_done else min(_SOON_SECONDS, self._pause_seconds)
            await self._clock.sleep(pause, since=began_at)

    async def close_due(self) -> bool:
        """Close what is due and return True; False where submissions must be judged first.

        Raises:
            KafkaAway: the brokers do not say whether submissions wait.
        """
        now = self._clock.now()
        async with self._database.transaction() as connection:
            if not await is_any_period_due(work=self._world(connection), now=now):
                return True
        if not await self._is_worked_off():
            return False
        while True:
            async with self._database.transaction() as connection:
                closed = await close_periods(work=self._world(connection), now=now)
            if not closed:
                return True
            CLOSED.inc(closed)
            self._on_closed()
