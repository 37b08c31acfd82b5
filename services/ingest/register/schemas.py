"""The documents of the register."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.ingest.register.model import FilingState, ObligationState, Window
from services.ingest.submissions.model import Verdict
from shared.events.plans import TargetData
from shared.events.submissions import ObservationData
from shared.events.vocabulary import Basis, Direction, Measure
from shared.runtime.http.answers import LocalMoment


class DecisionOut(BaseModel):
    """A decision about a submission, and the agency whose key decided it."""

    verdict: Verdict
    reason: str | None
    decided_by: str
    decided_at: LocalMoment


class WarningOut(BaseModel):
    """What is odd about a submission that was accepted."""

    code: str
    indicators: list[str]
    vi: str
    en: str


class ListedOut(BaseModel):
    """One revision of an agency's submission for a period, and what became of it."""

    submission: UUID
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    state: FilingState
    is_flagged: bool  # it has warnings
    filed_by: str
    received_at: LocalMoment
    status_url: str


class SubmissionsOut(BaseModel):
    """A page of submissions."""

    submissions: list[ListedOut]
    next_cursor: str | None


class RevisionOut(ListedOut):
    """One revision with the decisions about it."""

    decisions: list[DecisionOut]


class SubmissionOut(BaseModel):
    """A submission: its receipt, its contents, the decisions about it, and all revisions, the latest first."""

    submission: UUID
    status: str  # accepted, or the last decision
    state: FilingState
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    filed_by: str
    received_at: datetime
    observation_count: int
    is_synthetic: bool
    warnings: list[WarningOut]
    status_url: str
    decisions: list[DecisionOut]
    observations: list[ObservationData]
    note: str | None
    revisions: list[RevisionOut]


class DifferenceOut(BaseModel):
    """An indicator whose value differs; null where a revision lacks it."""

    indicator: str
    before: ObservationData | None
    after: ObservationData | None


class NotesOut(BaseModel):
    """The notes of two revisions."""

    before: str | None
    after: str | None


class DifferencesOut(BaseModel):
    """What a revision changed beside another."""

    submission: UUID
    plan: str
    agency: str
    period: str
    before_revision: int | None  # null where the first revision is asked for
    after_revision: int
    note: NotesOut | None  # null where they are the same
    indicators: list[DifferenceOut]


class RefusedOut(BaseModel):
    """A submission that was refused: what was sent, and the problem that was answered."""

    refused_at: LocalMoment
    last_at: LocalMoment  # where the same was sent again on that day
    times: int
    agency: str  # whose key it was
    key: str
    status: int
    sent: str
    sent_bytes: int
    is_cut: bool
    answer: dict[str, Any]


class RefusedAttemptsOut(BaseModel):
    """A page of refused attempts."""

    refused: list[RefusedOut]
    next_cursor: str | None


class LastOut(BaseModel):
    """What an agency filed last of an indicator, in an earlier period."""

    period: str
    value: ObservationData


class OwedIndicatorOut(BaseModel):
    """An indicator that is owed, with what its reporter has to know."""

    indicator: str
    programme: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    help_vi: str | None
    help_en: str | None
    measure: Measure
    is_whole: bool
    direction: Direction
    target: TargetData | None
    basis: Basis
    last: LastOut | None


class ObligationOut(BaseModel):
    """What an agency owes for a period that is over."""

    plan: str
    plan_version: int
    period: str
    starts_on: date
    ends_on: date  # the first day after it
    due_on: date
    locked_on: date  # the first day on which nothing is taken, with the exception where there is one
    reopened_until: date | None
    state: ObligationState
    window: Window
    submission: UUID | None  # the latest revision
    revision: int | None
    reason: str | None  # why it was returned or withdrawn
    progress_url: str  # where scoring says what level is expected, and how the agency stands
    indicators: list[OwedIndicatorOut]


class ObligationsOut(BaseModel):
    """What an agency owes in every plan that still takes something."""

    agency: str
    as_of: LocalMoment
    obligations: list[ObligationOut]


class DecidedOut(BaseModel):
    """A decision: verified, returned, withdrawn, or a period reopened for an agency."""

    decision: str
    submission: UUID | None  # null of a reopening
    plan: str
    agency: str
    period: str
    revision: int | None
    reason: str | None
    decided_by: str
    decided_at: LocalMoment
    reopened_until: date | None  # the last day, that day included


class DecisionsOut(BaseModel):
    """A part of the feed; `next_cursor` is the `since` of the next request, also where nothing is new."""

    decisions: list[DecidedOut]
    next_cursor: str
