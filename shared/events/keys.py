"""Key events: which API keys are in force, so that every service checks them by itself."""

from typing import Literal

from shared.events.envelope import Event, EventData, Moment


class KeyChangedData(EventData):
    """An API key as it stands now; of the key itself only a keyed hash travels."""

    key: str  # its public part: the eight characters after `key_live_`
    digest: str  # HMAC-SHA-256 of the whole key with the pepper that the services share, in hexadecimal
    agency: str
    scopes: tuple[str, ...]  # words of Scope; a consumer passes over those it does not know
    issued_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None


class KeyChanged(Event[KeyChangedData]):
    """A key was issued, or revoked."""

    type: Literal["key.changed.v1"] = "key.changed.v1"
