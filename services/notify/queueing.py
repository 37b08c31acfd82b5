"""Puts notices into the queue, one a recipient, so that no key is ever queued twice, and takes them out again."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from prometheus_client import Counter

from services.notify import codec
from services.notify.contents import Contents
from services.notify.notices import REOPENABLE, ROLE_TOLD, Contact, Due, NoticeState, Role, Why
from shared.events.envelope import event_id
from shared.events.vocabulary import Language

QUEUED = Counter("tiendo_notices_due_total", "Notices that were due to a recipient, or to nobody we know.", ["kind"])

# A notice that was skipped because it was not true any more was never sent: true again, it waits anew.
_QUEUE: Final = """
insert into notice (id, key, cause, kind, plan, agency, period, thread, indicators, contents, contact, recipient, email,
                    language, state, reason, decided_at, due_at, ended_at, attempts)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0)
on conflict (key) do update set
    thread = excluded.thread, indicators = excluded.indicators, contents = excluded.contents,
    recipient = excluded.recipient, language = excluded.language,
    decided_at = excluded.decided_at,
    due_at = case when notice.state = 'queued' then notice.due_at else excluded.due_at end,
    position = case when notice.state = 'queued' then notice.position
                    else nextval(pg_get_serial_sequence('notice', 'position')) end,
    state = 'queued', reason = null, detail = null, ended_at = null
where notice.state = 'queued' or (notice.state = 'skipped' and notice.reason = any($20::text[]))
"""


async def queue_notices(connection: Any, told: Sequence[tuple[Due, Contents]], *, now: datetime) -> None:
    """Queue each notice for every contact whom its kind concerns; where there is none, say so in a skipped one."""
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


async def contacts_of(connection: Any, agencies: Collection[str]) -> dict[tuple[str, Role], list[Contact]]:
    """Return the active contacts of these agencies, by agency and role."""
    rows = await connection.fetch(
        "select id, agency, role, name, email, language from contact"
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
        )
        found[contact.agency, contact.role].append(contact)
    return dict(found)


def _row(due: Due, contents: Contents, *, contact: Contact | None, now: datetime) -> tuple[object, ...]:
    key = f"{due.cause}:{contact.id if contact else '-'}"
    return (
        event_id("notice", key),
        key,
        due.cause,
        due.kind.value,
        due.plan,
        due.agency,
        due.period,
        due.thread,
        list(due.indicators),
        codec.text_of_contents(due.kind, contents),
        contact.id if contact else None,
        contact.name if contact else "",
        contact.email if contact else "",
        contact.language.value if contact else Language.VI.value,
        (NoticeState.QUEUED if contact else NoticeState.SKIPPED).value,
        None if contact else Why.NO_RECIPIENT.value,
        now,
        due.due_at,
        None if contact else now,
        sorted(why.value for why in REOPENABLE),
    )
