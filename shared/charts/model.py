"""The facts of a chart: what agencies reach together on each indicator, and how many have which standing over time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from shared.events.vocabulary import Basis, Language, Measure, Standing, Verdict
from shared.wording.phrases import Goal


@dataclass(frozen=True, slots=True)
class IndicatorBar:
    """One indicator over all agencies, in its unit; of a yes-no the percent of agencies that say yes.

    It is drawn as long as the attainment, or, where `agencies` are given, as the shares of agencies by standing:
    a `rollup.changed.v1` event has the latter and no attainment. A figure that is None is unknown, which 0 is not.
    """

    name: str
    unit: str
    measure: Measure
    value: Decimal | None
    target: Goal | None
    basis: Basis
    reported: int  # agencies, of those that owe it
    owed: int
    attainment: Decimal | None = None  # ratio of the target, 1 = met
    expected: Decimal | None = None  # the same at the period's end
    expected_basis: Basis | None = None
    standing: Standing | None = None
    verdict: Verdict | None = None
    is_incomplete: bool = False  # the verdict is over those that reported, for the others can no longer
    agencies: Mapping[Standing, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PeriodColumn:
    """How many agencies have which standing in a period; none at all where nothing is known of it."""

    period: str
    agencies: Mapping[Standing, int]


@dataclass(frozen=True, slots=True)
class Chart:
    """All that is drawn of a plan's period."""

    language: Language
    plan: str  # its title
    plan_version: int
    period: str
    first_on: date
    last_on: date
    as_of: datetime | None  # in the plan's time zone; None where there are no data yet
    bars: tuple[IndicatorBar, ...]  # in the plan's order
    columns: tuple[PeriodColumn, ...]  # in time, up to the period
    is_synthetic: bool = False
    is_rehearsal: bool = False

    @property
    def is_by_agencies(self) -> bool:
        """Return whether bars are shares of agencies by standing."""
        return any(bar.agencies for bar in self.bars)
