"""Keys as ingest publishes them, for services that check keys by themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.events.envelope import attributes, event_id
from shared.events.keys import KeyChanged, KeyChangedData
from shared.events.vocabulary import Scope
from shared.runtime.auth import keys
from shared.runtime.auth.key_ring import keep_keys
from shared.runtime.clock import TIMEZONE
from shared.runtime.database import Database

PEPPER: Final = "a pepper only for tests"
ISSUED_AT: Final = datetime(2014, 1, 2, 8, tzinfo=TIMEZONE)


def key_changed(
    key: keys.IssuedKey,
    agency: str,
    *,
    scopes: Sequence[str] = (Scope.SUBMIT,),
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> KeyChanged:
    """Return the event that tells of a key."""
    name = f"key_live_{key.prefix}"
    return KeyChanged(
        **attributes(
            kind="key.changed.v1",
            source="/ingest",
            subject=name,
            time=revoked_at or ISSUED_AT,
            identity=event_id("key", key.prefix, revoked_at),
            correlation=name,
        ),
        data=KeyChangedData(
            key=key.prefix,
            digest=key.digest.hex(),
            agency=agency,
            scopes=tuple(scopes),
            issued_at=ISSUED_AT,
            expires_at=expires_at,
            revoked_at=revoked_at,
        ),
    )


async def key_kept_in(
    database: Database,
    agency: str,
    *scopes: Scope,
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
) -> dict[str, str]:
    """Let a service know of a fresh key, and return the header that carries it."""
    key = keys.issue(pepper=PEPPER)
    event = key_changed(key, agency, scopes=scopes or (Scope.SUBMIT,), expires_at=expires_at, revoked_at=revoked_at)
    async with database.transaction() as connection:
        await keep_keys(connection, [event])
    return {"Authorization": f"Bearer {key.text}"}
