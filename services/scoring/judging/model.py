"""What scoring reasons about: plans, agencies and what they filed, as frozen values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property, wraps
from typing import Any, Final, NamedTuple, TypeVar, TypeVarTuple
from uuid import UUID

from shared.events.vocabulary import (
    AgencyKind,
    Basis,
    Comparison,
    Direction,
    Ending,
    Expectation,
    GrowthFrom,
    Measure,
    Method,
    RollUp,
)

_MORE_IS_BETTER: Final = frozenset({Comparison.ABOVE, Comparison.AT_LEAST})


@dataclass(frozen=True, slots=True)
class Target:
    """What a value is compared with, in the indicator's unit."""

    comparison: Comparison
    value: Decimal
    on: date | None = None  # at whose end it is due; None: when the plan ends
    on_basis: Basis | None = None  # whose day that is; None: whose the value is

    def is_met_by(self, value: Decimal) -> bool:
        """Return whether `value` meets this target: `> 90` is not met by 90.0."""
        if self.comparison is Comparison.ABOVE:
            return value > self.value
        if self.comparison is Comparison.AT_LEAST:
            return value >= self.value
        if self.comparison is Comparison.AT_MOST:
            return value <= self.value
        return value < self.value

    @property
    def is_rising(self) -> bool:
        """Return whether more brings a value closer to this target."""
        return self.comparison in _MORE_IS_BETTER


@dataclass(frozen=True, slots=True)
class Milestone:
    """The value expected at the end of a day."""

    on: date
    value: Decimal
    basis: Basis


@dataclass(frozen=True, slots=True)
class Base:
    """What growth is measured from: the value at the end of a day."""

    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Attained ÷ expected from which an indicator is on track, or at risk; below that it lags. Ratios."""

    on_track_ratio: Decimal
    at_risk_ratio: Decimal


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a value may fall short of the expected one, in the indicator's unit; both bounds are included."""

    on_track: Decimal
    at_risk: Decimal
    basis: Basis


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator (chỉ tiêu) of a plan version, and who reports it."""

    id: str
    unit_vi: str
    unit_en: str
    measure: Measure
    direction: Direction
    method: Method
    target: Target | None
    basis: Basis
    expectation: Expectation
    baseline: Milestone | None = None
    milestones: tuple[Milestone, ...] = ()
    growth_from: GrowthFrom = GrowthFrom.BASELINE
    tolerance: Tolerance | None = None  # what it is judged by instead of the plan's thresholds
    limit: Decimal | None = None  # the value that growth without a target can reach
    programme: str = ""
    roll_up: RollUp = RollUp.VALUE
    weight: Decimal = Decimal(1)  # the most points it gives; 0: shown, not scored
    reported_by_kinds: frozenset[AgencyKind] = frozenset()
    reported_by_agencies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period (kỳ báo cáo): half-open `[starts_on, ends_on)`; filed in time up to and on `due_on`."""

    id: str
    starts_on: date
    ends_on: date
    due_on: date
    locked_on: date | None = None  # the first day on which no correction is taken

    def is_locked_on(self, day: date) -> bool:
        """Return whether no report can come any more on that day, but by an exception."""
        return self.locked_on is not None and day >= self.locked_on

    @property
    def last_on(self) -> date:
        """Return the last day that belongs to the period."""
        return self.ends_on - timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Plan:
    """One version of a plan. Versions never change, so one is compared, and remembered, by identity."""

    id: str
    version: int
    starts_on: date
    ends_on: date
    timezone: tzinfo
    thresholds: Thresholds
    indicators: tuple[Indicator, ...]
    periods: tuple[Period, ...]
    agencies: frozenset[str]

    @cached_property
    def indicator_by_id(self) -> Mapping[str, Indicator]:
        """Return the indicators by their id."""
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def period_by_id(self) -> Mapping[str, Period]:
        """Return the periods by their id."""
        return {period.id: period for period in self.periods}

    @cached_property
    def made(self) -> dict[Any, dict[Any, Any]]:
        """Return what was made of the plan, by what made it; it goes with the plan."""
        return {}

    @cached_property
    def looks_back(self) -> bool:
        """Return whether any indicator is judged by what was filed for earlier periods."""
        return any(indicator.growth_from is GrowthFrom.FIRST_OBSERVATION for indicator in self.indicators)


@dataclass(frozen=True, slots=True)
class EarlierStaff:
    """How many staff an agency had before a day."""

    staff: int | None
    until: date


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency (cơ quan) as the registry has it from `valid_from` until `valid_to` (exclusive, open if None)."""

    id: str
    kind: AgencyKind
    valid_from: date
    valid_to: date | None
    parent: str | None = None
    staff: int | None = None  # the latest figure
    earlier_staff: tuple[EarlierStaff, ...] = ()  # the earliest first

    def staff_on(self, day: date) -> int | None:
        """Return how many staff the agency has on that day, None where nobody knows."""
        return next((each.staff for each in self.earlier_staff if day < each.until), self.staff)

    def is_valid_on(self, day: date) -> bool:
        """Return whether the agency exists on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Key(NamedTuple):
    """Names one progress: a plan, an agency and a reporting period."""

    plan: str
    agency: str
    period: str


class Observation(NamedTuple):
    """One reported value of one indicator: a share as numerator and denominator, a yes-no as `yes`, else `value`."""

    indicator: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    yes: bool | None = None
    note: str | None = None


class Filing(NamedTuple):
    """What an agency filed for a period, at a revision, under a plan version."""

    key: Key
    plan_version: int
    submission: UUID
    revision: int
    filed_at: datetime
    is_synthetic: bool
    observations: Sequence[Observation]

    def replaces(self, other: "Filing | Ended | None") -> bool:
        """Return whether this filing is the one to look at: the highest revision is, in whatever order."""
        return other is None or (self.revision, self.submission) > (other.revision, other.submission)


@dataclass(frozen=True, slots=True)
class Ended:
    """A submission that was withdrawn or returned: where it is the highest revision, nothing counts as filed."""

    key: Key
    submission: UUID
    revision: int
    ending: Ending
    ended_at: datetime
    ended_by: str
    reason: str

    def precedes(self, other: "Ended") -> bool:
        """Return whether this ending is the one to tell of the same submission: the first one is."""
        return (self.ended_at, self.ending) < (other.ended_at, other.ending)


T = TypeVar("T")
Ts = TypeVarTuple("Ts")


def once_per_plan(make: Callable[[Plan, *Ts], T]) -> Callable[[Plan, *Ts], T]:
    """Return the function, but what it makes of a plan and further values is made once and remembered."""

    @wraps(make)
    def remembered(plan: Plan, *further: *Ts) -> T:
        made: dict[tuple[*Ts], T] | None = plan.made.get(make)
        if made is None:
            made = plan.made.setdefault(make, {})
        if further not in made:
            made[further] = make(plan, *further)
        return made[further]

    return remembered
