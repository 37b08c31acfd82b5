"""Contacts on PostgreSQL, each with the plans whose files name it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.notify.notices.model import Contact

_SAVE: Final = """
insert into contact (id, agency, role, name, email, language, phone, is_active)
select *, true from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
on conflict (id) do update
set name = excluded.name, language = excluded.language, phone = excluded.phone, is_active = true
where (contact.name, contact.language, contact.phone, contact.is_active)
    is distinct from (excluded.name, excluded.language, excluded.phone, true)
returning (xmax = 0) as is_new
"""
_ADD_SOURCE: Final = """
update contact set sources = array_append(sources, $2) where id = any($1::uuid[]) and not $2 = any(sources)
"""
_REMOVE_SOURCE: Final = """
update contact set sources = array_remove(sources, $2) where id <> all($1::uuid[]) and $2 = any(sources)
"""
_DEACTIVATE: Final = """
update contact set is_active = false where is_active and id <> all($1::uuid[]) and sources = '{}' returning id
"""


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a file's contacts changed."""

    added: int
    changed: int
    removed: tuple[UUID, ...]


async def save_contacts(connection: Any, contacts: Sequence[Contact], *, source: str) -> Saved:
    """Save the contacts that the plan `source` names, and deactivate those that no plan names any more."""
    ids = [contact.id for contact in contacts]
    saved = await connection.fetch(
        _SAVE,
        ids,
        [contact.agency for contact in contacts],
        [contact.role.value for contact in contacts],
        [contact.name for contact in contacts],
        [contact.email for contact in contacts],
        [contact.language.value for contact in contacts],
        [contact.phone for contact in contacts],
    )
    await connection.execute(_ADD_SOURCE, ids, source)
    await connection.execute(_REMOVE_SOURCE, ids, source)
    removed = await connection.fetch(_DEACTIVATE, ids)
    added = sum(row["is_new"] for row in saved)
    return Saved(added=added, changed=len(saved) - added, removed=tuple(row["id"] for row in removed))


async def registered_agencies(connection: Any) -> set[str]:
    """Return the ids of all registered agencies."""
    return {row["id"] for row in await connection.fetch("select id from agency")}
