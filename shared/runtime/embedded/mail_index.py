"""The mails of a Maildir: what a list shows of each, and what one is made of, also where a stranger wrote it badly."""

import base64
import email
import email.policy
import re
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

# The older policy reads a header ten times faster than the one that parses each into an object.
_HEADERS: Final = BytesHeaderParser(policy=email.policy.compat32)
_FOLD: Final = re.compile(r"\r?\n[ \t]*")
_CID: Final = re.compile(r"cid:([^\"'\s)>]+)")
_OURS: Final = "x-tiendo-"


@dataclass(frozen=True)
class MailSummary:
    """One mail as a list shows it; `notes` are what notify said of it in `X-Tiendo-…` headers, names in lower case."""

    id: str
    message_id: str
    subject: str
    sender: str
    recipient: str
    reader: tuple[str, str]  # the recipient's name, if it has one, and address
    dated_at: datetime | None
    notes: dict[str, str]

    @property
    def kind(self) -> str:
        """Return the kind of notice, or `other` for a mail that is none of ours."""
        return self.notes.get("kind", "other")

    @property
    def agency(self) -> str:
        """Return the id of the agency it is about, or an empty string."""
        return self.notes.get("agency", "")

    def is_about(self, *, agency: str, kind: str, words: str) -> bool:
        """Return whether the mail is of `kind`, touches `agency` and has `words`; what is empty is not asked for."""
        return (
            kind in {"", self.kind}
            and agency.casefold() in f"{self.agency} {self.recipient}".casefold()
            and words.casefold() in f"{self.subject} {self.recipient} {self.message_id}".casefold()
        )


class MailIndex:
    """The mails of one Maildir, kept in memory and read again only where something is new."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._mails: dict[str, MailSummary] = {}
        self._refreshing = threading.Lock()  # the page's routes run in threads

    def find(self, *, agency: str = "", kind: str = "", words: str = "") -> list[MailSummary]:
        """Return the mails that match, newest arrival first."""
        self._refresh()
        mails = reversed(list(self._mails.values()))
        return [mail for mail in mails if mail.is_about(agency=agency, kind=kind, words=words)]

    def kinds(self) -> Counter[str]:
        """Return how many mails there are of each kind."""
        return Counter(mail.kind for mail in list(self._mails.values()))

    def agencies(self) -> list[str]:
        """Return the ids of all agencies that a mail is about."""
        return sorted({mail.agency for mail in list(self._mails.values())} - {""})

    def open(self, mail_id: str) -> tuple[MailSummary, EmailMessage] | None:
        """Return a mail with its summary, or None where there is none of this id."""
        path = self._refresh().get(mail_id)
        if path is None:
            return None
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        return self._mails[mail_id], message  # the policy makes EmailMessage of it

    def _refresh(self) -> dict[str, Path]:
        """Read what arrived since the last look, forget what was removed, and return the file of each mail."""
        with self._refreshing:
            present = {path.name: path for folder in ("new", "cur") for path in (self._directory / folder).glob("*")}
            for name in self._mails.keys() - present.keys():
                del self._mails[name]
            for name in sorted(present.keys() - self._mails.keys()):
                self._mails[name] = _summary(present[name])
        return present


def headers_of(message: Message) -> dict[str, str]:
    """Return every header once, decoded, in the mail's order."""
    # As they came: where it parses an address, the mail's policy puts a space into a word that was folded.
    headers: dict[str, str] = {}
    for name, value in message.raw_items():
        headers.setdefault(_readable(name), _decoded(str(value)))
    return headers


def body(message: EmailMessage, subtype: str) -> str:
    """Return the `plain` or `html` body, or an empty string where the mail has none."""
    part = message.get_body((subtype,))
    if part is None:
        return ""
    try:
        return _payload(part).decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or that is no word
        return _payload(part).decode("utf-8", errors="replace")


def html_with_pictures(message: EmailMessage) -> str:
    """Return the HTML body with the mail's own pictures written into it, so that nothing else need be loaded."""
    return _CID.sub(lambda found: _picture(message, found[1]), body(message, "html"))


def attachments(message: EmailMessage) -> list[tuple[str, bytes]]:
    """Return name and content of each attachment; names are made safe for a file system."""
    return [
        (re.sub(r"[^\w.-]", "_", part.get_filename() or "unnamed", flags=re.ASCII), _payload(part))
        for part in message.iter_attachments()
    ]


def _summary(path: Path) -> MailSummary:
    with path.open("rb") as opened:
        parsed = _HEADERS.parse(opened)
    headers = {name.lower(): value for name, value in headers_of(parsed).items()}
    # Parsed before it is decoded: a name with a comma in it would read as two addresses afterwards.
    name, address = parseaddr(next((str(value) for key, value in parsed.raw_items() if key.lower() == "to"), ""))
    return MailSummary(
        id=path.name,
        message_id=headers.get("message-id", "").strip(),
        subject=headers.get("subject", ""),
        sender=headers.get("from", ""),
        recipient=headers.get("to", ""),
        reader=(_decoded(name), _readable(address)),
        dated_at=_moment(headers.get("date", "")),
        notes={key.removeprefix(_OURS): value for key, value in headers.items() if key.startswith(_OURS)},
    )


def _moment(written: str) -> datetime | None:
    try:
        return parsedate_to_datetime(written)
    except ValueError:
        return None


def _decoded(written: str) -> str:
    """Return the text of a header, its encoded words decoded, or itself where they are broken."""
    readable = _readable(written)
    try:
        return _readable(_FOLD.sub(" ", str(make_header(decode_header(readable)))))
    except (HeaderParseError, LookupError, ValueError):
        return readable


def _readable(parsed: str) -> str:
    """Return a text in which raw bytes, which Python's parser keeps as surrogates, are read as UTF-8."""
    return parsed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _payload(part: "Message[Any, Any]") -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _picture(message: EmailMessage, content_id: str) -> str:
    for part in message.walk():
        if str(part.get("Content-ID", "")).strip("<> ") == content_id and part.get_content_maintype() == "image":
            return f"data:{part.get_content_type()};base64,{base64.b64encode(_payload(part)).decode()}"
    return "data:,"
