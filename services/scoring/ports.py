"""What scoring's handlers need from the world, each within the transaction under way."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from services.scoring.bearings import ClosedPeriod, PlanVersion
from services.scoring.closing import DuePeriod
from services.scoring.history import AgencyInPlan
from services.scoring.judgements import Progress
from services.scoring.model import Agency, Ended, Filing, Key, Plan
from services.scoring.outlooks import Outlook
from services.scoring.proposals import Proposal
from services.scoring.writing import Written
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.submissions import SubmissionAccepted
from shared.runtime.outbox import Announcement


class Reference(Protocol):
    """What judging relies on: plan versions, agencies, and which periods are closed."""

    async def share(self) -> None:
        """Keep plans, agencies and closings as they are until the transaction ends; other judging may go on."""

    async def take_alone(self) -> None:
        """Wait until no judging is under way and hold all of it off until the transaction ends."""

    async def plans(self, versions: Collection[PlanVersion]) -> Mapping[PlanVersion, Plan]:
        """Return those of the plan versions that are known."""

    async def newest_plans(self) -> Sequence[Plan]:
        """Return the newest version of every plan."""

    async def versions(self, plans: Collection[str]) -> Sequence[Plan]:
        """Return every version of these plans."""

    async def agencies(self, ids: Collection[str]) -> Mapping[str, Agency]:
        """Return those of the agencies that are registered, with all who are above them."""

    async def closed(self, plans: Collection[str]) -> Collection[ClosedPeriod]:
        """Return the closed periods of these plans."""

    async def closings(self, plans: Collection[str]) -> Mapping[ClosedPeriod, int]:
        """Return the closed periods of these plans, each with the version that it was closed by."""

    async def least_versions(self, plans: Collection[str]) -> Mapping[ClosedPeriod, int]:
        """Return, by period of these plans that was replayed, the version that judges it at least."""

    async def save_plans(self, events: Sequence[PlanPublished]) -> None:
        """Keep plan versions; one that is known already stays as it is."""

    async def save_agencies(self, events: Sequence[AgencyRegistered]) -> None:
        """Keep agencies as registered last."""

    async def close(self, periods: Sequence[DuePeriod], *, at: datetime) -> None:
        """Note that these periods are closed."""


class Progresses(Protocol):
    """How agencies stand, as last announced; what is loaded is locked until the transaction ends."""

    async def load(self, keys: Iterable[Key]) -> dict[Key, Progress]:
        """Return what is known of these agencies and periods."""

    async def load_periods(self, periods: Sequence[ClosedPeriod]) -> dict[Key, Progress]:
        """Return what is known of every agency in these periods."""

    async def load_agencies(self, agencies: Collection[AgencyInPlan]) -> dict[Key, Progress]:
        """Return what is known of these agencies in all periods; nobody else judges them until the transaction ends."""

    async def save(self, changes: Sequence[Written]) -> None:
        """Keep the changes.

        Raises:
            Overtaken: another process changed one of them first; nothing of the transaction may be committed.
        """


class Waiting(Protocol):
    """Submissions whose plan version or agency is not known yet."""

    async def keep(self, events: Sequence[SubmissionAccepted], *, faults: Sequence[str | None]) -> None:
        """Keep submissions until they can be judged; one with a fault stays for a person to look at."""

    async def release(self, *, limit: int) -> list[SubmissionAccepted]:
        """Return and forget up to `limit` submissions whose plan version and agency are known by now."""

    async def keys(self, plans: Collection[str]) -> set[Key]:
        """Return the agencies and periods of these plans for which a submission waits."""


class Endings(Protocol):
    """Withdrawals and returns, whether or not what they end is known."""

    async def keep(self, endings: Sequence[Ended]) -> None:
        """Keep endings; of two of one submission the first."""

    async def of(self, submissions: Collection[UUID]) -> list[Ended]:
        """Return the endings of those of the submissions that ended."""


class Adjustments(Protocol):
    """How targets looked when periods closed, and what was proposed to change."""

    async def filing_pairs(self, plan: str) -> int:
        """Return how many pairs of its filings are of one agency: of so many pairs each indicator has slopes."""

    async def filings(self, plan: str) -> Sequence[Filing]:
        """Return every filing of a plan that counts."""

    async def keep_outlooks(self, closed: DuePeriod, outlooks: Sequence[Outlook], *, at: datetime) -> None:
        """Keep how a plan's targets look as a period closes."""

    async def approved(self, plans: Collection[str]) -> Sequence[Proposal]:
        """Return the approved proposals of these plans that no plan version carries yet, locked."""

    async def put_in_force(self, proposals: Mapping[int, int]) -> None:
        """Note which plan versions carry these proposals, by their ids."""


class Outbox(Protocol):
    """Where events are put, to be published after the commit."""

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Put events into the transaction under way."""


class World(NamedTuple):
    """All of it, as one transaction sees it."""

    reference: Reference
    progresses: Progresses
    waiting: Waiting
    endings: Endings
    adjustments: Adjustments
    outbox: Outbox
