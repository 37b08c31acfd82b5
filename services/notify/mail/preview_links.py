"""Links by which the recipient of a notice reads it in a browser, without a key."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from shared.runtime.auth.links import Links

PREVIEW: Final = "notice"
"""What these links are signed for."""

_HOLDS: Final = timedelta(days=366)  # the page says no more than the mail that carries the link


def preview_url(public_url: str | None, notice: UUID, *, links: Links, now: datetime) -> str | None:
    """Return where a notice can be read in a browser for a year; None where nobody reaches the API."""
    if public_url is None:
        return None
    token = links.token(PREVIEW, str(notice), until=now + _HOLDS)
    return f"{public_url.rstrip('/')}/v1/previews/{notice}?token={token}"
