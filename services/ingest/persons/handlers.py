"""Issues and revokes keys, and announces each change in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from services.ingest.persons import store
from services.ingest.persons.events import key_changed, public_part
from services.ingest.persons.tables import ApiKeyRow
from shared.events import topics
from shared.events.vocabulary import Scope
from shared.runtime.auth import keys
from shared.runtime.database import Session
from shared.runtime.outbox import Announcement, announce_in


async def issue(
    session: Session,
    agencies: Sequence[str],
    *,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
    pepper: str,
    now: datetime,
) -> dict[str, str]:
    """Issue a key to each agency; return agency → key, of which only the keyed hash is stored."""
    issued = {agency: keys.issue(pepper=pepper) for agency in agencies}
    rows = [
        ApiKeyRow(
            prefix=key.prefix,
            digest=key.digest,
            agency=agency,
            scopes=[scope.value for scope in scopes],
            issued_at=now,
            expires_at=expires_at,
        )
        for agency, key in issued.items()
    ]
    await store.add(session, rows)
    await _announce(session, rows)
    return {agency: key.text for agency, key in issued.items()}


async def revoke(session: Session, prefix: str, *, now: datetime) -> bool:
    """Revoke a key, and return whether it was in force."""
    key = await store.revoke(session, prefix, now=now)
    if key is not None:
        await _announce(session, [key])
    return key is not None


async def republish(session: Session) -> int:
    """Publish the state of every key again, with the event ids of the first time; return how many."""
    known = await store.all_keys(session)
    await _announce(session, known)
    return len(known)


async def _announce(session: Session, changed: Sequence[ApiKeyRow]) -> None:
    await announce_in(session, [Announcement.of(topics.KEYS, public_part(key), key_changed(key)) for key in changed])
