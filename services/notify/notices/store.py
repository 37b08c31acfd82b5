"""Notices on PostgreSQL: what the policy looks at, the queue with one notice a recipient, and withdrawals."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from prometheus_client import Counter
from pydantic import TypeAdapter
from sqlalchemy import func, update
from sqlalchemy.orm import defer
from sqlmodel import col, select

from services.notify.notices.contents import Contents
from services.notify.notices.model import RECIPIENT_ROLE, REOPENABLE, Contact, Help, NoticeState, Role
from services.notify.notices.tables import ContactRow, NoticeRow
from services.notify.policy.model import DueNotice, EarlierNotice, NoticeKind, Situation, UnsentReason
from services.notify.progress.model import PlanAgency, name_of
from services.notify.progress.store import (
    agency_names,
    latest_plans,
    newest_progress,
    synthetic_plans,
    unfiled_periods,
)
from shared.events.envelope import event_id
from shared.events.vocabulary import Language
from shared.runtime.clock import TIMEZONE
from shared.runtime.database import Session

QUEUED = Counter("tiendo_notices_due_total", "Notices that were due to a recipient, or to nobody we know.", ["kind"])

_CONTENTS: Final[TypeAdapter[Contents]] = TypeAdapter(Contents)
_CONTACTS: Final = TypeAdapter(list[Contact])
_PENDING: Final = frozenset({NoticeState.QUEUED, NoticeState.HELD})
_SENT: Final = frozenset({NoticeState.SENDING, NoticeState.UNKNOWN, NoticeState.ACCEPTED})
_ATTEMPTED: Final = _SENT | {NoticeState.FAILED}

# A notice that was skipped because it was no longer true was never sent: when it is true again, it is queued again.
_QUEUE: Final = """
insert into notice (id, key, contact, recipient, email, language, state, reason, cause, kind, plan, agency, period,
                    thread, indicators, contents, decided_at, due_at, attempts)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 0)
on conflict (key) do update set
    thread = excluded.thread, indicators = excluded.indicators, contents = excluded.contents,
    recipient = excluded.recipient, language = excluded.language,
    decided_at = excluded.decided_at,
    due_at = case when notice.state in ('queued', 'held') then notice.due_at else excluded.due_at end,
    position = case when notice.state in ('queued', 'held') then notice.position
                    else nextval(pg_get_serial_sequence('notice', 'position')) end,
    state = excluded.state, reason = excluded.reason, detail = null, ended_at = null
where notice.state = 'queued' or (notice.state = 'held' and notice.reason = 'no-recipient')
    or (notice.state = 'skipped' and notice.reason = any($19::text[]))
"""
CONTACTS_LOCK: Final = 0x636F6E74  # "cont"
"""Shared by who looks for contacts, exclusive for who loads them: no notice is held past a contact just loaded."""


async def load_situations(connection: Any, pairs: Collection[PlanAgency]) -> list[Situation]:
    """Return the situation of each agency whose plan is known and that has a judgement, and lock its notices."""
    plans = await latest_plans(connection, {plan for plan, _ in pairs})
    known = sorted(pair for pair in pairs if pair[0] in plans)
    if not known:
        return []
    plan_ids, agency_ids = [plan for plan, _ in known], [agency for _, agency in known]
    await lock_contacts_shared(connection)
    earlier = await _earlier(connection, plan_ids, agency_ids)
    newest = await newest_progress(connection, plan_ids, agency_ids)
    unfiled = await unfiled_periods(connection, plan_ids, agency_ids)
    synthetic = await synthetic_plans(connection, plans)
    names = await agency_names(connection, {*agency_ids, *(plan.lead_agency for plan in plans.values())})
    return [
        Situation(
            plan=plans[plan],
            agency_name=name_of(agency, names),
            lead_name=name_of(plans[plan].lead_agency, names),
            newest=newest[plan, agency],
            unfiled=unfiled.get((plan, agency), ()),
            earlier=earlier.get((plan, agency), ()),
            is_synthetic=plan in synthetic,
        )
        for plan, agency in known
        if (plan, agency) in newest
    ]


async def queue_notices(connection: Any, due: Sequence[tuple[DueNotice, Contents]], *, now: datetime) -> None:
    """Queue each notice for every contact whom its kind concerns; where there is none, hold it until there is one."""
    await lock_contacts_shared(connection)
    contacts = await _contacts_of(connection, {notice.agency for notice, _ in due}) if due else {}
    rows = [
        _row(notice, contents, contact=contact, now=now)
        for notice, contents in due
        for contact in contacts.get((notice.agency, RECIPIENT_ROLE[notice.kind])) or (None,)
    ]
    await connection.executemany(_QUEUE, rows)
    for notice, _ in due:
        QUEUED.labels(notice.kind.value).inc()


async def withdraw_notices(connection: Any, withdrawn: Sequence[tuple[str, UnsentReason]], *, now: datetime) -> None:
    """End the waiting notices of these causes as skipped, with the reason."""
    if withdrawn:
        await connection.execute(
            "update notice set state = 'skipped', reason = withdrawn.reason, ended_at = $3"
            " from unnest($1::text[], $2::text[]) as withdrawn (cause, reason)"
            " where notice.cause = withdrawn.cause and notice.state in ('queued', 'held')",
            [cause for cause, _ in withdrawn],
            [reason.value for _, reason in withdrawn],
            now,
        )


async def mark_recovered(connection: Any, recovered: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Record which indicators of these causes are in order again since the notice was sent."""
    await connection.executemany(
        "update notice set recovered = array(select distinct unnest(recovered || $2::text[]) order by 1)"
        " where cause = $1",
        [(cause, list(indicators)) for cause, indicators in recovered],
    )


