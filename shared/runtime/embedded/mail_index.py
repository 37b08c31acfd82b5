"""What lies in a Maildir, kept in memory and read again only where something is new."""

import email
import email.policy
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Final

# The older policy reads a header ten times faster than the one that parses each into an object.
_HEADERS: Final = BytesHeaderParser(policy=email.policy.compat32)
_FOLD: Final = re.compile(r"\r?\n[ \t]*")
_OURS: Final = "X-Tiendo-"


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
    notes: dict[str, str] = field(default_factory=dict)

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
        if kind and self.kind != kind:
            return False
        if agency and agency.casefold() not in f"{self.agency} {self.recipient}".casefold():
            return False
        return not words or words.casefold() in f"{self.subject} {self.recipient} {self.message_id}".casefold()


class MailIndex:
    """The mails of one Maildir, newest arrival first."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._mails: dict[str, MailSummary] = {}
        self._refreshing = threading.Lock()  # the page's routes run in threads

    def refresh(self) -> None:
        """Read what arrived since the last look, and forget what was removed."""
        with self._refreshing:
            present = {entry.name: entry.path for entry in self._entries()}
            for name in self._mails.keys() - present.keys():
                del self._mails[name]
            for name in sorted(present.keys() - self._mails.keys()):
                self._mails[name] = _summary(name, Path(present[name]))

    def find(self, *, agency: str = "", kind: str = "", words: str = "") -> list[MailSummary]:
        """Return the mails that match, newest first."""
        self.refresh()
        return [
            mail
            for mail in reversed(list(self._mails.values()))
            if mail.is_about(agency=agency, kind=kind, words=words)
        ]

    def kinds(self) -> Counter[str]:
        """Return how many mails there are of each kind."""
        return Counter(mail.kind for mail in list(self._mails.values()))

    def agencies(self) -> list[str]:
        """Return the ids of all agencies that a mail is about."""
        return sorted({mail.agency for mail in list(self._mails.values())} - {""})

    def open(self, mail_id: str) -> tuple[MailSummary, EmailMessage] | None:
        """Return a mail with its summary, or None where there is none of this id."""
        self.refresh()
        summary = self._mails.get(mail_id)
        if summary is None:
            return None
        for folder in ("new", "cur"):
            path = self._directory / folder / mail_id
            if path.exists():
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                return summary, message  # the policy makes EmailMessage of it
        return None

    def _entries(self) -> Iterator["os.DirEntry[str]"]:
        for folder in ("new", "cur"):
            try:
                with os.scandir(self._directory / folder) as entries:
                    yield from entries
            except FileNotFoundError:
                continue


def header(message: Message, name: str) -> str:
    """Return a header as text, also where it is broken, or an empty string."""
    lowered = name.lower()
    return next((decoded(str(value)) for key, value in message.raw_items() if key.lower() == lowered), "")


def decoded(written: str) -> str:
    """Return the text of a header as it was sent, its encoded words decoded, or itself where they are broken."""
    readable = readable_text(written)
    try:
        return readable_text(_FOLD.sub(" ", str(make_header(decode_header(readable)))))
    except (HeaderParseError, LookupError, ValueError):
        return readable


def readable_text(parsed: str) -> str:
    """Return a text in which raw bytes, which Python's parser keeps as surrogates, are read as UTF-8."""
    return parsed.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _summary(name: str, path: Path) -> MailSummary:
    with path.open("rb") as opened:
        parsed = _HEADERS.parse(opened)
    # Parsed before it is decoded: a name with a comma in it would read as two addresses afterwards.
    name_of_reader, address = parseaddr(
        next((str(each) for key, each in parsed.raw_items() if key.lower() == "to"), "")
    )
    return MailSummary(
        id=name,
        message_id=header(parsed, "Message-ID").strip(),
        subject=header(parsed, "Subject"),
        sender=header(parsed, "From"),
        recipient=header(parsed, "To"),
        reader=(decoded(name_of_reader), readable_text(address)),
        dated_at=_moment(header(parsed, "Date")),
        notes={
            key[len(_OURS) :].lower(): header(parsed, key) for key in parsed if key.lower().startswith(_OURS.lower())
        },
    )


def _moment(written: str) -> datetime | None:
    try:
        return parsedate_to_datetime(written)
    except ValueError:
        return None
