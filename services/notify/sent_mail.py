"""Asks where mails ended whether one of them did, after the relay's answer was lost."""

import asyncio
import email.policy
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final, Protocol

import httpx

_HEADERS: Final = BytesHeaderParser(policy=email.policy.compat32)
_HEAD_BYTES: Final = 16 * 1024
_ASK_SECONDS: Final = 10.0


class SentMailAway(Exception):
    """Where mails end cannot be asked now; nothing is known of any of them."""


class SentMail(Protocol):
    """Knows which mails ended where they should."""

    async def has(self, message_id: str) -> bool:
        """Return whether the mail of that Message-ID is there.

        Raises:
            SentMailAway: it cannot be asked.
        """


class MaildirSentMail:
    """A Maildir that the relay stores into; each file is read once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: set[str] = set()
        self._found: set[str] = set()

    async def has(self, message_id: str) -> bool:
        """Return whether the mail of that Message-ID is there."""
        await asyncio.to_thread(self._read_new)
        return message_id in self._found

    def _read_new(self) -> None:
        for folder in ("new", "cur"):
            try:
                files = list((self._directory / folder).iterdir())
            except OSError as error:
                raise SentMailAway(f"{self._directory} is no Maildir that can be read: {error}") from error
            for file in files:
                name = file.name.partition(":")[0]  # the flags behind the colon change when a mail is looked at
                if name not in self._read:
                    with file.open("rb") as opened:
                        head = opened.read(_HEAD_BYTES)
                    self._found.add(str(_HEADERS.parsebytes(head).get("Message-ID", "")).strip())
                    self._read.add(name)


class CatcherSentMail:
    """A mail catcher with maildev's API."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def has(self, message_id: str) -> bool:
        """Return whether the mail of that Message-ID is there."""
        try:
            async with httpx.AsyncClient(timeout=_ASK_SECONDS) as client:
                # The catcher may know the filter or answer with all its mails: either is looked through.
                response = await client.get(self._url, params={"headers.message-id": message_id})
                response.raise_for_status()
                mails = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise SentMailAway(f"{self._url} does not answer as a mail catcher: {error!r}") from error
        return any(message_id.strip("<>") == _id_of(mail) for mail in mails)


def sent_mail(url: str | None) -> SentMail | None:
    """Return whom a SENT_MAIL_URL names, or null where nobody can be asked."""
    if url is None:
        return None
    if url.startswith("maildir:"):
        return MaildirSentMail(Path(url.removeprefix("maildir:")))
    return CatcherSentMail(url)


def _id_of(mail: object) -> str:
    """Return the Message-ID of a mail as the catcher lists it, without its brackets."""
    if not isinstance(mail, dict):
        return ""
    headers = mail.get("headers")
    found = mail.get("messageId") or (headers.get("message-id") if isinstance(headers, dict) else "")
    return str(found or "").strip("<>")
