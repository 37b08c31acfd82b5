"""Progress events: how an agency stands in a period, with everything needed to recompute it by hand."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.events.envelope import Event, EventData, Moment
from shared.events.plans import MilestoneData, TargetData, ThresholdsData, ToleranceData, is_absent, is_usual_weight
from shared.events.vocabulary import (
    Basis,
    Direction,
    Ending,
    Expectation,
    GrowthFrom,
    Measure,
    Method,
    ProgressStatus,
    Reason,
    Standing,
)


class ObservedData(EventData):
    """What was reported: `value` in the indicator's unit (a share in percent, yes-no as 1 or 0), and its parts."""

    value: Decimal | None  # null where a share's denominator is 0
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str | None = None


class BaseData(EventData):
    """What growth is measured from: the value at the end of a day, in the indicator's unit."""

    on: date
    value: Decimal


class JudgementData(EventData):
    """One indicator judged: inputs, steps, standing, and the constants it was judged by: enough to recompute it."""

    indicator: str
    measure: Measure
    direction: Direction
    method: Method
    target: TargetData | None  # of a yes-no the day is that of its first milestone of 1, where there is one
    basis: Basis
    expectation: Expectation
    growth_from: Annotated[GrowthFrom, Field(exclude_if=is_absent)] = GrowthFrom.BASELINE
    baseline: MilestoneData | None
    milestones: tuple[MilestoneData, ...]
    tolerance: Annotated[ToleranceData | None, Field(exclude_if=is_absent)] = None  # instead of the thresholds
    limit: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # that growth without a target can reach
    observed: ObservedData | None
    attainment_ratio: Decimal | None  # 1 = met
    expected_ratio: Decimal | None  # expected attainment at the period's end
    expected_value: Decimal | None  # the value that would be exactly as expected, in the indicator's unit
    pace_ratio: Decimal | None  # attained ÷ expected
    lag_points: Decimal | None  # expected − attained, in percentage points, never below 0
    standing: Standing
    reason: Reason
    lag_value: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # short of expected, with a tolerance
    # Absent after the last period owed, where nothing is expected by then, and by the methods that look at growth.
    needed_value: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # on track at the next period's end
    needed_numerator: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # of the denominator reported last
    # By the methods that look at growth; absent with every other.
    base: Annotated[BaseData | None, Field(exclude_if=is_absent)] = None
    limit_factor: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # C, where growth was measured by it
    progress_ratio: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # R, or a year's growth (÷ C)
    score: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # −5 … 5
    status: Annotated[ProgressStatus | None, Field(exclude_if=is_absent)] = None
    weight: Annotated[Decimal, Field(exclude_if=is_usual_weight)] = Decimal(1)  # the most points
    # weight × attainment, which counts from 0 to 1; absent where it cannot be assessed
    points: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None


class FilingData(EventData):
    """The submission that was judged."""

    submission: UUID
    revision: int
    filed_at: Moment
    is_timely: bool
    is_synthetic: bool


class EndedData(EventData):
    """The submission of the highest revision, which was withdrawn or returned and so does not count."""

    submission: UUID
    revision: int
    ending: Ending
    ended_at: Moment
    ended_by: str  # the agency whose key did it
    reason: str


class ProgressChangedData(EventData):
    """How an agency stands in a period now; a later `sequence` of the same agency and period replaces it."""

    plan: str
    plan_version: int
    agency: str
    period: str
    sequence: int
    plan_starts_on: date
    plan_ends_on: date
    period_starts_on: date
    period_ends_on: date
    due_on: date
    is_closed: bool  # the due date has passed
    thresholds: ThresholdsData
    filing: FilingData | None  # null where nothing counts as filed
    ended: Annotated[EndedData | None, Field(exclude_if=is_absent)] = None  # why nothing does; absent otherwise
    standing: (
        Standing  # the worst of the indicators; where nothing counts as filed missing, or awaited before it is due
    )
    previous_standing: Standing | None
    judgements: tuple[JudgementData, ...]
    changed_indicators: tuple[str, ...]  # those whose judgement differs from the one announced before
    # 0 … 100: Σ points ÷ Σ weights of what can be assessed; absent where nothing can
    composite_score: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None
    coverage_ratio: Annotated[Decimal | None, Field(exclude_if=is_absent)] = None  # of all weights, the assessable part


class ProgressChanged(Event[ProgressChangedData]):
    """The standing, or a value behind it, of an agency in a period changed."""

    type: Literal["progress.changed.v1"] = "progress.changed.v1"
