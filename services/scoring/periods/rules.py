"""Finds the periods to close: their due date has passed."""

from collections.abc import Collection, Iterable
from datetime import datetime

from services.scoring.judging.model import Plan
from services.scoring.plans.model import ClosedPeriod, DuePeriod


def due_periods(newest: Iterable[Plan], *, closed: Collection[ClosedPeriod], now: datetime) -> list[DuePeriod]:
    """Return the open periods whose due date lies before today in their plan's time zone, the oldest first."""
    due = (DuePeriod(plan, period) for plan in newest for period in plan.periods)
    return sorted(
        (
            each
            for each in due
            if each.name not in closed and each.period.due_on < now.astimezone(each.plan.timezone).date()
        ),
        key=lambda each: (each.period.due_on, each.name),
    )
