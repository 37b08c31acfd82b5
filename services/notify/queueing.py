"""Puts notices into the queue, one a recipient, so that no key is ever queued twice, and takes them out again."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from prometheus_client import Counter

from services.notify import codec
from services.notify.contents import Contents
from services.notify.model import NoticeKind
from services.notify.notices import REOPENABLE, ROLE_TOLD, Contact, Due, Help, NoticeState, Role, Why
from shared.events.envelope import event_id
from shared.events.vocabulary import Language

QUEUED = Counter("tiendo_notices_due_total", "Notices that were due to a recipient, or to nobody we know.", ["kind"])

# A notice that was skipped because it was not true any more was never sent: true again, it waits anew.
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
# Shared by who looks for contacts, alone for who loads them: no notice is held past a contact that has just come.
_CONTACTS_LOCK: Final = 0x636F6E74  # "cont"


async def queue_notices(connection: Any, told: Sequence[tuple[Due, Contents]], *, now: datetime) -> None:
    """Queue each notice for every contact whom its kind concerns; where there is none, hold it until there is one."""
    await see_contacts(connection)
    contacts = await contacts_of(connection, {due.agency for due, _ in told}) if told else {}
    rows = [
        _row(due, contents, contact=contact, now=now)
        for due, contents in told
        for contact in contacts.get((due.agency, ROLE_TOLD[due.kind])) or (None,)
    ]
    await connection.executemany(_QUEUE, rows)
    for due, _ in told:
        QUEUED.labels(due.kind.value).inc()


async def withdraw_notices(connection: Any, withdrawn: Sequence[tuple[str, Why]], *, now: datetime) -> None:
    """End the waiting notices of these causes as skipped, with the reason."""
    if withdrawn:
        await connection.execute(
            "update notice set state = 'skipped', reason = gone.reason, ended_at = $3"
            " from unnest($1::text[], $2::text[]) as gone (cause, reason)"
            " where notice.cause = gone.cause and notice.state in ('queued', 'held')",
            [cause for cause, _ in withdrawn],
            [why.value for _, why in withdrawn],
            now,
        )


async def mark_over(connection: Any, over: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Note which indicators of these causes are in order again since they were told."""
    await connection.executemany(
        "update notice set over = array(select distinct unnest(over || $2::text[]) order by 1) where cause = $1",
        [(cause, list(indicators)) for cause, indicators in over],
    )


async def see_contacts(connection: Any) -> None:
    """Keep contacts from being loaded until the transaction ends; taken before any notice is locked."""
    await connection.execute("select pg_advisory_xact_lock_shared($1)", _CONTACTS_LOCK)


async def change_contacts(connection: Any) -> None:
    """Wait for everybody who looks for contacts, and keep them waiting until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock($1)", _CONTACTS_LOCK)


async def take_from_who_left(connection: Any, contacts: Sequence[UUID], *, now: datetime) -> None:
    """End what waits for these contacts as skipped, and hold what nobody else of the agency has or is to get."""
    left = await connection.fetch(
        "update notice set state = 'skipped', reason = 'contact-removed', ended_at = $2"
        " where state in ('queued', 'held') and contact = any($1::uuid[]) returning id, cause",
        list(contacts),
        now,
    )
    others = await connection.fetch(
        "select distinct cause from notice where cause = any($1::text[]) and state <> 'skipped'",
        [row["cause"] for row in left],
    )
    told = {row["cause"] for row in others}
    for cause, notice in {row["cause"]: row["id"] for row in left if row["cause"] not in told}.items():
        await connection.execute(_COPY, notice, *_recipient(cause, None))


async def release_to_contacts(connection: Any) -> int:
    """Queue what was held for want of contacts for those who came meanwhile; return how many notices it was."""
    held = await connection.fetch(
        "select id, cause, kind, agency from notice where state = 'held' and reason = 'no-recipient' for update"
    )
    contacts = await contacts_of(connection, {row["agency"] for row in held}) if held else {}
    released = [row for row in held if (row["agency"], ROLE_TOLD[NoticeKind(row["kind"])]) in contacts]
    for row in released:
        for contact in contacts[row["agency"], ROLE_TOLD[NoticeKind(row["kind"])]]:
            await connection.execute(_COPY, row["id"], *_recipient(row["cause"], contact))
    await connection.execute("delete from notice where id = any($1::uuid[])", [row["id"] for row in released])
    return len(released)


async def contacts_of(connection: Any, agencies: Collection[str]) -> dict[tuple[str, Role], list[Contact]]:
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


def _row(due: Due, contents: Contents, *, contact: Contact | None, now: datetime) -> tuple[object, ...]:
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
        codec.text_of_contents(due.kind, contents),
        *recipient,
        now,
        due.due_at,
        sorted(why.value for why in REOPENABLE),
    )


def _recipient(cause: str, contact: Contact | None) -> tuple[object, ...]:
    """Return a notice's id, key, contact, name, address, language, state and reason: held where there is no contact."""
    key = f"{cause}:{contact.id if contact else '-'}"
    notice = event_id("notice", key)
    if contact is None:
        return notice, key, None, "", "", Language.VI.value, NoticeState.HELD.value, Why.NO_RECIPIENT.value
    address = (contact.id, contact.name, contact.email, contact.language.value)
    return notice, key, *address, NoticeState.QUEUED.value, None
