"""Names plan versions and periods."""

from typing import NamedTuple


class PlanVersion(NamedTuple):
    """Names one version of a plan."""

    plan: str
    version: int


class ClosedPeriod(NamedTuple):
    """Names a period whose due date has passed."""

    plan: str
    period: str
