"""The keys that were issued, on PostgreSQL; each change is announced in the transaction that makes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.ingest.persons.events import key_changed, name_of
from shared.events import topics
from shared.events.vocabulary import Scope
from shared.runtime.auth.keys import IssuedKey
from shared.runtime.outbox import Announcement, announce


class PostgresKeys:
    """Keys in PostgreSQL, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def add(
        self, issued: Mapping[str, IssuedKey], *, scopes: Sequence[Scope], expires_at: datetime | None, now: datetime
    ) -> None:
        """Keep the keys that were issued to agencies, and announce them."""
        rows = await self._connection.fetch(
            "insert into api_key (prefix, digest, agency, scopes, issued_at, expires_at)"
            " select prefix, digest, agency, $4::text[], $5, $6"
            " from unnest($1::text[], $2::bytea[], $3::text[]) as fresh (prefix, digest, agency) returning *",
            [key.prefix for key in issued.values()],
            [key.digest for key in issued.values()],
            list(issued),
            [scope.value for scope in scopes],
            now,
            expires_at,
        )
        await self._announce(rows)

    async def revoke(self, prefix: str, *, now: datetime) -> bool:
        """Revoke a key, announce it, and return whether it was in force."""
        rows = await self._connection.fetch(
            "update api_key set revoked_at = $2 where prefix = $1 and revoked_at is null returning *",
            prefix.replace("\0", ""),  # which PostgreSQL cannot look for
            now,
        )
        await self._announce(rows)
        return bool(rows)

    async def announce_all(self) -> int:
        """Announce every key as it stands, with the event ids of the first time; return how many."""
        rows = await self._connection.fetch("select * from api_key order by prefix for update")
        await self._announce(rows)
        return len(rows)

    async def _announce(self, rows: Sequence[Any]) -> None:
        await announce(self._connection, [Announcement.of(topics.KEYS, name_of(row), key_changed(row)) for row in rows])
