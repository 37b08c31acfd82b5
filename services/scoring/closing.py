"""Closes periods: which are due, and how every agency stands once its due date has passed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.scoring.bearings import Bearings, ClosedPeriod
from services.scoring.judgements import Cause, Progress
from services.scoring.model import Key, Period, Plan
from services.scoring.rules import after_closing


class DuePeriod(NamedTuple):
    """A period to close, of the newest version of its plan."""

    plan: Plan
    period: Period

    @property
    def name(self) -> ClosedPeriod:
        """Return the period's name."""
        return ClosedPeriod(self.plan.id, self.period.id)


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


def after_closings(
    due: Sequence[DuePeriod],
    *,
    before: Mapping[Key, Progress],
    waiting: Collection[Key],
    bearings: Bearings,
    now: datetime,
) -> list[Progress]:
    """Return the progress that closing changes: who filed nothing, and what partial filings left out.

    Who filed is judged again by the plan version that judged before; who has a submission waiting for its plan is
    left to it.
    """
    changes = []
    for each in due:
        cause = Cause(correlation=f"close:{each.plan.id}:{each.period.id}", causation=None, decided_at=now)
        for key in _keys(each, before=before, bearings=bearings):
            known = before.get(key)
            if known is None and key in waiting:
                continue
            after = after_closing(
                before=known,
                key=key,
                plan=bearings.plan_for(key, version=known.plan_version) if known else each.plan,
                agency=bearings.agencies[key.agency],
                cause=cause,
            )
            if after is not None and after is not known:
                changes.append(after)
    return changes


def _keys(due: DuePeriod, *, before: Mapping[Key, Progress], bearings: Bearings) -> list[Key]:
    """Return the agencies that are in the plan, or filed for the period though they no longer are."""
    filed = {key.agency for key in before if ClosedPeriod(key.plan, key.period) == due.name}
    agencies = (due.plan.agencies | filed) & bearings.agencies.keys()
    return [Key(due.plan.id, agency, due.period.id) for agency in sorted(agencies)]
