"""The queue of notices that wait for the relay; several senders may draw from it, each notice goes to one of them."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from prometheus_client import Counter

from services.notify.mail import store
from services.notify.mail.rules import GIVE_UP_AFTER, Answer, Outcome, is_attempt, retry_pause, state_after
from services.notify.notices.model import Notice, NoticeState
from services.notify.notices.store import help_at
from services.notify.notices.tables import ContactRow, NoticeRow
from services.notify.policy.model import NoticeKind, UnsentReason
from services.notify.policy.recheck import is_true
from services.notify.policy.working_hours import next_working_moment
from services.notify.progress.model import Plan
from services.notify.progress.store import latest_plan, newest_progress_of, unfiled_periods_of
from shared.events.vocabulary import Language
from shared.runtime.database import Database, Session

ENDED = Counter("tiendo_notices_total", "Notices by what became of them.", ["kind", "state"])
_OPEN: Final = frozenset({NoticeState.QUEUED, NoticeState.UNKNOWN})


class MailQueue:
    """Claims notices under a lease before the relay is spoken to, and records what became of them after."""

    def __init__(self, database: Database, *, lease: timedelta, retry_first: timedelta) -> None:
        self._database = database
        self._lease = lease
        self._retry_first = retry_first

    async def next_notice(self, *, now: datetime) -> Notice | None:
        """Claim the next notice that is due, still true and allowed at `now`; end or postpone those that are not."""
        while True:
            async with self._database.session() as session:
                found = await store.next_due(session, now=now)
                if found is None:
                    return None
                row, server_now = found
                plan = await latest_plan(session, row.plan)
                allowed_at = next_working_moment(now, plan=plan)
                if reason := await _reason_unsent(session, row, plan=plan, now=now):
                    _end(row, NoticeState.SKIPPED, reason, now=now)
                elif allowed_at > now:
                    row.due_at = allowed_at
                else:
                    row.state, row.reason = NoticeState.SENDING, None
                    row.attempts += 1
                    row.first_attempt_at = row.first_attempt_at or server_now
                    row.lease_until = server_now + self._lease
                    return await _notice_of(session, row, plan=plan)

    async def renew(self, notice: UUID) -> None:
        """Extend the lease of a notice that is still being sent."""
        async with self._database.session() as session:
            await store.renew_lease(session, notice, lease=self._lease)

    async def record(self, notice: Notice, answer: Answer, *, now: datetime) -> None:
        """Record what became of a notice that was claimed."""
        async with self._database.session() as session:
            attempt = await store.lock_attempt(session, notice.id)
            if attempt is None:
                return
            row, server_now = attempt
            is_too_old = row.first_attempt_at is not None and row.first_attempt_at < server_now - GIVE_UP_AFTER
            state, reason = state_after(answer.outcome, is_too_old=is_too_old)
            if state not in _OPEN:
                _end(row, state, reason, detail=answer.words, now=now)
                return
            is_deferred = answer.outcome is Outcome.DEFERRED
            pause = retry_pause(row.attempts, first=self._retry_first) if is_deferred else timedelta()
            row.state, row.reason, row.detail, row.lease_until = state, reason, answer.words, None
            row.retry_at = server_now + pause
            row.attempts -= not is_attempt(answer.outcome)

    async def hold(self, notice: Notice, fault: str, *, now: datetime) -> None:
        """Hold a notice that cannot be rendered, until a person has looked at it."""
        async with self._database.session() as session:
            row = await session.get_one(NoticeRow, notice.id)
            _end(row, NoticeState.HELD, UnsentReason.NOT_WRITTEN, detail=fault, now=now)


async def _reason_unsent(session: Session, row: NoticeRow, *, plan: Plan, now: datetime) -> UnsentReason | None:
    """Return why a notice is not sent any more, None where it is."""
    contact = await session.get(ContactRow, row.contact) if row.contact else None
    if contact is None or not contact.is_active:
        return UnsentReason.CONTACT_REMOVED
    still_true = is_true(
        NoticeKind(row.kind),
        period=row.period,
        indicators=row.indicators,
        plan=plan,
        newest=await newest_progress_of(session, row.plan, row.agency),
        unfiled=await unfiled_periods_of(session, row.plan, row.agency),
        now=now,
    )
    return None if still_true else UnsentReason.NO_LONGER_TRUE


async def _notice_of(session: Session, row: NoticeRow, *, plan: Plan) -> Notice:
    return Notice(
        id=row.id,
        kind=NoticeKind(row.kind),
        plan=row.plan,
        agency=row.agency,
        period=row.period,
        thread=row.thread,
        indicators=tuple(row.indicators),
        contents=row.contents,
        recipient=row.recipient,
        email=row.email,
        language=Language(row.language),
        attempts=row.attempts,
        help=await help_at(session, plan.lead_agency),
    )


def _end(
    row: NoticeRow, state: NoticeState, reason: UnsentReason | None, *, detail: str | None = None, now: datetime
) -> None:
    row.state, row.reason, row.detail, row.ended_at, row.lease_until = state, reason, detail, now, None
    ENDED.labels(row.kind, state.value).inc()
