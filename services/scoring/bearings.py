"""What a batch is judged by: the plan versions, agencies and closed periods that are known."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, cast

from services.scoring.model import Agency, Filing, Key, Plan


class PlanVersion(NamedTuple):
    """Names one version of a plan."""

    plan: str
    version: int


class ClosedPeriod(NamedTuple):
    """Names a period whose due date has passed."""

    plan: str
    period: str


NOTHING_REPLAYED: Final[Mapping[ClosedPeriod, int]] = MappingProxyType({})


def versions_of(least: Mapping[ClosedPeriod, int]) -> set[PlanVersion]:
    """Return the plan versions that are named by period."""
    return {PlanVersion(period.plan, version) for period, version in least.items()}


def _named(plan: str, version: int) -> PlanVersion:
    """Return what is equal to the name of a plan version, and a third of the work: it is asked of every filing."""
    return cast("PlanVersion", (plan, version))


class Bearings(NamedTuple):
    """What is known, as one transaction sees it."""

    plans: Mapping[PlanVersion, Plan]
    agencies: Mapping[str, Agency]
    closed: Collection[ClosedPeriod]
    least: Mapping[ClosedPeriod, int] = NOTHING_REPLAYED  # by period, the version that judges at least

    def plan_for(self, key: Key, *, version: int) -> Plan:
        """Return the plan version that judges what was accepted under, or was judged by, `version`: the highest."""
        least = self.least.get(ClosedPeriod(key.plan, key.period), 0) if self.least else 0
        return self.plans[_named(key.plan, max(version, least))]

    def plan_of(self, filing: Filing) -> Plan | None:
        """Return the plan version that the filing was accepted under, None where it is not known yet."""
        return self.plans.get(_named(filing.key.plan, filing.plan_version))

    def can_judge(self, filing: Filing) -> bool:
        """Return whether both the plan version and the agency are known."""
        return self.plan_of(filing) is not None and filing.key.agency in self.agencies

    def is_closed(self, key: Key) -> bool:
        """Return whether the period is closed."""
        return bool(self.closed) and ClosedPeriod(key.plan, key.period) in self.closed
