"""Plans and agencies, as far as drafts are validated against them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.events.vocabulary import AgencyKind, Measure, PeriodLength


@dataclass(frozen=True)
class Indicator:
    """An indicator of a plan."""

    id: str
    measure: Measure
    reported_by_kinds: frozenset[AgencyKind]
    reported_by_agencies: frozenset[str]
    is_whole: bool = True  # of a share: numerator and denominator are whole numbers


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


class FilingKey(NamedTuple):
    """A plan, an agency and a period: revisions are counted by it, and it may be reopened."""

    plan: str
    agency: str
    period: str


@dataclass(frozen=True)
class Registry:
    """The plans in force, the agencies, and the last days of the periods that were reopened, at one moment."""

    plans: Mapping[str, Plan]
    agencies: Mapping[str, Agency]
    reopened: Mapping[FilingKey, date] = field(default_factory=dict)
