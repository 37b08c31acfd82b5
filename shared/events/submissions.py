"""Submission events: what an agency filed for a period and ingest accepted, and what became of it."""

from decimal import Decimal
from operator import not_
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, PlainSerializer

from shared.events.envelope import Event, EventData, Moment


def _written_out(figure: Decimal) -> str:
    return format(figure, "f")


Figure = Annotated[Decimal, PlainSerializer(_written_out, return_type=str, when_used="json")]
"""A figure, written to its last digit without an exponent."""


class ObservationData(EventData):
    """One accepted value of one indicator (giá trị ghi nhận), in the indicator's measure.

    A share carries `numerator` and `denominator`; percent, count and number carry `value`; yes-no carries `yes`.
    """

    indicator: str
    numerator: Figure | None = None
    denominator: Figure | None = None
    value: Figure | None = None
    yes: bool | None = None
    note: str | None = None


class WarningData(EventData):
    """What is odd about an accepted submission, for its sender and the DIC; later versions may add codes."""

    code: str  # such as `left-out`: a correction lacks indicators of the revision before it
    indicators: tuple[str, ...]


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
    warnings: Annotated[tuple[WarningData, ...], Field(exclude_if=not_)] = ()


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
