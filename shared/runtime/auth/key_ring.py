"""Says who a key belongs to, from the records of keys that ingest publishes and every service keeps."""

import asyncio
import hmac
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import AutoString

from shared.events.keys import KeyChanged
from shared.events.topics import AnyEvent
from shared.events.vocabulary import Scope
from shared.runtime.auth.keys import digest, prefix_of
from shared.runtime.clock import Clock
from shared.runtime.database import Database

_KEPT_SECONDS: Final = 2.0  # a revoked key is refused within 5 s, by way of outbox and topic
_KEYS_KEPT: Final = 10_000
_NO_DIGEST: Final = bytes(32)


class Holder(NamedTuple):
    """Who a valid key belongs to, and what it may be used for."""

    key: str  # its public part
    agency: str
    scopes: frozenset[Scope]

    @property
    def sees_all(self) -> bool:
        """Return whether this key may see every agency, and not only its own."""
        return self.may(Scope.READ)

    def may(self, scope: Scope) -> bool:
        """Return whether this key has a scope; who decides for the province sees what it decides on."""
        return scope in self.scopes or (scope is Scope.READ and Scope.ADMIN in self.scopes)


class _Kept(NamedTuple):
    """What was found for a key, for a few seconds."""

    at: float
    holder: Holder | None
    expires_at: datetime | None


def key_table(metadata: MetaData) -> Table:
    """Return the table in which a service keeps the keys that ingest issued."""
    return Table(
        "api_key",
        metadata,
        Column("prefix", AutoString(), primary_key=True),
        Column("digest", LargeBinary, nullable=False),
        Column("agency", AutoString(), nullable=False),
        Column("scopes", ARRAY(TEXT), nullable=False),
        Column("expires_at", DateTime(timezone=True)),
        Column("revoked_at", DateTime(timezone=True)),
    )


async def keep_keys(connection: Any, events: Sequence[AnyEvent]) -> None:
    """Keep keys as they stand now, in whatever order it is told: one that was revoked stays so."""
    await connection.executemany(
        "insert into api_key (prefix, digest, agency, scopes, expires_at, revoked_at) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (prefix) do update set revoked_at = coalesce(api_key.revoked_at, excluded.revoked_at)",
        [
            (each.key, bytes.fromhex(each.digest), each.agency, list(each.scopes), each.expires_at, each.revoked_at)
            for each in (event.data for event in events if isinstance(event, KeyChanged))
        ],
    )


class KeyRing:
    """Says who a key belongs to, by the service's own table of keys, and remembers it for two seconds."""

    def __init__(self, database: Database, *, pepper: str, clock: Clock) -> None:
        self._database = database
        self._pepper = pepper
        self._clock = clock
        self._known: dict[bytes, _Kept] = {}
        self._asking: dict[bytes, asyncio.Task[_Kept]] = {}

    async def holder(self, text: str) -> Holder | None:
        """Return who holds this key; none where it is unknown, mistyped, expired or revoked.

        Raises:
            OSError, asyncpg errors: the database is away.
        """
        prefix = prefix_of(text)
        if prefix is None:
            return None
        hashed = digest(text, pepper=self._pepper)
        kept = self._known.get(hashed)
        if kept is None or time.monotonic() - kept.at >= _KEPT_SECONDS:
            kept = await self._found_once(prefix, hashed)
            if len(self._known) > _KEYS_KEPT:
                self._known.clear()
            self._known[hashed] = kept
        is_over = kept.expires_at is not None and kept.expires_at <= self._clock.now()
        return None if is_over else kept.holder

    async def _found_once(self, prefix: str, hashed: bytes) -> _Kept:
        """Look the key up, once for all requests that ask for it meanwhile: hundreds would hold every connection."""
        asking = self._asking.get(hashed)
        if asking is None:
            asking = self._asking[hashed] = asyncio.create_task(self._found(prefix, hashed))
            asking.add_done_callback(lambda _: self._asking.pop(hashed, None))
        return await asyncio.shield(asking)

    async def _found(self, prefix: str, hashed: bytes) -> _Kept:
        """Look the key up; one that is unknown takes the same steps as one whose secret is wrong."""
        asked_at = time.monotonic()
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "select digest, agency, scopes, expires_at, revoked_at from api_key where prefix = $1", prefix
            )
        is_right = hmac.compare_digest(row["digest"] if row else _NO_DIGEST, hashed)
        if row is None or not is_right or row["revoked_at"] is not None:
            return _Kept(asked_at, None, None)
        scopes = frozenset(Scope(word) for word in row["scopes"] if word in set(Scope))
        return _Kept(asked_at, Holder(prefix, row["agency"], scopes), row["expires_at"])
