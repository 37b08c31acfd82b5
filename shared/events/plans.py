"""Reference events: a plan version with its periods and indicators, and the agencies of its registry."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from shared.events.envelope import Event, EventData
from shared.events.vocabulary import (
    AgencyKind,
    Basis,
    Comparison,
    Direction,
    Expectation,
    GrowthFrom,
    Measure,
    Method,
    PeriodLength,
    RollUp,
)


def is_absent(value: object) -> bool:
    """Return whether an optional field of a later time is not given: then it is not written either."""
    return value is None or value is GrowthFrom.BASELINE


def is_none_given(value: object) -> bool:
    """Return whether a list of a later time is empty: then it is not written."""
    return value == ()


def is_usual_weight(value: object) -> bool:
    """Return whether a weight is 1, as of every indicator before there were weights: then it is not written."""
    return value == 1


class TargetData(EventData):
    """What a value is compared with, in the indicator's unit."""

    comparison: Comparison
    value: Decimal
    on: Annotated[date | None, Field(exclude_if=is_absent)] = None  # at whose end it is due; null at the plan's
    on_basis: Annotated[Basis | None, Field(exclude_if=is_absent)] = None  # whose day that is, where not whose value


class MilestoneData(EventData):
    """The value expected on a day between the plan's start and end."""

    on: date
    value: Decimal
    basis: Basis


class ToleranceData(EventData):
    """How far a value may fall short of the expected one, in the indicator's unit; both bounds are included."""

    on_track: Decimal  # so far it is still on track
    at_risk: Decimal  # and so far still only at risk
    basis: Basis


class IndicatorData(EventData):
    """One indicator (chỉ tiêu) of a plan version."""

    id: str
    programme: str
    name_vi: str
    name_en: str
    unit_vi: str
    unit_en: str
    help_vi: Annotated[str | None, Field(exclude_if=is_absent)] = None  # what is counted, for who fills it in
    help_en: Annotated[str | None, Field(exclude_if=is_absent)] = None
    measure: Measure
    is_whole: Annotated[bool, Field(exclude_if=bool)] = True  # of a share: its parts count things
    direction: Direction
    method: Method
    target: TargetData | None
    basis: Basis
    basis_sentence: str | None  # the sentence of the source that a stated target rests on
    baseline: MilestoneData | None = None
    milestones: tuple[MilestoneData, ...] = ()
    expectation: Expectation
    growth_from: Annotated[GrowthFrom, Field(exclude_if=is_absent)] = GrowthFrom.BASELINE
    tolerance: Annotated[ToleranceData | None, Field(exclude_if=is_absent)] = None  # instead of the thresholds
    limit: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # that growth without a target can reach
    weight: Annotated[Decimal, Field(exclude_if=is_usual_weight)] = Decimal(1)  # most points; 0: shown, not scored
    roll_up: RollUp
    reported_by_kinds: tuple[AgencyKind, ...] = ()
    reported_by_agencies: tuple[str, ...] = ()


class ProgrammeData(EventData):
    """A programme (nội dung): a group of indicators."""

    id: str
    name_vi: str
    name_en: str


class PeriodData(EventData):
    """A reporting period (kỳ báo cáo): half-open `[starts_on, ends_on)`; filed in time up to and on `due_on`."""

    id: str
    starts_on: date
    ends_on: date  # the first day after the period
    due_on: date  # the last day on which a submission is in time
    locked_on: date  # the first day on which no correction is taken


class ThresholdsData(EventData):
    """Attained ÷ expected from which an indicator is on track, or at risk; below that it lags. Ratios."""

    on_track_ratio: Decimal
    at_risk_ratio: Decimal


class PlanPublishedData(EventData):
    """One version of a plan, with all that scoring and notify need of it."""

    plan: str
    version: int
    content_hash: str
    title_vi: str
    title_en: str
    decision: str
    source: str
    starts_on: date
    ends_on: date  # the first day after the plan
    timezone: str
    lead_agency: str
    reporting: PeriodLength
    thresholds: ThresholdsData
    programmes: tuple[ProgrammeData, ...]
    indicators: tuple[IndicatorData, ...]
    periods: tuple[PeriodData, ...]
    agencies: tuple[str, ...]
    days_off: tuple[date, ...]  # every day that is no working day from the plan's start to two months after its end


class EarlierStaffData(EventData):
    """How many staff an agency had up to a day, which is the first of the next figure."""

    staff: int | None
    until: date


class AgencyRegisteredData(EventData):
    """An agency (cơ quan) as the registry has it, from `valid_from` until `valid_to` (exclusive, open if null)."""

    agency: str
    name_vi: str
    name_en: str
    kind: AgencyKind
    parent: str | None
    staff: int | None
    staff_from: Annotated[date | None, Field(exclude_if=is_absent)] = None  # since when; null: on all its days
    earlier_staff: Annotated[tuple[EarlierStaffData, ...], Field(exclude_if=is_none_given)] = ()  # the earliest first
    valid_from: date
    valid_to: date | None
    succeeded_by: str | None


class PlanPublished(Event[PlanPublishedData]):
    """A plan version was stored and is in force from now on."""

    type: Literal["plan.published.v1"] = "plan.published.v1"


class AgencyRegistered(Event[AgencyRegisteredData]):
    """An agency was registered or its registration changed."""

    type: Literal["agency.registered.v1"] = "agency.registered.v1"


ReferenceEvent = PlanPublished | AgencyRegistered
"""What the other services rely on: plans and the registry."""
