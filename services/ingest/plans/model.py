"""Plans and agencies as ingest needs them: the versions in force, and until when which periods were reopened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from shared.events.vocabulary import AgencyKind, Measure, PeriodLength


@dataclass(frozen=True)
class Indicator:
    """An indicator, as far as a draft must fit it."""

    id: str
    measure: Measure
    reported_by_kinds: frozenset[AgencyKind]
    reported_by_agencies: frozenset[str]
    is_whole: bool = True  # of a share: its parts count things; a count always does


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
    """A plan, an agency and a period: its revisions are counted together, and it may be reopened."""

    plan: str
    agency: str
    period: str


@dataclass(frozen=True)
class Registry:
    """The plans in force, the agencies, and until when which periods were reopened, at one moment."""

    plans: Mapping[str, Plan]
    agencies: Mapping[str, Agency]
    reopened: Mapping[FilingKey, date] = field(default_factory=dict)
