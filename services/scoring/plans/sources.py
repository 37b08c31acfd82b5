"""What every resource reads from, now or as of an earlier moment."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple, ParamSpec, TypeVar

from pydantic import AwareDatetime, BeforeValidator, Field

from services.scoring.plans.published import Published
from services.scoring.plans.query_faults import before_plan, moment_ahead
from services.scoring.plans.store import ONE_MOMENT, PlanCache, earliest_moments, read_as_of, tell_moment
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.pydantic_faults import Name, shaped
from shared.wording.faults import Fault

_AT_ONCE: Final = 2
__all__ = ["AsOf", "Name", "Reading", "Sources", "of_moment"]  # the form of every id stands with what is read of it

_MOMENT: Final = (
    r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"
)


def _with_plus(text: str) -> str:
    return text.replace(" ", "+")


AsOf = Annotated[
    AwareDatetime | None,
    Field(
        description="answer by what had been committed by this moment: reports, registry, plan versions and closings;"
        " such as 2014-07-08T08:00:00+07:00"
    ),
    shaped(
        _MOMENT,
        vi="Cần một thời điểm có múi giờ, như 2014-07-08T08:00:00+07:00.",
        en="A moment with its offset such as 2014-07-08T08:00:00+07:00 is wanted.",
    ),
    BeforeValidator(_with_plus),  # which in a query stands for a blank, unless it is written %2B
]
"""A past moment that an answer is to be as of, None for the latest."""

P = ParamSpec("P")
T = TypeVar("T")


def of_moment(as_of: datetime | None) -> str:
    """Return what the name of an export says of its moment; nothing where it holds the latest."""
    return f"-as-of-{as_of:%Y%m%dT%H%M%S%z}" if as_of else ""


class Reading(NamedTuple):
    """A transaction in which everything is read as of one moment, and what is wrong with asking for that moment."""

    connection: Any
    now: datetime
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Sources:
    """The database, what was read of it before, and the clock."""

    database: Database
    cache: PlanCache
    clock: Clock
    published: Published = field(default_factory=Published)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _telling: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def reading(self, plan: str, *, as_of: datetime | None = None) -> AsyncIterator[Reading]:
        """Lend a transaction that reads one state: the latest, or that of `as_of`, which is then `now`.

        The same moment is answered the same for good. Where it cannot be answered, the latest is read.
        """
        faults = [] if as_of is None else await self._moment_faults(plan, as_of)
        async with self.database.transaction() as connection:
            await connection.execute(ONE_MOMENT)
            if as_of is None or faults:
                yield Reading(connection, self.clock.now(), faults)
            else:
                await read_as_of(connection, as_of)
                yield Reading(connection, as_of, ())

    async def _moment_faults(self, plan: str, as_of: datetime) -> list[Fault]:
        """Return why there is no answer as of this moment; where there is one, let nothing be added to it any more."""
        now = self.clock.now()
        # One after the other: who waits until nobody judges takes no more than one connection.
        async with self._telling, self.database.transaction() as connection:
            known_at, told_at = await earliest_moments(connection, plan)
            latest = max(now, told_at or now)
            if as_of > latest:
                return [moment_ahead(as_of, latest=latest)]
            if known_at is not None and as_of < known_at:
                return [before_plan(as_of, plan=plan, earliest=known_at.astimezone(now.tzinfo))]
            if told_at is None or as_of > told_at:
                await tell_moment(connection, as_of)
        return []

    async def apart(self, compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what is computed in a thread, so that judging goes on meanwhile; few at once, the others wait."""
        async with self._places:
            return await asyncio.to_thread(compute, *args, **kwargs)
