"""Contacts on PostgreSQL, each with the plans whose files name it, and the notices that wait for contacts."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.notify.notices.model import RECIPIENT_ROLE, REOPENABLE, Contact, NoticeState
from services.notify.notices.store import CONTACTS_LOCK, addressed
from services.notify.notices.tables import ContactRow, NoticeRow
from services.notify.policy.model import NoticeKind, UnsentReason
from services.notify.progress.tables import AgencyRow
from shared.runtime.database import Session

_FROM_FILE: Final = ("name", "language", "phone", "is_active")
_COPIED: Final = {"cause", "position", "kind", "plan", "agency", "period", "thread", "indicators", "recovered"} | {
    "decided_at",
    "due_at",
}
"""The columns that a copy of a notice for another recipient shares."""

_PENDING: Final = (NoticeState.QUEUED, NoticeState.HELD)
_REPLACEABLE: Final = REOPENABLE | {UnsentReason.CONTACT_REMOVED}


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a file's contacts changed."""

    added: int
    changed: int
    removed: tuple[UUID, ...]


async def lock_contacts(session: Session) -> None:
    """Lock out all transactions that read contacts, until this one ends."""
    await session.exec(select(func.pg_advisory_xact_lock(CONTACTS_LOCK)))


async def save_contacts(session: Session, contacts: Sequence[Contact], *, source: str) -> Saved:
    """Save the contacts that the plan `source` names, and deactivate those that no plan names any more."""
    rows = {row.id: row for row in await session.exec(select(ContactRow))}
    added = changed = 0
    for contact in contacts:
        row = ContactRow(**asdict(contact), is_active=True, sources=[source])
        known = rows.get(contact.id)
        if known is None:
            added += 1
            session.add(row)
            continue
        changed += any(getattr(known, name) != getattr(row, name) for name in _FROM_FILE)
        for name in _FROM_FILE:
            setattr(known, name, getattr(row, name))
        known.sources = sorted({*known.sources, source})
    named = {contact.id for contact in contacts}
    removed = [row for row in rows.values() if row.id not in named and source in row.sources]
    for row in removed:
        row.sources = [each for each in row.sources if each != source]
        row.is_active = bool(row.sources)
    await session.flush()
    return Saved(added=added, changed=changed, removed=tuple(row.id for row in removed if not row.is_active))


async def registered_agencies(session: Session) -> set[str]:
    """Return the ids of all registered agencies."""
    return set(await session.exec(select(AgencyRow.id)))


async def withdraw_from_removed(session: Session, contacts: Collection[UUID], *, now: datetime) -> None:
    """End what waits for removed contacts as skipped, and hold what no other contact of the agency has or will get."""
    waiting = select(NoticeRow).where(col(NoticeRow.state).in_(_PENDING), col(NoticeRow.contact).in_(contacts))
    withdrawn = (await session.exec(waiting.with_for_update())).all()
    for notice in withdrawn:
        notice.state, notice.reason, notice.ended_at = NoticeState.SKIPPED, UnsentReason.CONTACT_REMOVED, now
    by_cause = {notice.cause: notice for notice in withdrawn}
    others = select(NoticeRow.cause).where(col(NoticeRow.cause).in_(by_cause), NoticeRow.state != NoticeState.SKIPPED)
    for cause in by_cause.keys() - set(await session.exec(others)):
        await _address(session, by_cause[cause], to=None)


async def release_to_contacts(session: Session) -> int:
    """Queue notices held for want of a recipient for contacts loaded since; return how many notices were released."""
    waiting = select(NoticeRow).where(
        NoticeRow.state == NoticeState.HELD, NoticeRow.reason == UnsentReason.NO_RECIPIENT
    )
    held = (await session.exec(waiting.with_for_update())).all()
    released = 0
    for notice in held:
        contacts = select(ContactRow).where(
            ContactRow.is_active,
            ContactRow.agency == notice.agency,
            ContactRow.role == RECIPIENT_ROLE[NoticeKind(notice.kind)],
        )
        recipients = (await session.exec(contacts)).all()
        for contact in recipients:
            await _address(session, notice, to=contact)
        if recipients:
            released += 1
            await session.delete(notice)
    return released


async def _address(session: Session, notice: NoticeRow, *, to: ContactRow | None) -> None:
    """Copy a notice for a contact, or hold a copy where there is none; a skipped copy waits again."""
    columns = addressed(notice.cause, to)
    copy = await session.get(NoticeRow, columns["id"])
    if copy is None:
        same = notice.model_dump(include=_COPIED)
        session.add(NoticeRow(**same, **columns, contents=notice.contents, attempts=0))
    elif copy.state == NoticeState.SKIPPED and copy.reason in _REPLACEABLE:
        copy.state, copy.reason, copy.detail, copy.ended_at = columns["state"], columns["reason"], None, None
