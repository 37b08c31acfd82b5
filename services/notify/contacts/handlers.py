"""Loads a plan's contacts: removed ones get no more notices, and notices that waited for contacts are queued."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notify.contacts import store
from services.notify.notices.model import Contact
from shared.runtime.database import Database
from shared.runtime.process.clock_anchor import clock_as_anchored


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a contacts file changed, in contacts."""

    added: int
    changed: int
    removed: int
    unchanged: int
    released: int  # notices that were held until contacts came
    unregistered: tuple[str, ...]  # agencies that the registry does not have yet


async def load_contacts(contacts: Sequence[Contact], *, source: str, database: Database) -> Loaded:
    """Save these contacts, all that the file of the plan `source` names, in one transaction.

    A contact that no plan's file names any more is deactivated. Notices held for want of a contact are queued.
    """
    now = (await clock_as_anchored(database)).now()
    async with database.session() as session:
        await store.lock_contacts(session)
        saved = await store.save_contacts(session, contacts, source=source)
        await store.withdraw_from_removed(session, saved.removed, now=now)
        released = await store.release_to_contacts(session)
        registered = await store.registered_agencies(session)
    unregistered = {contact.agency for contact in contacts} - registered if registered else set()
    return Loaded(
        added=saved.added,
        changed=saved.changed,
        removed=len(saved.removed),
        unchanged=len(contacts) - saved.added - saved.changed,
        released=released,
        unregistered=tuple(sorted(unregistered)),
    )
