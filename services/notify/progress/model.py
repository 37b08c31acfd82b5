"""Plans, agencies, their progress and what they reach together, as far as notices need them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from shared.events.vocabulary import (
    Basis,
    Comparison,
    Direction,
    LocalizedText,
    Measure,
    Method,
    Reason,
    RollUp,
    Standing,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Target:
    """What a value is compared with, in the indicator's unit."""

    comparison: Comparison
    value: Decimal


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a plan version."""

    id: str
    name: LocalizedText
    unit: LocalizedText
    measure: Measure
    roll_up: RollUp


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period, half-open `[starts_on, ends_on)`."""

    id: str
    starts_on: date
    ends_on: date
    due_on: date
    locked_on: date


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a plan, with its periods and days off."""

    id: str
    version: int
    title: LocalizedText
    decision: str
    starts_on: date
    ends_on: date
    lead_agency: str
    indicators: tuple[Indicator, ...]
    periods: tuple[Period, ...]
    agencies: tuple[str, ...]
    days_off: frozenset[date]

    def period(self, period_id: str) -> Period | None:
        """Return the period of that id, if the plan has it."""
        return next((period for period in self.periods if period.id == period_id), None)


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of the registry."""

    id: str
    name: LocalizedText


def known_or_named(agency: str, agencies: Mapping[str, Agency]) -> Agency:
    """Return the agency, or one named by its id where it is not in the registry yet."""
    return agencies.get(agency) or Agency(id=agency, name=LocalizedText(vi=agency, en=agency))


@dataclass(frozen=True, slots=True)
class Judgement:
    """One indicator of one agency in one period, judged."""

    indicator: str
    measure: Measure
    direction: Direction
    method: Method
    target: Target | None
    basis: Basis
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    note: str | None
    expected_value: Decimal | None
    standing: Standing
    reason: Reason
    tolerance: Decimal | None = None  # how far short of the expected value is still on track, in the unit
    needed_value: Decimal | None = None  # suffices at the end of the next period
    needed_numerator: Decimal | None = None  # of the denominator reported last


@dataclass(frozen=True, slots=True)
class Filing:
    """The submission that was judged."""

    revision: int
    filed_at: datetime
    is_synthetic: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How an agency stands in a period, by scoring's latest event."""

    plan: str
    plan_version: int
    agency: str
    period: str
    sequence: int
    starts_on: date
    ends_on: date
    due_on: date
    is_closed: bool
    on_track_ratio: Decimal
    standing: Standing
    filing: Filing | None
    judgements: tuple[Judgement, ...]
    announced_at: datetime
    lagging_since: tuple[tuple[str, datetime], ...] = ()  # by indicator: when it first lagged in this period

    @property
    def is_owed(self) -> bool:
        """Return whether the agency owes a report for the period; one that has ceased, or left the plan, does not."""
        return bool(self.judgements)

    @property
    def standing_by_indicator(self) -> dict[str, Standing]:
        """Return the standing of each judged indicator."""
        return {judgement.indicator: judgement.standing for judgement in self.judgements}

    def indicators_standing(self, standing: Standing) -> tuple[str, ...]:
        """Return the ids of a filed period's indicators with this standing, in the plan's order."""
        if self.filing is None:
            return ()
        return tuple(judgement.indicator for judgement in self.judgements if judgement.standing is standing)


@dataclass(frozen=True, slots=True)
class IndicatorRollUp:
    """One indicator over all agencies, in its unit; of a yes-no the percent of agencies that say yes."""

    indicator: str
    value: Decimal | None
    target: Target | None
    basis: Basis
    expected_value: Decimal | None  # at the period's end
    expected_basis: Basis | None
    verdict: Verdict | None  # null where there is no target, or nothing to compare
    reported: int  # agencies, of those that owe it
    owed: int
    is_incomplete: bool  # judged over those that reported, for the others can no longer
    unknown_staff: int  # agencies that a mean by staff leaves out
    same: int  # agencies that reported this period and the one before
    value_of_same: Decimal | None
    value_before: Decimal | None


@dataclass(frozen=True, slots=True)
class PeriodRollUp:
    """What all agencies of a plan reach together in a period, by scoring's latest event."""

    plan_version: int
    is_closed: bool
    as_of: datetime
    owed: int  # agencies that owe anything for the period
    filed: int
    agencies: Mapping[Standing, int]
    period_before: str | None
    agencies_before: Mapping[Standing, int]
    indicators: tuple[IndicatorRollUp, ...]


PlanAgency = tuple[str, str]
"""A plan and an agency."""


def with_lagging_since(progress: Progress, *, before: Progress | None) -> Progress:
    """Return the progress with the moments since which its indicators lag, or lagged first, in the period.

    An indicator lags since the filing that made it lag, or since it was judged so without a new filing. `before` is
    the agency's earlier progress in the same period: a moment stays when a correction ends the lag.
    """
    began = dict(before.lagging_since) if before else {}
    is_filed_anew = progress.filing and not (
        before and before.filing and before.filing.revision == progress.filing.revision
    )
    moment = progress.filing.filed_at if progress.filing and is_filed_anew else progress.announced_at
    for indicator in progress.indicators_standing(Standing.LAGGING):
        began.setdefault(indicator, moment)
    return replace(progress, lagging_since=tuple(began.items()))
