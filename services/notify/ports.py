"""What notify's handlers need from the world."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notify.contents import Contents
from services.notify.model import Agency, Plan, Progress
from services.notify.notices import Due, Situation
from services.notify.policy import Decision

Pair = tuple[str, str]
"""A plan and an agency."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on an agency, with what its new notice says, if there is one."""

    plan: str
    agency: str
    decision: Decision
    contents: Contents | None

    @property
    def told(self) -> tuple[Due, Contents] | None:
        """Return what is due together with what it says."""
        due = self.decision.due
        return (due, self.contents) if due is not None and self.contents is not None else None


class Book(Protocol):
    """What notify keeps, within one transaction."""

    async def keep_agencies(self, agencies: Sequence[Agency]) -> None:
        """Keep agencies as they were registered last."""

    async def keep_plans(self, plans: Sequence[Plan], *, now: datetime) -> list[str]:
        """Keep plan versions and return the ids of plans that have one not known before."""

    async def keep_progress(self, progress: Sequence[Progress]) -> list[Pair]:
        """Keep what is newer than what is kept and return whose progress changed."""

    async def pairs_of(self, plans: Collection[str]) -> list[Pair]:
        """Return every agency that has progress in these plans."""

    async def situations(self, pairs: Collection[Pair]) -> list[Situation]:
        """Return the situation of each agency whose plan is known and that has a judgement, and lock its notices."""

    async def save(self, decided: Sequence[Decided], *, now: datetime) -> None:
        """Queue what is due, one notice a recipient, and end what was withdrawn."""
