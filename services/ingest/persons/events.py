"""Keys as the event that publishes them."""

from datetime import datetime
from typing import Any

from services.ingest import SOURCE
from shared.events.envelope import attributes, event_id
from shared.events.keys import KeyChanged, KeyChangedData
from shared.runtime.clock import TIMEZONE


def key_changed(row: Any) -> KeyChanged:
    """Return the event that tells of a key as it stands."""
    issued_at, revoked_at = row["issued_at"].astimezone(TIMEZONE), _local(row["revoked_at"])
    return KeyChanged(
        **attributes(
            kind="key.changed.v1",
            source=SOURCE,
            subject=name_of(row),
            time=revoked_at or issued_at,
            identity=event_id("key", row["prefix"], "revoked" if revoked_at else "issued"),
            correlation=name_of(row),
        ),
        data=KeyChangedData(
            key=row["prefix"],
            digest=row["digest"].hex(),
            agency=row["agency"],
            scopes=tuple(row["scopes"]),
            issued_at=issued_at,
            expires_at=_local(row["expires_at"]),
            revoked_at=revoked_at,
        ),
    )


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(TIMEZONE) if moment else None


def name_of(row: Any) -> str:
    """Return the key's public part as it is written, which no plan or agency is named like."""
    return f"key_live_{row['prefix']}"
