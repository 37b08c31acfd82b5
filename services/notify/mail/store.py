"""The queue of notices on PostgreSQL: claimed under a lease before a relay is spoken to, recorded after."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from prometheus_client import Counter

from services.notify.mail.smtp import Answer, Outcome
from services.notify.notices.model import Help, Notice, NoticeState
from services.notify.notices.store import contents_from_json, help_of
from services.notify.policy.model import NoticeKind, Postpone, Send, Skip, UnsentReason
from services.notify.policy.recheck import recheck
from services.notify.progress.model import Plan
from services.notify.progress.store import latest_plans, newest_progress, unfiled_periods
from shared.events.vocabulary import Language
from shared.runtime.database import Database

ENDED = Counter("tiendo_notices_total", "Notices by what became of them.", ["kind", "state"])
_GIVE_UP: Final = timedelta(hours=24)
_GROWTH: Final = 1.3  # of the pause between two offers; source: Postal's retry schedule
_LONGEST_PAUSE: Final = timedelta(hours=4)

_NEXT: Final = """
select notice.*, coalesce(contact.is_active, false) as is_contact_active,
    (select max(version) from plan_version where plan_version.plan = notice.plan) as plan_version
from notice left join contact on contact.id = notice.contact
where state = 'queued' and due_at <= $1 and retry_at <= now()
order by due_at, position limit 1 for update of notice skip locked
"""
_CLAIM: Final = """
update notice set state = 'sending', reason = null, attempts = attempts + 1,
    first_attempt_at = coalesce(first_attempt_at, now()), lease_until = now() + $2
where id = $1
"""
_ACCEPTED: Final = """
update notice set state = 'accepted', reason = null, detail = $2, ended_at = $3, lease_until = null
where id = $1 and state in ('sending', 'unknown')
"""
_END: Final = "update notice set state = $2, reason = $3, detail = $4, ended_at = $5, lease_until = null where id = $1"


class Outgoing:
    """What waits to be sent. Several senders may draw from it: each notice goes to one of them."""

    def __init__(self, database: Database, *, lease: timedelta, retry_first: timedelta) -> None:
        self._database = database
        self._lease = lease
        self._retry_first = retry_first
        self._plans: dict[tuple[str, int], Plan] = {}

    async def next_notice(self, *, now: datetime) -> Notice | None:
        """Claim the next notice that is due, still true and allowed at `now`; end or postpone those that are not."""
        while True:
            async with self._database.transaction() as connection:
                row = await connection.fetchrow(_NEXT, now)
                if row is None:
                    return None
                notice = _notice(row, asked=await help_of(connection, row["plan"]))
                verdict = await self._verdict(connection, notice, row=row, now=now)
                if isinstance(verdict, Send):
                    await connection.execute(_CLAIM, notice.id, self._lease)
                    return notice
                if isinstance(verdict, Skip):
                    await connection.execute(
                        _END, notice.id, NoticeState.SKIPPED.value, verdict.reason.value, None, now
                    )
                    ENDED.labels(notice.kind.value, NoticeState.SKIPPED.value).inc()
                else:
                    await connection.execute("update notice set due_at = $2 where id = $1", notice.id, verdict.until)

    async def renew(self, notice: UUID) -> None:
        """Extend the lease of a notice that is still being sent."""
        async with self._database.transaction() as connection:
            await connection.execute(
                "update notice set lease_until = now() + $2 where id = $1 and state = 'sending'", notice, self._lease
            )

    async def record(self, notice: Notice, answer: Answer, *, now: datetime) -> None:
        """Record what became of a notice that was claimed."""
        if answer.outcome is Outcome.ACCEPTED:
            await self._database.pool.execute(_ACCEPTED, notice.id, answer.words, now)
            ENDED.labels(notice.kind.value, NoticeState.ACCEPTED.value).inc()
            return
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "select attempts, first_attempt_at < now() - $2::interval as is_too_old from notice"
                " where id = $1 and state in ('sending', 'unknown') for update",
                notice.id,
                _GIVE_UP,
            )
            if row is None:
                return
            state, why = _state_after(answer.outcome, is_too_old=row["is_too_old"])
            if state in {NoticeState.QUEUED, NoticeState.UNKNOWN}:
                # Nothing was offered when the relay was away or barred us, so that is no attempt.
                is_attempt = answer.outcome not in {Outcome.AWAY, Outcome.BARRED}
                pause = self.pause(row["attempts"]) if answer.outcome is Outcome.PUT_OFF else timedelta()
                await connection.execute(
                    "update notice set state = $2, reason = $3, detail = $4, lease_until = null,"
                    " retry_at = now() + $5, attempts = attempts - $6 where id = $1",
                    notice.id,
                    state.value,
                    why.value if why else None,
                    answer.words,
                    pause,
                    0 if is_attempt else 1,
                )
                return
            await connection.execute(_END, notice.id, state.value, why.value if why else None, answer.words, now)
            ENDED.labels(notice.kind.value, state.value).inc()

    async def hold(self, notice: Notice, fault: str, *, now: datetime) -> None:
        """Hold a notice whose text could not be written, until a person has looked at it."""
        async with self._database.transaction() as connection:
            await connection.execute(
                _END, notice.id, NoticeState.HELD.value, UnsentReason.NOT_WRITTEN.value, fault, now
            )
        ENDED.labels(notice.kind.value, NoticeState.HELD.value).inc()

    def pause(self, attempts: int) -> timedelta:
        """Return how long to wait after that many offers; each pause is 1.3 times the one before."""
        return min(self._retry_first * _GROWTH ** max(attempts - 1, 0), _LONGEST_PAUSE)

    async def _verdict(self, connection: Any, notice: Notice, *, row: Any, now: datetime) -> Send | Skip | Postpone:
        if not row["is_contact_active"]:
            return Skip(UnsentReason.CONTACT_REMOVED)
        plan = await self._plan(connection, notice.plan, row["plan_version"])
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


def _state_after(outcome: Outcome, *, is_too_old: bool) -> tuple[NoticeState, UnsentReason | None]:
    match outcome:
        case Outcome.REFUSED:
            return NoticeState.FAILED, UnsentReason.REFUSED
        case Outcome.LOST:
            return NoticeState.UNKNOWN, UnsentReason.ANSWER_LOST
        case Outcome.PUT_OFF:
            return (NoticeState.FAILED, UnsentReason.GAVE_UP) if is_too_old else (NoticeState.QUEUED, None)
    return (NoticeState.HELD, UnsentReason.CHANNEL_CLOSED) if is_too_old else (NoticeState.QUEUED, None)


def _notice(row: Any, *, asked: Help | None) -> Notice:
    kind = NoticeKind(row["kind"])
    return Notice(
        id=row["id"],
        kind=kind,
        plan=row["plan"],
        agency=row["agency"],
        period=row["period"],
        thread=row["thread"],
        indicators=tuple(row["indicators"]),
        contents=contents_from_json(kind, row["contents"]),
        recipient=row["recipient"],
        email=row["email"],
        language=Language(row["language"]),
        attempts=row["attempts"],
        help=asked,
    )
