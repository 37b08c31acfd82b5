"""Builds the MIME mail of a message: headers that cannot be forged, text first, HTML last.

`Date` is the moment of the system's clock: in a rehearsal the rehearsed one, so that a mailbox is in the order of the
rehearsed year; the mail itself says that it is a rehearsal.
"""

import re
from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from services.notify.mail.rendering import Message, sanitized
from services.notify.notices.model import Notice
from services.notify.policy.model import NoticeKind

# Not EmailMessage: it encodes long identifiers as words (CPython issue 85725), and where it folds Vietnamese words it
# loses the spaces between them.
_LONGEST_WORD: Final = 75  # of an encoded word; source: RFC 2047, section 2
_PLAIN: Final = re.compile(r"[!-~][ -~]{0,900}")


class ForgedHeader(ValueError):
    """A mail has a header that was not intended; it must not be sent."""


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """Where mails come from and where answers go."""

    address: str
    reply_to: str | None

    @property
    def domain(self) -> str:
        """Return the domain that message ids are made under."""
        return self.address.rpartition("@")[2]


def message_id(notice: UUID, *, domain: str) -> str:
    """Return the Message-ID that a notice always has, however often it is sent."""
    return f"<n.{notice}@{domain}>"


def mime_of(notice: Notice, message: Message, *, identity: SenderIdentity, now: datetime) -> bytes:
    """Return the mail as the bytes that SMTP carries, all of them ASCII.

    Raises:
        ForgedHeader: text in a header turned into another header.
    """
    head = [
        _address("From", notice.contents.about.sender.vi, identity.address),
        _address("To", notice.recipient, notice.email),
        *([_address("Reply-To", "", identity.reply_to)] if identity.reply_to else []),
        _text("Subject", message.subject),
        _plain("Date", format_datetime(now)),
        _plain("Message-ID", message_id(notice.id, domain=identity.domain)),
        *_place(notice, identity),
        _plain("Auto-Submitted", "auto-generated"),
        _plain("X-Auto-Response-Suppress", "All"),
        _plain("X-Tiendo-Kind", notice.kind.value),
        _plain("X-Tiendo-Agency", notice.agency),
        _plain("X-Tiendo-Period", notice.period),
        _plain("X-Tiendo-Notice", str(notice.id)),
        *([_plain("X-Tiendo-Synthetic", "yes")] if notice.contents.about.is_synthetic else []),
        _plain("MIME-Version", "1.0"),
        _plain("Content-Type", f'multipart/alternative; boundary="{_boundary(notice)}"'),
    ]
    refuse_forged(head)
    return b"".join(head) + b"\r\n" + _alternatives(message, boundary=_boundary(notice))


def _place(notice: Notice, identity: SenderIdentity) -> list[bytes]:
    """Return the headers that place the mail on its list or in its thread."""
    if notice.kind is NoticeKind.DIGEST:
        return [_plain("List-ID", f"<digest.{notice.plan}.{identity.domain}>")]
    # The root is not a mail. Some programs group mails that refer to the same one.
    root = f"<t.{notice.thread}@{identity.domain}>"
    return [_plain("In-Reply-To", root), _plain("References", root)]


def header_safe(text: str) -> str:
    """Return text that stays one header: one line, no control characters, nothing that reads as an encoded word.

    Source: CVE-2024-6923 and CVE-2026-1299: encoded words with line ends in them become headers of their own.
    """
    return " ".join(str(sanitized(text)).replace("=?", "= ?").split())


def _address(header: str, name: str, address: str) -> bytes:
    user, _, domain = address.rpartition("@")
    place = Address(username=user, domain=domain).addr_spec
    if not header_safe(name):
        return _plain(header, place)
    # Encoded whole, a name holds no comma or bracket that could be read as a second address.
    return _text(header, name) + f" <{_checked(header, place)}>\r\n".encode("ascii")


@lru_cache(maxsize=4096)
def _text(header: str, text: str) -> bytes:
    """Return a header with free text in it, encoded whole."""
    words = Header(header_safe(text), "utf-8", maxlinelen=_LONGEST_WORD, header_name=header).encode(linesep="\r\n")
    return f"{header}: {words}\r\n".encode("ascii")


def _plain(header: str, value: str) -> bytes:
    """Return a header with an identifier in it: ASCII on one line, because encoding would break it."""
    return f"{header}: {_checked(header, value)}\r\n".encode("ascii")


def _checked(header: str, value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise ForgedHeader(f"{header} cannot be {value!r}: only printable ASCII on one line")
    return value


def _boundary(notice: Notice) -> str:
    return f"=_{notice.id.hex}"  # the underscore never occurs in base64


def _alternatives(message: Message, *, boundary: str) -> bytes:
    """Return text and HTML in base64, in lines short enough for any relay."""
    parts = []
    for subtype, content in (("plain", message.text), ("html", message.html)):
        lines = "\r\n".join(content.splitlines()) + "\r\n"
        parts.append(
            f"--{boundary}\r\n"
            f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
            "Content-Transfer-Encoding: base64\r\n\r\n".encode("ascii")
            + encodebytes(lines.encode()).replace(b"\n", b"\r\n")
        )
    return b"".join([*parts, f"--{boundary}--\r\n".encode("ascii")])


def refuse_forged(head: Sequence[bytes]) -> None:
    """Refuse a head that reads as other headers than those that were put there."""
    intended = [_name(header) for header in head]
    found = [_name(line) for line in b"".join(head).splitlines() if not line.startswith((b" ", b"\t"))]
    if found != intended or len(set(found)) < len(found):
        raise ForgedHeader(f"the mail came out with other headers than {intended}: {found}")


def _name(header: bytes) -> str:
    return header.partition(b":")[0].decode("ascii", "replace").lower()
