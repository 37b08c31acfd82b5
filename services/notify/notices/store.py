"""Notices on PostgreSQL: what the policy looks at, the queue with one notice a recipient, and withdrawals."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from prometheus_client import Counter
from pydantic import TypeAdapter

from services.notify.notices.contents import CONTENTS_OF, Contents
from services.notify.notices.model import RECIPIENT_ROLE, REOPENABLE, Contact, Help, NoticeState, Role
from services.notify.policy.model import DueNotice, EarlierNotice, NoticeKind, Situation, UnsentReason
from services.notify.progress.model import PlanAgency
from services.notify.progress.store import (
    agencies_of,
    known_or_named,
    latest_plans,
    newest_progress,
    synthetic_plans,
    unfiled_periods,
)
from shared.events.envelope import event_id
from shared.events.vocabulary import Language
from shared.runtime.clock import TIMEZONE
from shared.runtime.database import Database

QUEUED = Counter("tiendo_notices_due_total", "Notices that were due to a recipient, or to nobody we know.", ["kind"])

_CONTENTS: Final[Mapping[NoticeKind, TypeAdapter[Any]]] = {kind: TypeAdapter(of) for kind, of in CONTENTS_OF.items()}
_PENDING: Final = frozenset({NoticeState.QUEUED, NoticeState.HELD})
_SENT: Final = frozenset({NoticeState.SENDING, NoticeState.UNKNOWN, NoticeState.ACCEPTED})
_ATTEMPTED: Final = _SENT | {NoticeState.FAILED}

# A notice that was skipped because it was no longer true was never sent: when it is true again, it is queued again.
_QUEUE: Final = """
insert into notice (id, key, cause, kind, plan, agency, period, thread, indicators, contents, contact, recipient, email,
                    language, state, reason, decided_at, due_at, attempts)
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
_COPY: Final = """
insert into notice (id, key, cause, position, kind, plan, agency, period, thread, indicators, over, contents, contact,
                    recipient, email, language, state, reason, decided_at, due_at, attempts)
select $2, $3, cause, position, kind, plan, agency, period, thread, indicators, over, contents, $4, $5, $6, $7, $8, $9,
    decided_at, due_at, 0
from notice where id = $1
on conflict (key) do update set state = excluded.state, reason = excluded.reason, detail = null, ended_at = null
where notice.state = 'skipped' and notice.reason in ('contact-removed', 'no-longer-true', 'replaced')
"""
# Shared by who looks for contacts, exclusive for who loads them: no notice is held past a contact that was just loaded.
_CONTACTS_LOCK: Final = 0x636F6E74  # "cont"


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
    agencies = await agencies_of(connection, {*agency_ids, *(plan.lead_agency for plan in plans.values())})
    return [
        Situation(
            plan=plans[plan],
            agency=known_or_named(agency, agencies),
            lead=known_or_named(plans[plan].lead_agency, agencies),
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
        "update notice set over = array(select distinct unnest(over || $2::text[]) order by 1) where cause = $1",
        [(cause, list(indicators)) for cause, indicators in recovered],
    )


async def lock_contacts_shared(connection: Any) -> None:
    """Keep contacts from being loaded until the transaction ends; to be taken before any notice is locked."""
    await connection.execute("select pg_advisory_xact_lock_shared($1)", _CONTACTS_LOCK)


async def lock_contacts(connection: Any) -> None:
    """Wait for all who look for contacts, and keep them waiting until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock($1)", _CONTACTS_LOCK)


async def withdraw_from_removed(connection: Any, contacts: Sequence[UUID], *, now: datetime) -> None:
    """End what waits for removed contacts as skipped, and hold what no other contact of the agency has or will get."""
    removed = await connection.fetch(
        "update notice set state = 'skipped', reason = 'contact-removed', ended_at = $2"
        " where state in ('queued', 'held') and contact = any($1::uuid[]) returning id, cause",
        list(contacts),
        now,
    )
    others = await connection.fetch(
        "select distinct cause from notice where cause = any($1::text[]) and state <> 'skipped'",
        [row["cause"] for row in removed],
    )
    covered = {row["cause"] for row in others}
    for cause, notice in {row["cause"]: row["id"] for row in removed if row["cause"] not in covered}.items():
        await connection.execute(_COPY, notice, *_recipient(cause, None))


async def release_to_contacts(connection: Any) -> int:
    """Queue notices held for want of a recipient for contacts loaded since; return how many notices were released."""
    held = await connection.fetch(
        "select id, cause, kind, agency from notice where state = 'held' and reason = 'no-recipient' for update"
    )
    contacts = await _contacts_of(connection, {row["agency"] for row in held}) if held else {}
    released = [row for row in held if (row["agency"], RECIPIENT_ROLE[NoticeKind(row["kind"])]) in contacts]
    for row in released:
        for contact in contacts[row["agency"], RECIPIENT_ROLE[NoticeKind(row["kind"])]]:
            await connection.execute(_COPY, row["id"], *_recipient(row["cause"], contact))
    await connection.execute("delete from notice where id = any($1::uuid[])", [row["id"] for row in released])
    return len(released)


async def release_held(database: Database) -> int:
    """Queue the held notices again, except those that wait for contacts, and return how many there were."""
    async with database.transaction() as connection:
        released = await connection.fetch(
            "update notice set state = 'queued', reason = null, detail = 'released', ended_at = null,"
            " first_attempt_at = null, retry_at = now() where state = 'held' and reason <> $1 returning id",
            UnsentReason.NO_RECIPIENT.value,
        )
    return len(released)


async def help_of(connection: Any, plan: str) -> Help | None:
    """Return whom agencies may ask at the plan's lead agency, if the contacts name somebody."""
    row = await connection.fetchrow(
        "select name, phone, email from contact where role = $2 and is_active and agency ="
        " (select body->>'lead_agency' from plan_version where plan = $1 order by version desc limit 1)"
        " order by email limit 1",
        plan,
        Role.HELP.value,
    )
    return Help(name=row["name"], phone=row["phone"], email=row["email"]) if row else None


def contents_from_json(kind: NoticeKind, text: str) -> Contents:
    """Return what a notice of `kind` says, from its stored JSON."""
    contents: Contents = _CONTENTS[kind].validate_json(text)
    return contents


async def _contacts_of(connection: Any, agencies: Collection[str]) -> dict[tuple[str, Role], list[Contact]]:
    """Return the active contacts of these agencies, by agency and role."""
    rows = await connection.fetch(
        "select id, agency, role, name, email, language, phone from contact"
        " where is_active and agency = any($1::text[]) order by email",
        list(agencies),
    )
    found: dict[tuple[str, Role], list[Contact]] = defaultdict(list)
    for row in rows:
        contact = Contact(
            id=row["id"],
            agency=row["agency"],
            role=Role(row["role"]),
            name=row["name"],
            email=row["email"],
            language=Language(row["language"]),
            phone=row["phone"],
        )
        found[contact.agency, contact.role].append(contact)
    return dict(found)


def _row(due: DueNotice, contents: Contents, *, contact: Contact | None, now: datetime) -> tuple[object, ...]:
    notice, key, *recipient = _recipient(due.cause, contact)
    return (
        notice,
        key,
        due.cause,
        due.kind.value,
        due.plan,
        due.agency,
        due.period,
        due.thread,
        list(due.indicators),
        _CONTENTS[due.kind].dump_json(contents).decode(),
        *recipient,
        now,
        due.due_at,
        sorted(reason.value for reason in REOPENABLE),
    )


def _recipient(cause: str, contact: Contact | None) -> tuple[object, ...]:
    """Return a notice's id, key, contact, name, address, language, state and reason: held where there is no contact."""
    key = f"{cause}:{contact.id if contact else '-'}"
    notice = event_id("notice", key)
    if contact is None:
        return notice, key, None, "", "", Language.VI.value, NoticeState.HELD.value, UnsentReason.NO_RECIPIENT.value
    address = (contact.id, contact.name, contact.email, contact.language.value)
    return notice, key, *address, NoticeState.QUEUED.value, None


async def _earlier(
    connection: Any, plans: list[str], agencies: list[str]
) -> dict[PlanAgency, tuple[EarlierNotice, ...]]:
    """Return what was decided before, locked, so that no sender claims a notice that is being withdrawn."""
    rows = await connection.fetch(
        "select plan, agency, cause, kind, period, thread, indicators, over, state,"
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
            recovered=tuple(row["over"]),
            sent_at=row["sent_at"].astimezone(TIMEZONE),
        )
