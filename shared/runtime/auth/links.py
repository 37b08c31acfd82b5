"""Tokens for links in mails: signed for one purpose and one subject, until a moment."""

import base64
import hashlib
import hmac
import re
from datetime import datetime
from typing import Final

_SIGNATURE_BYTES: Final = 24  # 192 bits, 32 characters
_MOMENT: Final = re.compile(r"[0-9a-f]{1,10}")  # seconds since 1970


class Links:
    """Signs links with a key of its own, derived from the pepper that all services share."""

    def __init__(self, pepper: str) -> None:
        self._key = hmac.new(pepper.encode(), b"links", hashlib.sha256).digest()

    def token(self, purpose: str, subject: str, *, until: datetime) -> str:
        """Return a token of 40 URL-safe characters or so, valid until the moment; the same input gives the same."""
        seconds = int(until.timestamp())
        return f"{seconds:x}.{self._signature(purpose, subject, seconds)}"

    def is_valid(self, token: str, purpose: str, subject: str, *, now: datetime) -> bool:
        """Return whether a token was signed for this purpose and subject and has not expired."""
        moment, _, signature = token.partition(".")
        if not _MOMENT.fullmatch(moment) or not signature.isascii():
            return False
        seconds = int(moment, 16)
        expected = self._signature(purpose, subject, seconds)
        return hmac.compare_digest(expected, signature) and now.timestamp() < seconds

    def _signature(self, purpose: str, subject: str, seconds: int) -> str:
        signed = "\0".join([purpose, subject, f"{seconds:x}"]).encode()
        digest = hmac.new(self._key, signed, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:_SIGNATURE_BYTES]).decode()
