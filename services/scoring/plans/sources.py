"""What every resource reads from."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, ParamSpec, TypeVar

from services.scoring.plans.published import Published
from services.scoring.plans.store import PlanCache
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.http.pydantic_faults import Name

_AT_ONCE: Final = 2
__all__ = ["Name", "Sources"]  # the form of every id stands with what is read of it

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Sources:
    """The database, what was read of it before, and the clock."""

    database: Database
    cache: PlanCache
    clock: Clock
    published: Published = field(default_factory=Published)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def apart(self, compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what is computed in a thread, so that judging goes on meanwhile; few at once, the others wait."""
        async with self._places:
            return await asyncio.to_thread(compute, *args, **kwargs)
