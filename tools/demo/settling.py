"""Waits until all that was set going has come to rest, so that the clock may be moved on."""

import asyncio
import time
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.embedded_system import EmbeddedSystem
from services.notify.digests.timing import digest_slot
from shared.events.plans import PlanPublishedData
from shared.runtime.clock import Clock

_LOOK_SECONDS: Final = 0.015
_PATIENCE_SECONDS: Final = 60.0

_INGEST: Final = """
select (select count(*) from outbox) as outbox, (select count(*) from submission) as submissions,
       (select count(*) from agency) + (select count(*) from plan_version)
           + (select count(*) + count(revoked_at) from api_key) as reference
"""
_SCORING: Final = """
select (select count(*) from outbox) as outbox, (select count(*) from inbox) as inbox,
       (select count(*) from waiting_submission) as waiting,
       (select coalesce(sum(sequence), 0) from current_progress) as announced,
       (select count(*) from period_close) as closed
"""
_NOTIFY: Final = """
select (select count(*) from agency) + (select count(*) from plan_version)
           + (select count(*) + count(revoked_at) from api_key) as reference,
       (select coalesce(sum(sequence), 0) from progress) as progress,
       (select count(*) from notice where state in ('queued', 'sending', 'unknown') and due_at <= $1) as due,
       (select count(distinct period) from notice where kind = 'digest') as digests
"""


class NotSettled(Exception):
    """The system did not come to rest; the sentence says what is still under way."""


class Settling:
    """Asks the three databases whether anything is under way; costs three short queries a look."""

    def __init__(self, system: EmbeddedSystem, *, plan: PlanPublishedData, clock: Clock) -> None:
        self._databases = {name: system.database(name) for name in system.databases}
        self._clock = clock
        self._zone = ZoneInfo(plan.timezone)
        self._due_on = [period.due_on for period in plan.periods]
        self._digests_at = [digest_slot(period, plan=plan, timezone=clock.now().tzinfo) for period in plan.periods]

    async def until_settled(self) -> None:
        """Wait until nothing is under way at the clock's moment.

        Raises:
            NotSettled: something still is after a minute.
        """
        began = time.monotonic()
        while left := await self.under_way():
            if time.monotonic() - began > _PATIENCE_SECONDS:
                moment = self._clock.now()
                raise NotSettled(f"at {moment:%Y-%m-%d %H:%M} the system does not come to rest: {'; '.join(left)}")
            await asyncio.sleep(_LOOK_SECONDS)

    async def under_way(self) -> list[str]:
        """Return what is still under way, each as a few words."""
        now = self._clock.now()
        ingest, scoring, notify = await asyncio.gather(
            self._row("ingest", _INGEST), self._row("scoring", _SCORING), self._row("notify", _NOTIFY, now)
        )
        counts = {
            "events in ingest's outbox": ingest["outbox"],
            "events not yet taken in by scoring": ingest["submissions"] + ingest["reference"] - scoring["inbox"],
            "submissions waiting for their plan": scoring["waiting"],
            "periods to close": self._closed_by(now) - scoring["closed"],
            "events in scoring's outbox": scoring["outbox"],
            "events not yet taken in by notify": scoring["announced"]
            + ingest["reference"]
            - notify["progress"]
            - notify["reference"],
            "digests to put together": sum(slot <= now for slot in self._digests_at) - notify["digests"],
            "notices due": notify["due"],
        }
        return [f"{count} {what}" for what, count in counts.items() if count]

    def _closed_by(self, now: datetime) -> int:
        return sum(due_on < now.astimezone(self._zone).date() for due_on in self._due_on)

    async def _row(self, service: str, query: str, *given: Any) -> Any:
        async with self._databases[service].pool.acquire() as connection:
            return await connection.fetchrow(query, *given)
