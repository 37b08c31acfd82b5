"""Whether a database is the one that a service was built for: whose it is, how new it is, and what it lacks."""

import re
from dataclasses import dataclass
from typing import Final

import asyncpg
from sqlalchemy import MetaData

from shared.runtime.outages import listed

_REVISION: Final = re.compile(r"(?P<service>[a-z]+)_(?P<number>\d{4})")
_MIGRATE: Final = "run the migrations job: python -m migrations upgrade"
_IS_MIGRATED: Final = """
select case when to_regclass('alembic_version') is null then false
            else has_table_privilege(to_regclass('alembic_version'), 'select') end
"""
_LACKED: Final = """
select format('%s.%s', wanted.table_name, wanted.column_name)
from unnest($1::text[], $2::text[]) as wanted (table_name, column_name)
where not exists (
    select from pg_attribute
    where attrelid = to_regclass(wanted.table_name) and attname = wanted.column_name and not attisdropped
)
order by 1
"""
_CLOSED: Final = """
select name from unnest($1::text[]) as name
where not (has_table_privilege(name, 'select') and has_table_privilege(name, 'insert'))
order by 1
"""


@dataclass(frozen=True)
class Schema:
    """The tables of a service, and the migration that made them what this build expects."""

    service: str
    revision: str  # the newest of the service's branch in migrations/versions, such as ingest_0004
    tables: MetaData

    async def fault(self, connection: "asyncpg.Connection[asyncpg.Record]") -> str | None:
        """Return why this build cannot work on this database and what to do, None where it can.

        A newer schema of the same service is taken as long as nothing is lacking: migrations only add or widen, so that
        builds of the version before go on while a system is upgraded.
        """
        found = await self._revision(connection)
        if fault := self.misfit(found):
            return fault
        if lacked := await self._lacked(connection):
            return f"its schema is {found} and lacks {listed(lacked)}; this build ({self.revision}) cannot work on it"
        if closed := [row[0] for row in await connection.fetch(_CLOSED, [*self.tables.tables])]:
            return f"this role may not read and write {listed(closed)}; grant it that"
        return None

    def misfit(self, found: str | None) -> str | None:
        """Return why a database that was brought to the migration `found` is none of this build's, None where it is."""
        if found is None:
            return f"it holds no tables of {self.service} that this role may read; {_MIGRATE}"
        match = _REVISION.fullmatch(found)
        if match is None:
            return f"it holds the tables of another program (revision {found}); DATABASE_URL names the wrong database"
        if match["service"] != self.service:
            return f"it is the database of {match['service']}, not of {self.service}; DATABASE_URL names the wrong one"
        if found < self.revision:
            return f"its schema is {found}, older than {self.revision} that this build needs; {_MIGRATE}"
        return None

    async def _revision(self, connection: "asyncpg.Connection[asyncpg.Record]") -> str | None:
        """Return the migration that the database was brought to last, None where there was none."""
        if not await connection.fetchval(_IS_MIGRATED):
            return None
        revision: str | None = await connection.fetchval("select version_num from alembic_version")
        return revision

    async def _lacked(self, connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
        columns = [(table.name, column.name) for table in self.tables.tables.values() for column in table.columns]
        rows = await connection.fetch(_LACKED, [table for table, _ in columns], [column for _, column in columns])
        return [row[0] for row in rows]
