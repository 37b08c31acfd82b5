"""API keys: `key_live_<prefix>_<secret><check>`, of which only a keyed hash is kept."""

import hashlib
import hmac
import secrets
import string
import zlib
from typing import Final, NamedTuple

_ALPHABET: Final = string.ascii_letters + string.digits
_LEAD: Final = "key_live_"
_PREFIX_LENGTH: Final = 8
_SECRET_LENGTH: Final = 43  # 43 of 62 characters: 256 bits
_CHECK_LENGTH: Final = 6


class IssuedKey(NamedTuple):
    """A fresh key: the text is shown once, prefix and hash are kept."""

    text: str
    prefix: str
    digest: bytes


def issue(*, pepper: str) -> IssuedKey:
    """Return a fresh random key of 256 bits."""
    prefix = _random(_PREFIX_LENGTH)
    secret = _random(_SECRET_LENGTH)
    text = f"{_LEAD}{prefix}_{secret}{_check(prefix + secret)}"
    return IssuedKey(text, prefix, digest(text, pepper=pepper))


def prefix_of(text: str) -> str | None:
    """Return the public prefix of a well-formed key; none where it is mistyped or no key of ours."""
    length = len(_LEAD) + _PREFIX_LENGTH + 1 + _SECRET_LENGTH + _CHECK_LENGTH
    if len(text) != length or not text.startswith(_LEAD) or not text.isascii():
        return None
    prefix, _, rest = text.removeprefix(_LEAD).partition("_")
    secret, check = rest[:_SECRET_LENGTH], rest[_SECRET_LENGTH:]
    if len(prefix) != _PREFIX_LENGTH or check != _check(prefix + secret):
        return None
    return prefix


def digest(text: str, *, pepper: str) -> bytes:
    """Return the keyed hash of a key: HMAC-SHA-256 with the server's pepper."""
    return hmac.new(pepper.encode(), text.encode(), hashlib.sha256).digest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _check(text: str) -> str:
    number = zlib.crc32(text.encode())
    digits = []
    for _ in range(_CHECK_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))
