"""Drafts of submissions, filings on their way into the database, receipts, and decisions about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.ingest.plans.model import FilingKey
from shared.events.submissions import ObservationData, SubmissionAcceptedData


@dataclass(frozen=True)
class Draft:
    """A submission as a client sent it, well-formed but not yet validated."""

    plan: str
    period: str
    agency: str
    observations: tuple[ObservationData, ...]
    note: str | None = None
    revision: int | None = None  # the revision the client believes it files; null takes the next
    is_synthetic: bool = False
    # Figures that came as text with a point or a comma in them, by their pointers: some have two readings.
    written: Mapping[str, str] = field(default_factory=dict, compare=False)
    request_hash: bytes = field(default=b"", compare=False)  # equal for bodies that mean the same


@dataclass(frozen=True)
class Filing:
    """A draft without a fault, on its way into the database."""

    submission: UUID
    draft: Draft
    plan_version: int
    filed_by: str
    filed_at: datetime
    idempotency_key: str | None = None
    owed: frozenset[str] = frozenset()  # the indicators that the plan asks of the agency

    @property
    def filing_key(self) -> FilingKey:
        """Return the key that its revisions are counted by."""
        return FilingKey(self.draft.plan, self.draft.agency, self.draft.period)


@dataclass(frozen=True)
class Receipt:
    """The receipt that a client is given once its submission is committed."""

    accepted: SubmissionAcceptedData
    is_replay: bool = False


class Verdict(StrEnum):
    """A decision about an accepted submission."""

    VERIFIED = "verified"  # the DIC checked it
    RETURNED = "returned"  # the DIC sent it back to be corrected
    WITHDRAWN = "withdrawn"  # the agency that filed it took it back


@dataclass(frozen=True)
class Decision:
    """A withdrawal or a review of a submission, with the agency whose key decided it."""

    verdict: Verdict
    reason: str | None
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True)
class SubmissionState:
    """An accepted submission, the latest revision of its filing key, and the decisions so far."""

    accepted: SubmissionAcceptedData
    latest_revision: int
    decisions: tuple[Decision, ...] = ()

    def decision(self, verdict: Verdict) -> Decision | None:
        """Return the decision with this verdict, None where there is none."""
        return next((each for each in self.decisions if each.verdict is verdict), None)

    def is_of(self, agency: str) -> bool:
        """Return whether an agency filed this, or had it filed."""
        return agency in {self.accepted.agency, self.accepted.filed_by}
