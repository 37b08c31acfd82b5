"""Translates the events that scoring reads into its own values."""

from typing import Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from services.scoring.judging.model import (
    Agency,
    EarlierStaff,
    Ended,
    Filing,
    Indicator,
    Key,
    Observation,
    Period,
    Plan,
    Thresholds,
)
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.events.submissions import (
    SubmissionAccepted,
    SubmissionEvent,
    SubmissionReturned,
    SubmissionWithdrawn,
)
from shared.events.vocabulary import Ending

_INDICATORS: Final = TypeAdapter(tuple[Indicator, ...])
"""What rules have no use for, such as names, is passed over."""


def plan_of(data: PlanPublishedData) -> Plan:
    """Return the plan version that was published.

    Raises:
        ZoneInfoNotFoundError: the plan's time zone is not in the time zone database.
    """
    return Plan(
        id=data.plan,
        version=data.version,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        timezone=ZoneInfo(data.timezone),
        thresholds=Thresholds(data.thresholds.on_track_ratio, data.thresholds.at_risk_ratio),
        indicators=_INDICATORS.validate_python([each.model_dump() for each in data.indicators]),
        periods=tuple(
            Period(each.id, each.starts_on, each.ends_on, each.due_on, each.locked_on) for each in data.periods
        ),
        agencies=frozenset(data.agencies),
    )


def agency_of(data: AgencyRegisteredData) -> Agency:
    """Return the agency that was registered."""
    return Agency(
        id=data.agency,
        kind=data.kind,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        parent=data.parent,
        staff=data.staff,
        earlier_staff=tuple(EarlierStaff(each.staff, each.until) for each in data.earlier_staff),
    )


def filing_of(event: SubmissionAccepted) -> Filing:
    """Return what was filed."""
    data = event.data
    return Filing(
        key=Key(plan=data.plan, agency=data.agency, period=data.period),
        plan_version=data.plan_version,
        submission=data.submission,
        revision=data.revision,
        filed_at=data.filed_at,
        is_synthetic=data.is_synthetic,
        observations=tuple(
            [
                Observation(each.indicator, each.numerator, each.denominator, each.value, each.yes, each.note)
                for each in data.observations
            ]
        ),
    )


def ended_of(event: SubmissionWithdrawn | SubmissionReturned) -> Ended:
    """Return how a submission ended."""
    data = event.data
    if isinstance(event, SubmissionWithdrawn):
        ending, ended_at, ended_by = Ending.WITHDRAWN, event.data.withdrawn_at, event.data.withdrawn_by
    else:
        ending, ended_at, ended_by = Ending.RETURNED, event.data.returned_at, event.data.returned_by
    return Ended(
        key=Key(plan=data.plan, agency=data.agency, period=data.period),
        submission=data.submission,
        revision=data.revision,
        ending=ending,
        ended_at=ended_at,
        ended_by=ended_by,
        reason=data.reason,
    )


def cause_of(event: SubmissionEvent) -> tuple[str, str]:
    """Return the correlation and causation ids of what this submission leads to."""
    return event.correlationid, str(event.id)
