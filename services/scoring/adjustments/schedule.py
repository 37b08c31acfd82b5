"""Announces roll-ups and outlooks that changed, at most once in a while: digests are made of them."""

from collections.abc import Callable
from typing import Any, Final

from services.scoring.adjustments.handlers import announce_changed
from services.scoring.plans.store import UnitOfWork
from shared.runtime.clock import Clock
from shared.runtime.database import TRANSIENT, Conflict, Database
from shared.runtime.outages import Outage

_RETRY_SECONDS: Final = 1.0


class AnnouncementSchedule:
    """Looks for periods in which progress changed since they were announced."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        work: Callable[[Any], UnitOfWork],
        on_announced: Callable[[], None],
        pause_seconds: float,
    ) -> None:
        self._database = database
        self._clock = clock
        self._work = work
        self._on_announced = on_announced
        self._pause_seconds = pause_seconds
        self.outage: Final = Outage("roll-ups and outlooks wait", back="roll-ups and outlooks go on")

    async def run(self) -> None:
        """Look until cancelled, with the pause between two looks; sooner again where one failed."""
        while True:
            began_at = self._clock.now()
            try:
                await self.announce()
            except (*TRANSIENT, Conflict) as error:
                self.outage.note(error)
                pause = min(_RETRY_SECONDS, self._pause_seconds)
            else:
                self.outage.end()
                pause = self._pause_seconds
            await self._clock.sleep(pause, since=began_at)

    async def announce(self) -> None:
        """Announce what changed."""
        async with self._database.transaction() as connection:
            count = await announce_changed(work=self._work(connection), now=self._clock.now())
        if count:
            self._on_announced()
