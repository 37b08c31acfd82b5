"""Submission events: what an agency filed for a period and ingest accepted, and what became of it."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared.events.envelope import Event, EventData, Moment


class ObservationData(EventData):
    """One accepted value of one indicator (giá trị ghi nhận), in the indicator's measure.

    A share carries `numerator` and `denominator`; percent, count and number carry `value`; yes-no carries `yes`.
    """

    indicator: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    yes: bool | None = None
    note: str | None = None


class SubmissionAcceptedData(EventData):
    """An accepted submission (báo cáo); the highest revision of an agency and period counts."""

    submission: UUID
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    filed_at: Moment
    filed_by: str  # the agency whose key filed it: the agency itself, or its district
    is_synthetic: bool = False
    observations: tuple[ObservationData, ...]
    note: str | None = None


class SubmissionAccepted(Event[SubmissionAcceptedData]):
    """Ingest accepted a submission and told the client so."""

    type: Literal["submission.accepted.v1"] = "submission.accepted.v1"


class SubmissionWithdrawnData(EventData):
    """A withdrawal: where it is of the highest revision, the period counts as not filed until the next one."""

    submission: UUID
    plan: str
    plan_version: int  # the one that the submission was accepted under
    agency: str
    period: str
    revision: int
    withdrawn_at: Moment
    withdrawn_by: str  # the agency whose key withdrew it: the agency itself, or who filed for it
    reason: str


class SubmissionWithdrawn(Event[SubmissionWithdrawnData]):
    """An agency took back what it had filed."""

    type: Literal["submission.withdrawn.v1"] = "submission.withdrawn.v1"


class SubmissionReturnedData(EventData):
    """A return: where it is of the highest revision, the period counts as not filed until the next one."""

    submission: UUID
    plan: str
    plan_version: int  # the one that the submission was accepted under
    agency: str
    period: str
    revision: int
    returned_at: Moment
    returned_by: str  # the agency whose key returned it, which decides for the province
    reason: str


class SubmissionReturned(Event[SubmissionReturnedData]):
    """The DIC sent a submission back to be corrected."""

    type: Literal["submission.returned.v1"] = "submission.returned.v1"


SubmissionEvent = SubmissionAccepted | SubmissionWithdrawn | SubmissionReturned
"""What happens to submissions, in whatever order it is told."""
