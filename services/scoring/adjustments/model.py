"""What the agencies come to together on one indicator, as frozen values, for the DIC to propose adjustments by."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from services.scoring.adjustments.forecast import Forecast
from services.scoring.judging.model import Target
from shared.events.vocabulary import Adjustment, Reach


class Miss(NamedTuple):
    """By how much an agency would miss a target, in the indicator's unit."""

    agency: str
    shortfall: Decimal


class Level(NamedTuple):
    """Where agencies stand in a period, in the indicator's unit: Σ numerator ÷ Σ denominator, else their median."""

    value: Decimal
    is_pooled: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """One indicator over all agencies that owe it when a period closes, and the sentence that tells the DIC.

    `ample` is the target a margin further on, None where nothing can exceed it; `ample_periods` counts the latest
    periods in a row in which all who reported met that. Shortfalls are those of the agencies that would miss.
    """

    indicator: str
    target: Target
    forecasts: Mapping[str, Forecast]  # by agency
    reported: int  # agencies with a value in the period
    level: Level | None
    median_shortfall: Decimal | None
    worst: Miss | None
    ample: Target | None
    ample_periods: int
    adjustment: Adjustment | None

    def agencies(self, reach: Reach) -> tuple[str, ...]:
        """Return which agencies have this answer, by their ids."""
        return tuple(agency for agency, forecast in self.forecasts.items() if forecast.reach is reach)

    def count(self, reach: Reach) -> int:
        """Return how many agencies have this answer."""
        return len(self.agencies(reach))
