"""What ingest works with: plans and agencies as it needs them, drafts as they arrive, receipts as they leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.events.vocabulary import AgencyKind, Measure, PeriodLength


@dataclass(frozen=True)
class Indicator:
    """An indicator, as far as a draft must fit it."""

    id: str
    measure: Measure
    reported_by_kinds: frozenset[AgencyKind]
    reported_by_agencies: frozenset[str]
    is_whole: bool = True  # of a share: its parts count things; a count always does


@dataclass(frozen=True)
class Period:
    """A reporting period: half-open `[starts_on, ends_on)`."""

    id: str
    starts_on: date
    ends_on: date
    due_on: date
    locked_on: date


@dataclass(frozen=True)
class Plan:
    """The version of a plan that is in force."""

    id: str
    version: int
    lead_agency: str
    reporting: PeriodLength
    indicators: Mapping[str, Indicator]
    periods: Mapping[str, Period]
    agencies: frozenset[str]


@dataclass(frozen=True)
class Agency:
    """An agency of the registry."""

    id: str
    name_vi: str
    name_en: str
    kind: AgencyKind
    parent: str | None
    valid_from: date
    valid_to: date | None
    succeeded_by: str | None = None


Head = tuple[str, str, str]
"""Plan, agency and period: what revisions are counted by, and what may be reopened."""


@dataclass(frozen=True)
class Reopening:
    """The DIC's exception: a period takes corrections of one agency again, up to and on `last_on`."""

    plan: str
    agency: str
    period: str
    last_on: date
    reason: str
    granted_by: str
    granted_at: datetime

    @property
    def head(self) -> Head:
        """Return what it reopens."""
        return self.plan, self.agency, self.period


@dataclass(frozen=True)
class Registry:
    """The plans in force, the agencies, and until when which periods were reopened, at one moment."""

    plans: Mapping[str, Plan]
    agencies: Mapping[str, Agency]
    reopened: Mapping[Head, date] = field(default_factory=dict)


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
    def head(self) -> Head:
        """Return what its revisions are counted by."""
        return self.draft.plan, self.draft.agency, self.draft.period


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
class Submitted:
    """An accepted submission, the highest revision of its agency and period, and what was decided so far."""

    submission: UUID
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    filed_by: str
    latest_revision: int
    decisions: tuple[Decision, ...] = ()

    def decision(self, *verdicts: Verdict) -> Decision | None:
        """Return the first decision with one of these verdicts, None where there is none."""
        return next((each for each in self.decisions if each.verdict in verdicts), None)

    def is_of(self, agency: str) -> bool:
        """Return whether an agency filed this, or had it filed."""
        return agency in {self.agency, self.filed_by}
