"""Submissions: drafts as they arrive, receipts as they leave, and what is decided about them since."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID

from services.ingest.plans.model import FilingKey


@dataclass(frozen=True)
class Observation:
    """One reported value, in the parts its indicator's measure asks for."""

    indicator: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    yes: bool | None = None
    note: str | None = None


@dataclass(frozen=True)
class Draft:
    """A submission as a client sent it, well-formed but not yet judged."""

    plan: str
    period: str
    agency: str
    observations: tuple[Observation, ...]
    note: str | None = None
    revision: int | None = None  # the revision the client believes it files; null takes the next
    is_synthetic: bool = False
    # Figures that came as text with a point or comma in them, by their pointers: some could be read in two ways.
    written: Mapping[str, str] = field(default_factory=dict, compare=False)
    meaning: bytes = field(default=b"", compare=False)  # the same for bodies that say the same


@dataclass(frozen=True)
class FilingWarning:
    """What is odd about a submission that is accepted all the same, and the indicators that it is about."""

    code: str
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class Filing:
    """A draft that passed, on its way into the database."""

    submission: UUID
    draft: Draft
    plan_version: int
    filed_by: str
    filed_at: datetime
    idempotency_key: str | None = None
    request_hash: bytes = b""
    owed: frozenset[str] = frozenset()  # the indicators that the plan asks of the agency

    @property
    def filing_key(self) -> FilingKey:
        """Return what its revisions are counted by."""
        return FilingKey(self.draft.plan, self.draft.agency, self.draft.period)


@dataclass(frozen=True)
class Receipt:
    """What the client is told once its submission is committed."""

    submission: UUID
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    received_at: datetime
    observations: int
    is_synthetic: bool
    warnings: tuple[FilingWarning, ...] = ()
    is_replay: bool = False

    @classmethod
    def of(cls, filing: Filing, *, revision: int, warnings: tuple[FilingWarning, ...] = ()) -> Self:
        """Return the receipt for a filing that became this revision."""
        draft = filing.draft
        return cls(
            submission=filing.submission,
            plan=draft.plan,
            plan_version=filing.plan_version,
            agency=draft.agency,
            period=draft.period,
            revision=revision,
            received_at=filing.filed_at,
            observations=len(draft.observations),
            is_synthetic=draft.is_synthetic,
            warnings=warnings,
        )


class Verdict(StrEnum):
    """What became of an accepted submission."""

    VERIFIED = "verified"  # the DIC checked it
    RETURNED = "returned"  # the DIC sent it back to be corrected
    WITHDRAWN = "withdrawn"  # who filed it took it back


@dataclass(frozen=True)
class Decision:
    """A withdrawal or a review of a submission, with the agency whose key decided it."""

    verdict: Verdict
    reason: str | None
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True)
class SubmissionState:
    """An accepted submission: its receipt, the latest revision of its filing key, and what was decided so far."""

    receipt: Receipt
    event: bytes
    filed_by: str
    latest_revision: int
    decisions: tuple[Decision, ...] = ()

    def decision(self, *verdicts: Verdict) -> Decision | None:
        """Return the first decision with one of these verdicts, None where there is none."""
        return next((each for each in self.decisions if each.verdict in verdicts), None)

    def is_of(self, agency: str) -> bool:
        """Return whether an agency filed this, or had it filed."""
        return agency in {self.receipt.agency, self.filed_by}
