"""Notices on their way to the relay, on PostgreSQL: claimed under a lease, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.notify.notices.model import Notice, NoticeState
from services.notify.notices.store import contents_from_json, help_of
from services.notify.policy.model import NoticeKind, UnsentReason
from shared.events.vocabulary import Language

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
_EXPIRE: Final = """
update notice set state = 'unknown', reason = $1, detail = 'its sender gave no sign of life', lease_until = null,
    retry_at = now()
where state = 'sending' and lease_until < now()
"""
# `attempts` is what it was when we asked: had another process sent it again meanwhile, our answer would be stale.
_FOUND: Final = """
update notice set state = 'accepted', reason = null, detail = 'found where mails end', ended_at = $3
where id = $1 and attempts = $2 and state = 'unknown'
"""
_NOT_FOUND: Final = """
update notice set state = 'queued', reason = null, detail = 'not found where mails end, so sent again', retry_at = now()
where id = $1 and attempts = $2 and state = 'unknown'
"""


@dataclass(frozen=True, slots=True)
class NextNotice:
    """The next notice that is due, locked, with what its check before sending needs."""

    notice: Notice
    is_contact_active: bool
    plan_version: int  # the latest that is known


@dataclass(frozen=True, slots=True)
class UnknownNotice:
    """A notice of which nobody knows whether the relay accepted it."""

    id: UUID
    attempts: int
    is_settled: bool  # long enough ago for an accepted mail to have been stored


async def next_notice(connection: Any, *, now: datetime) -> NextNotice | None:
    """Lock and return the next notice that is due and that no other sender has locked."""
    row = await connection.fetchrow(_NEXT, now)
    if row is None:
        return None
    kind = NoticeKind(row["kind"])
    notice = Notice(
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
        help=await help_of(connection, row["plan"]),
    )
    return NextNotice(notice, is_contact_active=row["is_contact_active"], plan_version=row["plan_version"])


async def claim(connection: Any, notice: UUID, *, lease: timedelta) -> None:
    """Count an attempt, and leave the notice to its sender for as long as the lease lasts."""
    await connection.execute(_CLAIM, notice, lease)


async def renew(connection: Any, notice: UUID, *, lease: timedelta) -> None:
    """Extend the lease of a notice that is still being sent."""
    await connection.execute(
        "update notice set lease_until = now() + $2 where id = $1 and state = 'sending'", notice, lease
    )


async def postpone(connection: Any, notice: UUID, *, until: datetime) -> None:
    """Let a queued notice wait until a moment."""
    await connection.execute("update notice set due_at = $2 where id = $1", notice, until)


async def lock_attempt(connection: Any, notice: UUID, *, give_up_after: timedelta) -> tuple[int, bool] | None:
    """Lock a notice that was sent; return its attempts and whether it was tried for too long.

    None where its attempt was recorded meanwhile.
    """
    row = await connection.fetchrow(
        "select attempts, first_attempt_at < now() - $2::interval as is_too_old from notice"
        " where id = $1 and state in ('sending', 'unknown') for update",
        notice,
        give_up_after,
    )
    return (row["attempts"], row["is_too_old"]) if row else None


async def suspend(
    connection: Any,
    notice: UUID,
    *,
    state: NoticeState,
    reason: UnsentReason | None,
    detail: str,
    pause: timedelta,
    attempts: int,
) -> None:
    """Give up the lease of a notice that is not finished, and let it wait for its next attempt."""
    await connection.execute(
        "update notice set state = $2, reason = $3, detail = $4, lease_until = null, retry_at = now() + $5,"
        " attempts = $6 where id = $1",
        notice,
        state.value,
        reason.value if reason else None,
        detail,
        pause,
        attempts,
    )


async def finish(
    connection: Any,
    notice: UUID,
    *,
    state: NoticeState,
    reason: UnsentReason | None,
    detail: str | None,
    now: datetime,
) -> None:
    """Record the final state of a notice."""
    await connection.execute(
        "update notice set state = $2, reason = $3, detail = $4, ended_at = $5, lease_until = null where id = $1",
        notice,
        state.value,
        reason.value if reason else None,
        detail,
        now,
    )


async def unknown_notices(connection: Any, *, settle: timedelta) -> Sequence[UnknownNotice]:
    """Return the notices whose answer was lost, also those whose sender let its lease expire."""
    await connection.execute(_EXPIRE, UnsentReason.ANSWER_LOST.value)
    rows = await connection.fetch(
        "select id, attempts, now() - retry_at >= $1 as is_settled from notice where state = 'unknown'"
        " order by position",
        settle,
    )
    return [UnknownNotice(row["id"], attempts=row["attempts"], is_settled=row["is_settled"]) for row in rows]


async def record_found(connection: Any, notice: UnknownNotice, *, now: datetime) -> None:
    """Record that the mail was accepted."""
    await connection.execute(_FOUND, notice.id, notice.attempts, now)


async def requeue(connection: Any, notice: UnknownNotice) -> None:
    """Queue a notice again whose mail was not accepted."""
    await connection.execute(_NOT_FOUND, notice.id, notice.attempts)
