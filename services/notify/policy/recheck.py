"""Whether a notice that was decided before is still true."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from services.notify.policy.model import NoticeKind
from services.notify.progress.model import Plan, Progress
from shared.events.vocabulary import Standing

RECOVERED: Final = frozenset({Standing.MET, Standing.ON_TRACK, Standing.NOT_ASSESSABLE})
"""Standings in which an indicator that lagged has recovered; at risk is not recovered."""


def is_true(
    kind: NoticeKind,
    *,
    period: str,
    indicators: Iterable[str],
    plan: Plan,
    newest: Progress | None,
    unfiled: Iterable[str],
    now: datetime,
) -> bool:
    """Return whether the cause of a notice still holds at `now`; a digest stays true.

    `newest` is the agency's latest period with a judgement, `unfiled` are the ids of its closed periods.
    """
    if kind is NoticeKind.DIGEST or newest is None:
        return kind is NoticeKind.DIGEST
    named = frozenset(indicators)
    locked = is_locked(plan, period, now=now)
    if kind is NoticeKind.OVERDUE and not named:
        return locked and period in unfiled
    if newest.period != period or not newest.is_owed:
        return False
    lagging = newest.indicators_standing(Standing.LAGGING)
    if kind is NoticeKind.LAG:
        return not named.isdisjoint(lagging)
    if kind is NoticeKind.OVERDUE:
        return newest.filing is None and newest.is_closed and not locked
    return newest.filing is not None and not lagging and have_recovered(named, newest=newest)


def have_recovered(indicators: Iterable[str], *, newest: Progress) -> bool:
    """Return whether each of the indicators is in order, not assessable, or no longer owed."""
    standing = newest.standing_by_indicator
    return all(standing.get(each, Standing.MET) in RECOVERED for each in indicators)


def is_locked(plan: Plan, period_id: str, *, now: datetime) -> bool:
    """Return whether the period takes no more submissions; a period that the plan lacks is not locked."""
    period = plan.period(period_id)
    return period is not None and now.date() >= period.locked_on
