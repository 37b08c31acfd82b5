"""The queue of notices that wait for the relay; several senders may draw from it, each notice goes to one of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prometheus_client import Counter

from services.notify.mail import store
from services.notify.mail.model import Answer, Outcome
from services.notify.mail.rules import GIVE_UP_AFTER, is_attempt, retry_pause, state_after
from services.notify.notices.model import Notice, NoticeState
from services.notify.policy.model import Postpone, Send, Skip, UnsentReason
from services.notify.policy.recheck import recheck
from services.notify.progress.model import Plan
from services.notify.progress.store import latest_plans, newest_progress, unfiled_periods
from shared.runtime.database import Database

ENDED = Counter("tiendo_notices_total", "Notices by what became of them.", ["kind", "state"])


class MailQueue:
    """Claims notices under a lease before the relay is spoken to, and records what became of them after."""

    def __init__(self, database: Database, *, lease: timedelta, retry_first: timedelta) -> None:
        self._database = database
        self._lease = lease
        self._retry_first = retry_first
        self._plans: dict[tuple[str, int], Plan] = {}

    async def next_notice(self, *, now: datetime) -> Notice | None:
        """Claim the next notice that is due, still true and allowed at `now`; end or postpone those that are not."""
        while True:
            async with self._database.transaction() as connection:
                found = await store.next_notice(connection, now=now)
                if found is None:
                    return None
                notice = found.notice
                verdict = await self._verdict(connection, found, now=now)
                if isinstance(verdict, Send):
                    await store.claim(connection, notice.id, lease=self._lease)
                    return notice
                if isinstance(verdict, Postpone):
                    await store.postpone(connection, notice.id, until=verdict.until)
                else:
                    await _finish(connection, notice, NoticeState.SKIPPED, verdict.reason, now=now)

    async def renew(self, notice: UUID) -> None:
        """Extend the lease of a notice that is still being sent."""
        async with self._database.transaction() as connection:
            await store.renew(connection, notice, lease=self._lease)

    async def record(self, notice: Notice, answer: Answer, *, now: datetime) -> None:
        """Record what became of a notice that was claimed."""
        async with self._database.transaction() as connection:
            attempt = await store.lock_attempt(connection, notice.id, give_up_after=GIVE_UP_AFTER)
            if attempt is None:
                return
            attempts, is_too_old = attempt
            state, reason = state_after(answer.outcome, is_too_old=is_too_old)
            if state not in {NoticeState.QUEUED, NoticeState.UNKNOWN}:
                await _finish(connection, notice, state, reason, detail=answer.words, now=now)
                return
            is_deferred = answer.outcome is Outcome.DEFERRED
            await store.suspend(
                connection,
                notice.id,
                state=state,
                reason=reason,
                detail=answer.words,
                pause=retry_pause(attempts, first=self._retry_first) if is_deferred else timedelta(),
                attempts=attempts if is_attempt(answer.outcome) else attempts - 1,
            )

    async def hold(self, notice: Notice, fault: str, *, now: datetime) -> None:
        """Hold a notice that cannot be rendered, until a person has looked at it."""
        async with self._database.transaction() as connection:
            await _finish(connection, notice, NoticeState.HELD, UnsentReason.NOT_WRITTEN, detail=fault, now=now)

    async def _verdict(self, connection: Any, found: store.NextNotice, *, now: datetime) -> Send | Skip | Postpone:
        if not found.is_contact_active:
            return Skip(UnsentReason.CONTACT_REMOVED)
        notice = found.notice
        plan = await self._plan(connection, notice.plan, found.plan_version)
        newest = await newest_progress(connection, [notice.plan], [notice.agency])
        unfiled = await unfiled_periods(connection, [notice.plan], [notice.agency])
        return recheck(
            kind=notice.kind,
            period=notice.period,
            indicators=notice.indicators,
            plan=plan,
            newest=newest.get((notice.plan, notice.agency)),
            unfiled=unfiled.get((notice.plan, notice.agency), ()),
            now=now,
        )

    async def _plan(self, connection: Any, plan: str, version: int) -> Plan:
        if (plan, version) not in self._plans:
            self._plans[plan, version] = (await latest_plans(connection, [plan]))[plan]
        return self._plans[plan, version]


async def _finish(
    connection: Any,
    notice: Notice,
    state: NoticeState,
    reason: UnsentReason | None,
    *,
    detail: str | None = None,
    now: datetime,
) -> None:
    await store.finish(connection, notice.id, state=state, reason=reason, detail=detail, now=now)
    ENDED.labels(notice.kind.value, state.value).inc()
