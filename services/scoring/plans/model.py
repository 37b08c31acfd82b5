"""Names of plan versions and of periods."""

from typing import NamedTuple

from services.scoring.judging.model import Period, Plan


class PlanVersion(NamedTuple):
    """Names one version of a plan."""

    plan: str
    version: int


class ClosedPeriod(NamedTuple):
    """Names a period whose due date has passed."""

    plan: str
    period: str


class DuePeriod(NamedTuple):
    """A period to close, of the newest version of its plan."""

    plan: Plan
    period: Period

    @property
    def name(self) -> ClosedPeriod:
        """Return the period's name."""
        return ClosedPeriod(self.plan.id, self.period.id)
