"""Translates keys to the event that publishes them."""

from datetime import datetime

from services.ingest import SOURCE
from services.ingest.persons.tables import ApiKeyRow
from shared.events.envelope import attributes, event_id
from shared.events.keys import KeyChanged, KeyChangedData
from shared.events.vocabulary import Scope
from shared.runtime.clock import TIMEZONE


def public_part(key: ApiKeyRow) -> str:
    """Return the public part of a key as it is written; no plan or agency has such an id."""
    return f"key_live_{key.prefix}"


def key_changed(key: ApiKeyRow) -> KeyChanged:
    """Return the event that publishes the state of a key."""
    issued_at, revoked_at = key.issued_at.astimezone(TIMEZONE), _local(key.revoked_at)
    return KeyChanged(
        **attributes(
            kind="key.changed.v1",
            source=SOURCE,
            subject=public_part(key),
            time=revoked_at or issued_at,
            identity=event_id("key", key.prefix, "revoked" if revoked_at else "issued"),
            correlation=public_part(key),
        ),
        data=KeyChangedData(
            key=key.prefix,
            digest=key.digest.hex(),
            agency=key.agency,
            scopes=tuple(map(Scope, key.scopes)),
            issued_at=issued_at,
            expires_at=_local(key.expires_at),
            revoked_at=revoked_at,
        ),
    )


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(TIMEZONE) if moment else None