async def lock_contacts_shared(connection: Any) -> None:
    """Keep contacts from being loaded until the transaction ends; to be locked before any notice."""
    await connection.execute("select pg_advisory_xact_lock_shared($1)", CONTACTS_LOCK)


async def page_of_notices(
    session: Session,
    *,
    kind: NoticeKind | None,
    agency: str | None,
    state: NoticeState | None,
    period: str | None,
    visible_to: str | None,
    before: int | None,
    limit: int,
) -> Sequence[NoticeRow]:
    """Return notices without their contents, the latest first; a null filter matches all."""
    wanted = (
        (NoticeRow.kind, kind),
        (NoticeRow.agency, agency),
        (NoticeRow.state, state),
        (NoticeRow.period, period),
        (NoticeRow.agency, visible_to),
    )
    page = select(NoticeRow).where(*(col(column) == value for column, value in wanted if value is not None))
    if before is not None:
        page = page.where(NoticeRow.position < before)
    page = page.options(defer(NoticeRow.contents)).order_by(col(NoticeRow.position).desc()).limit(limit)  # type: ignore[arg-type]  # SQLModel types columns as their values
    return (await session.exec(page)).all()


async def release_held(session: Session) -> int:
    """Queue the held notices again, except those that wait for contacts, and return how many there were."""
    held = update(NoticeRow).where(
        col(NoticeRow.state) == NoticeState.HELD, col(NoticeRow.reason) != UnsentReason.NO_RECIPIENT
    )
    released = await session.exec(
        held.values(
            state=NoticeState.QUEUED,
            reason=None,
            detail="released",
            ended_at=None,
            first_attempt_at=None,
            retry_at=func.now(),
        )
    )
    return released.rowcount


async def help_at(session: Session, agency: str) -> Help | None:
    """Return the person at the lead agency whom agencies may ask, if the contacts name one."""
    helpers = select(ContactRow).where(ContactRow.agency == agency, ContactRow.role == Role.HELP, ContactRow.is_active)
    helper = (await session.exec(helpers.order_by(ContactRow.email).limit(1))).first()
    return Help(name=helper.name, phone=helper.phone, email=helper.email) if helper else None


async def _contacts_of(connection: Any, agencies: Collection[str]) -> dict[tuple[str, Role], list[Contact]]:
    """Return the active contacts of these agencies, by agency and role."""
    rows = await connection.fetch(
        "select id, agency, role, name, email, language, phone from contact"
        " where is_active and agency = any($1::text[]) order by email",
        list(agencies),
    )
    found: dict[tuple[str, Role], list[Contact]] = defaultdict(list)
    for contact in _CONTACTS.validate_python([dict(row) for row in rows]):
        found[contact.agency, contact.role].append(contact)
    return dict(found)


def addressed(cause: str, contact: Contact | ContactRow | None) -> dict[str, Any]:
    """Return the columns of a notice that say to whom it goes: it is held where there is no contact."""
    key = f"{cause}:{contact.id if contact else '-'}"
    return {
        "id": event_id("notice", key),
        "key": key,
        "contact": contact.id if contact else None,
        "recipient": contact.name if contact else "",
        "email": contact.email if contact else "",
        "language": str(contact.language if contact else Language.VI),
        "state": (NoticeState.QUEUED if contact else NoticeState.HELD).value,
        "reason": None if contact else UnsentReason.NO_RECIPIENT.value,
    }


def _row(due: DueNotice, contents: Contents, *, contact: Contact | None, now: datetime) -> tuple[Any, ...]:
    return (
        *addressed(due.cause, contact).values(),
        due.cause,
        due.kind.value,
        due.plan,
        due.agency,
        due.period,
        due.thread,
        list(due.indicators),
        _CONTENTS.dump_json(contents).decode(),
        now,
        due.due_at,
        sorted(REOPENABLE),
    )


async def _earlier(
    connection: Any, plans: list[str], agencies: list[str]
) -> dict[PlanAgency, tuple[EarlierNotice, ...]]:
    """Return what was decided before, locked, so that no sender claims a notice that is being withdrawn."""
    rows = await connection.fetch(
        "select plan, agency, cause, kind, period, thread, indicators, recovered, state,"
        " coalesce(ended_at, due_at) as sent_at from notice"
        " join unnest($1::text[], $2::text[]) as pair (plan, agency) using (plan, agency)"
        " where kind <> 'digest' order by plan, agency, position for update of notice",
        plans,
        agencies,
    )
    return {
        pair: tuple(_by_cause(of_agency))
        for pair, of_agency in groupby(rows, key=lambda row: (row["plan"], row["agency"]))
    }


def _by_cause(rows: Iterable[Any]) -> Iterator[EarlierNotice]:
    """Yield one earlier notice a cause, over its recipients."""
    by_cause: dict[str, list[Any]] = {}
    for row in rows:
        by_cause.setdefault(row["cause"], []).append(row)
    for cause, same in by_cause.items():
        states = {NoticeState(row["state"]) for row in same}
        # A recipient to whom it was sent has the indicators as they stood then.
        row = next((row for row in same if row["state"] in _ATTEMPTED), same[0])
        yield EarlierNotice(
            cause=cause,
            kind=NoticeKind(row["kind"]),
            period=row["period"],
            thread=row["thread"],
            indicators=tuple(row["indicators"]),
            is_pending=not states.isdisjoint(_PENDING),
            is_sent=not states.isdisjoint(_SENT),
            is_attempted=not states.isdisjoint(_ATTEMPTED),
            recovered=tuple(row["recovered"]),
            sent_at=row["sent_at"].astimezone(TIMEZONE),
        )
