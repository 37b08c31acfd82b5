"""Keeps contacts as the plans' files give them: whom no file names any more is told nothing more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.notify.notices import Contact
from services.notify.queueing import change_contacts, release_to_contacts, take_from_who_left
from shared.runtime.database import Database
from shared.runtime.process.clock_anchor import clock_as_anchored

_KEEP: Final = """
insert into contact (id, agency, role, name, email, language, phone, is_active)
select *, true from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
on conflict (id) do update
set name = excluded.name, language = excluded.language, phone = excluded.phone, is_active = true
where (contact.name, contact.language, contact.phone, contact.is_active)
    is distinct from (excluded.name, excluded.language, excluded.phone, true)
returning (xmax = 0) as is_new
"""


_NAME: Final = """
update contact set sources = array_append(sources, $2) where id = any($1::uuid[]) and not $2 = any(sources)
"""
_UNNAME: Final = """
update contact set sources = array_remove(sources, $2) where id <> all($1::uuid[]) and $2 = any(sources)
"""
_REMOVE: Final = """
update contact set is_active = false where is_active and id <> all($1::uuid[]) and sources = '{}' returning id
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a contacts file changed, in contacts."""

    added: int
    changed: int
    removed: int
    unchanged: int
    released: int  # notices that were held until contacts came
    strangers: tuple[str, ...]  # agencies that the registry has not told of


async def load_contacts(contacts: Sequence[Contact], *, source: str, database: Database) -> Loaded:
    """Keep these contacts, all that the file of the plan `source` names, in one transaction.

    Whom the file named before and names no more, and no other plan's file does, is deactivated. What was held for want
    of a contact goes out.
    """
    ids = [contact.id for contact in contacts]
    now = (await clock_as_anchored(database)).now()
    async with database.transaction() as connection:
        await change_contacts(connection)
        kept = await connection.fetch(
            _KEEP,
            ids,
            [contact.agency for contact in contacts],
            [contact.role.value for contact in contacts],
            [contact.name for contact in contacts],
            [contact.email for contact in contacts],
            [contact.language.value for contact in contacts],
            [contact.phone for contact in contacts],
        )
        await connection.execute(_NAME, ids, source)
        await connection.execute(_UNNAME, ids, source)
        removed = await connection.fetch(_REMOVE, ids)
        await take_from_who_left(connection, [row["id"] for row in removed], now=now)
        released = await release_to_contacts(connection)
        known = await connection.fetch("select id from agency")
    added = sum(row["is_new"] for row in kept)
    strangers = {contact.agency for contact in contacts} - {row["id"] for row in known} if known else set()
    return Loaded(
        added=added,
        changed=len(kept) - added,
        removed=len(removed),
        unchanged=len(contacts) - len(kept),
        released=released,
        strangers=tuple(sorted(strangers)),
    )
