"""Says who is awaited (chưa đến hạn): what agencies owe for a period under way, of which nothing is known yet."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, time

from services.scoring.judging.agency import judge_agency
from services.scoring.judging.history import Fresh, after_judging
from services.scoring.judging.judgements import Cause, Progress
from services.scoring.judging.model import Agency, Key, Period, Plan
from services.scoring.plans.model import ClosedPeriod


def periods_under_way(plan: Plan, *, closed: Collection[ClosedPeriod], now: datetime) -> list[Period]:
    """Return the periods that have begun in the plan's time zone and are not closed."""
    today = now.astimezone(plan.timezone).date()
    return [each for each in plan.periods if each.starts_on <= today and ClosedPeriod(plan.id, each.id) not in closed]


def awaited(agencies: Iterable[Agency], *, plan: Plan, period: Period) -> list[Progress]:
    """Return how agencies stand of which nothing is known in a period under way; who owes nothing is left out.

    Nobody announced it, so its sequence is 0, and it holds from the period's first moment on.
    """
    begins_at = datetime.combine(period.starts_on, time(), tzinfo=plan.timezone)
    cause = Cause(correlation=f"await:{plan.id}:{period.id}", causation=None, decided_at=begins_at)
    found = []
    for agency in agencies:
        judgements = judge_agency(plan=plan, agency=agency, period=period, filing=None, is_closed=False)
        if judgements:
            key = Key(plan.id, agency.id, period.id)
            fresh = Fresh(key, plan, filing=None, ended=None, is_closed=False, judgements=judgements)
            found.append(replace(after_judging(fresh, before=None, cause=cause), sequence=0, changed_indicators=()))
    return found
