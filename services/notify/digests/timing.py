"""When the digest of a period is due."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from services.notify.policy.model import DueNotice, NoticeKind
from services.notify.policy.working_hours import next_working_day, next_working_moment
from services.notify.progress.model import Plan, Progress
from shared.events.plans import PeriodData, PlanPublishedData
from shared.events.rollups import RollUpChangedData

DIGEST_AT: Final = time(8, 0)
_GRACE: Final = timedelta(days=1)  # after its slot a digest no longer waits for the period to be closed


def digest_slot(period: PeriodData, *, plan: PlanPublishedData, timezone: tzinfo | None) -> datetime:
    """Return when a period's digest goes out: 08:00 on the first working day after its due date."""
    return datetime.combine(next_working_day(period.due_on + timedelta(days=1), plan=plan), DIGEST_AT, timezone)


def due_digests(*, plan: Plan, known_since: datetime, decided: frozenset[str], now: datetime) -> tuple[PeriodData, ...]:
    """Return the periods whose digest is due and not decided yet, oldest first.

    A slot that passed before the plan was known is left out.
    """
    return tuple(
        period
        for period in plan.periods
        if period.id not in decided and known_since <= digest_slot(period, plan=plan, timezone=now.tzinfo) <= now
    )


def may_go_out(period: PeriodData, *, plan: Plan, rollup: RollUpChangedData | None, now: datetime) -> bool:
    """Return whether the closed period was rolled up, or that was waited for a day; never without any roll-up.

    Scoring rolls up nothing for a period for which nobody owes anything (`rollup_event`). So such a period has no
    digest of its own: it counts as told once the next period's digest is.
    """
    if rollup is None:
        return False
    return rollup.is_closed or is_waited_for(period, plan=plan, now=now)


def is_waited_for(period: PeriodData, *, plan: Plan, now: datetime) -> bool:
    """Return whether what a digest waits for was waited for long enough."""
    return now >= digest_slot(period, plan=plan, timezone=now.tzinfo) + _GRACE


def is_what_was_counted(progress: Iterable[Progress], *, rollup: RollUpChangedData) -> bool:
    """Return whether the progress of its period is what a roll-up counted: nothing later, and nothing on its way.

    So the lists of a digest name as many agencies as its figures say.
    """
    rows = [row for row in progress if row.period == rollup.period and row.is_owed]
    return (
        all(row.announced_at <= rollup.as_of for row in rows)
        and sum(row.filing is not None for row in rows) == rollup.filed
        and Counter(row.standing for row in rows) == +Counter(rollup.agencies)
    )


def digest_cause(*, plan: str, period: str) -> str:
    """Return the cause of a period's digest."""
    return f"{NoticeKind.DIGEST}:{plan}:{period}"


def due_digest(plan: Plan, period: PeriodData, *, now: datetime) -> DueNotice:
    """Return the notice to the lead agency that carries the period's digest."""
    return DueNotice(
        cause=digest_cause(plan=plan.plan, period=period.id),
        kind=NoticeKind.DIGEST,
        plan=plan.plan,
        agency=plan.lead_agency,
        period=period.id,
        thread=f"{plan.plan}.digest",
        indicators=(),
        due_at=next_working_moment(now, plan=plan),
    )
