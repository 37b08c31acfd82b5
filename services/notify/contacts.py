"""Keeps contacts as a file gives them: the file is the whole directory, so who is not in it is told nothing more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.notify.notices import Contact
from services.notify.queueing import change_contacts, release_to_contacts, take_from_who_left
from shared.runtime.anchors import clock_as_anchored
from shared.runtime.database import Database

_KEEP: Final = """
insert into contact (id, agency, role, name, email, language, phone, is_active)
select *, true from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
on conflict (id) do update
set name = excluded.name, language = excluded.language, phone = excluded.phone, is_active = true
where (contact.name, contact.language, contact.phone, contact.is_active)
    is distinct from (excluded.name, excluded.language, excluded.phone, true)
returning (xmax = 0) as is_new
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


async def load_contacts(contacts: Sequence[Contact], *, database: Database) -> Loaded:
    """Keep these contacts and deactivate all others, in one transaction; what was held for want of them goes out."""
    now = (await clock_as_anchored(database)).now()
    async with database.transaction() as connection:
        await change_contacts(connection)
        kept = await connection.fetch(
            _KEEP,
            [contact.id for contact in contacts],
            [contact.agency for contact in contacts],
            [contact.role.value for contact in contacts],
            [contact.name for contact in contacts],
            [contact.email for contact in contacts],
            [contact.language.value for contact in contacts],
            [contact.phone for contact in contacts],
        )
        removed = await connection.fetch(
            "update contact set is_active = false where is_active and id <> all($1::uuid[]) returning id",
            [contact.id for contact in contacts],
        )
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
