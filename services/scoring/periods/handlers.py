"""Handlers of periods: close those whose due date has passed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.scoring.adjustments.handlers import announce_as_of, keep_outlooks
from services.scoring.judging.judgements import Cause
from services.scoring.judging.model import Plan
from services.scoring.periods.rules import due_periods
from services.scoring.plans.model import ClosedPeriod, DuePeriod
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.handlers import judge_again, load_terms
from services.scoring.progress.store import ProgressStore

_PERIODS_AT_ONCE: Final = 2  # of every agency: bounds a transaction when years of periods close together


async def is_any_period_due(*, work: UnitOfWork, now: datetime) -> bool:
    """Return whether a period's due date has passed that is not closed; holds nobody off."""
    return bool(await _due(work=work, now=now))


async def close_periods(*, work: UnitOfWork, now: datetime) -> int:
    """Close the oldest periods whose due date has passed, a few at a time, and return how many were closed.

    Who filed nothing is judged as missing, and what all reach together is announced with the outlook of each target.
    """
    moment = await work.reference.lock_to_change(now=now)
    due = (await _due(work=work, now=now))[:_PERIODS_AT_ONCE]
    if not due:
        return 0
    await work.reference.close(due, at=moment)
    for plan in {each.plan.id: each.plan for each in due}.values():
        periods = [each.period.id for each in due if each.plan is plan]
        await _close(plan, periods, work=work, now=moment)
    await keep_outlooks(due, work=work, now=moment)
    await announce_as_of(moment, work=work, closed=[each.name for each in due])
    return len(due)


async def _close(plan: Plan, periods: Sequence[str], *, work: UnitOfWork, now: datetime) -> None:
    """Judge who filed nothing for these periods of a plan, and what partial filings left out."""
    terms = (await load_terms([plan.id], again=periods, work=work))[plan.id]
    before = await ProgressStore(work.connection).load_periods(
        [ClosedPeriod(plan.id, period) for period in terms.periods]
    )
    await judge_again(
        terms,
        agencies=plan.agencies | {key.agency for key in before},
        before=before,
        cause_of=lambda key: Cause(f"close:{key.plan}:{key.period}", None, now),
        work=work,
    )


async def _due(*, work: UnitOfWork, now: datetime) -> list[DuePeriod]:
    newest = await work.reference.newest_plans()
    closed = await work.reference.closings([plan.id for plan in newest])
    return due_periods(newest, closed=closed, now=now)
