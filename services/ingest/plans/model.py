"""Plans and agencies, as far as drafts are validated against them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from shared.events.plans import AgencyRegisteredData, IndicatorData, PeriodData, PlanPublishedData


class Plan(PlanPublishedData):
    """The version of a plan that is in force."""

    @cached_property
    def indicator_by_id(self) -> Mapping[str, IndicatorData]:
        """Return the indicators by their ids."""
        return {each.id: each for each in self.indicators}

    @cached_property
    def period_by_id(self) -> Mapping[str, PeriodData]:
        """Return the periods by their ids."""
        return {each.id: each for each in self.periods}


def is_reported_by(indicator: IndicatorData, *, agency: AgencyRegisteredData) -> bool:
    """Return whether an agency reports an indicator."""
    return agency.kind in indicator.reported_by_kinds or agency.agency in indicator.reported_by_agencies


class FilingKey(NamedTuple):
    """A plan, an agency and a period: revisions are counted by it, and it may be reopened."""

    plan: str
    agency: str
    period: str


@dataclass(frozen=True)
class Registry:
    """The plans in force, the agencies, and the last days of the periods that were reopened, at one moment."""

    plans: Mapping[str, Plan]
    agencies: Mapping[str, AgencyRegisteredData]
    reopened: Mapping[FilingKey, date] = field(default_factory=dict)
