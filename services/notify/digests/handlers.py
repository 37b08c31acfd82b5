"""Queues the digest of a period and the notices on its lock, which no event announces."""

from datetime import datetime, timedelta
from typing import Any

from services.notify.digests import store
from services.notify.digests.rules import digest_of
from services.notify.digests.timing import (
    digest_cause,
    due_digest,
    due_digests,
    is_waited_for,
    is_what_was_counted,
    may_go_out,
)
from services.notify.notices.handlers import decide_notices
from services.notify.notices.store import queue_notices, withdraw_notices
from services.notify.policy.model import UnsentReason
from services.notify.progress.model import Plan
from services.notify.progress.store import (
    agency_names,
    decided_progress,
    latest_outlook,
    latest_rollup,
    open_proposals,
)


async def decide_on_locked(plan: Plan, *, connection: Any, settling: timedelta, now: datetime) -> bool:
    """Decide again about agencies that were asked in vain for a locked period; return whether there are any."""
    locked = [period for period in plan.periods if period.locked_on <= now.date()]
    pairs = await store.asked_in_vain(connection, plan, locked=locked, now=now)
    await decide_notices(pairs, connection=connection, settling=settling, now=now)
    return bool(pairs)


async def queue_digest(plan: Plan, *, connection: Any, known_since: datetime, now: datetime) -> bool:
    """Queue the plan's latest digest where one is due, and return whether it was.

    Older digests that are due as well, or that no contact has been sent yet, are superseded by it.
    """
    decided = await store.decided_digests(connection, plan.plan)
    due = due_digests(plan=plan, known_since=known_since, decided=decided, now=now)
    if not due:
        return False
    period = due[-1]
    rollup = await latest_rollup(connection, plan.plan, period.id)
    if rollup is None or not may_go_out(period, plan=plan, rollup=rollup, now=now):
        return False
    progress = await decided_progress(connection, plan.plan)
    is_late = is_waited_for(period, plan=plan, now=now)
    if not is_late and not is_what_was_counted(progress, rollup=rollup):
        return False  # the next roll-up is a minute away
    proposals = await open_proposals(connection, plan.plan)
    names = await agency_names(connection, {*plan.agencies, *(each.by.agency for each in proposals)})
    unsent = await store.unsent_notices(connection, plan.plan, names=names)
    contents = digest_of(
        plan=plan,
        period=period,
        rollup=rollup,
        names=names,
        progress=progress,
        unsent=unsent,
        outlook=await latest_outlook(connection, plan.plan),
        proposals=proposals,
    )
    await queue_notices(connection, [(due_digest(plan, each, now=now), contents) for each in due], now=now)
    superseded = [
        (digest_cause(plan=plan.plan, period=each.id), UnsentReason.SUPERSEDED)
        for each in plan.periods
        if each.starts_on < period.starts_on
    ]
    await withdraw_notices(connection, superseded, now=now)
    return True
