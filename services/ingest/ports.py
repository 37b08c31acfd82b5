"""What ingest's handlers need from the world."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from services.ingest.faults import Fault
from services.ingest.model import Decision, Filing, Head, Receipt, Submitted
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.runtime.outbox import Announcement

Outcome = Receipt | Fault
"""What became of one filing: a receipt, or the fault that only the store could see."""


class Filings(Protocol):
    """The submissions that were accepted."""

    async def claim(self, batch: Sequence[Filing]) -> list[int | Outcome]:
        """Return for each filing its revision, or what became of it already: a replayed receipt, a stale revision."""

    async def observed(self, revisions: Mapping[Head, int]) -> Mapping[Head, Sequence[str]]:
        """Return the indicators that these revisions have."""

    async def save(self, accepted: Sequence[tuple[Filing, Receipt, bytes]]) -> None:
        """Keep the filings, their receipts and their events as they travel."""


class Decisions(Protocol):
    """What was decided about submissions after they were accepted."""

    async def locked(self, submission: UUID) -> Submitted | None:
        """Return a submission with what was decided; no correction is accepted until the transaction ends."""

    async def save(self, submitted: Submitted, decision: Decision, event: bytes | None) -> None:
        """Keep a decision, and its event as it travels where it has one."""


class Plans(Protocol):
    """The plan versions and the agencies."""

    async def latest(self, plan: str) -> tuple[int, str] | None:
        """Return version and content hash of a plan's latest version."""

    async def registry(self) -> Mapping[str, AgencyRegisteredData]:
        """Return all agencies by id; no other folder changes them until the transaction ends."""

    async def newest(self) -> Sequence[PlanPublishedData]:
        """Return the newest version of every plan."""

    async def save(self, plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData]) -> None:
        """Keep a plan version and the registry that came with it."""


class Outbox(Protocol):
    """Where events are put, to be published after the commit."""

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Put events into the transaction under way."""
