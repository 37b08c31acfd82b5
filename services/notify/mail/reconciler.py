"""Finds out where mails end whether a notice was accepted after the relay's answer was lost, before any resend."""

import asyncio
import email.policy
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from functools import partial
from pathlib import Path
from typing import Final

import httpx
from prometheus_client import Gauge

from services.notify.mail import store
from services.notify.mail.mime import message_id
from services.notify.notices.model import NoticeState
from services.notify.notices.tables import NoticeRow
from shared.runtime.database import Database
from shared.runtime.logging import get_logger

_log = get_logger(__name__)

UNKNOWN = Gauge("tiendo_notices_unknown", "Notices of which nobody knows yet whether the relay took them.")

_HEADERS: Final = BytesHeaderParser(policy=email.policy.compat32)
_HEAD_BYTES: Final = 16 * 1024
_ASK_SECONDS: Final = 10.0


class SentMailUnavailable(Exception):
    """The place where mails end cannot be asked now, so nothing is known of any mail."""


SentMail = Callable[[str], Awaitable[bool]]
"""Returns whether the mail of a Message-ID is where the mails end that the relay accepted.

Raises:
    SentMailUnavailable: it cannot be asked.
"""


class _Maildir:
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
                raise SentMailUnavailable(f"{self._directory} is no Maildir that can be read: {error}") from error
            for file in files:
                name = file.name.partition(":")[0]  # the flags behind the colon change when a mail is looked at
                if name not in self._read:
                    with file.open("rb") as opened:
                        head = opened.read(_HEAD_BYTES)
                    self._found.add(str(_HEADERS.parsebytes(head).get("Message-ID", "")).strip())
                    self._read.add(name)


async def _is_caught(message_id: str, *, url: str) -> bool:
    """Return whether a mail catcher with maildev's API has the mail of that Message-ID."""
    try:
        async with httpx.AsyncClient(timeout=_ASK_SECONDS) as client:
            # The catcher may know the filter or answer with all its mails: either is searched.
            response = await client.get(url, params={"headers.message-id": message_id})
            response.raise_for_status()
            mails = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise SentMailUnavailable(f"{url} does not answer as a mail catcher: {error!r}") from error
    return any(message_id.strip("<>") == _id_of(mail) for mail in mails)


def sent_mail(url: str | None) -> SentMail | None:
    """Return the place that a SENT_MAIL_URL names, or null where there is none to ask."""
    if url is None:
        return None
    if url.startswith("maildir:"):
        return _Maildir(Path(url.removeprefix("maildir:"))).has
    return partial(_is_caught, url=url)


def _id_of(mail: object) -> str:
    """Return the Message-ID of a mail as the catcher lists it, without its brackets."""
    if not isinstance(mail, dict):
        return ""
    headers = mail.get("headers")
    found = mail.get("messageId") or (headers.get("message-id") if isinstance(headers, dict) else "")
    return str(found or "").strip("<>")


class Reconciler:
    """Turns `unknown` notices into `accepted` or back into `queued`; without a place to ask they stay so."""

    def __init__(self, database: Database, *, sent_mail: SentMail | None, domain: str, settle: timedelta) -> None:
        self._database = database
        self._sent_mail = sent_mail
        self._domain = domain
        self._settle = settle

    async def reconcile(self, *, now: datetime) -> int:
        """Look up each notice whose answer was lost and return how many stay unknown for now."""
        async with self._database.session() as session:
            unknown = await store.unknown_notices(session, settle=self._settle)
        remaining = len(unknown)
        if self._sent_mail is not None:
            for notice, is_settled in unknown:
                remaining -= await self._is_reconciled(
                    notice, is_settled=is_settled, sent_mail=self._sent_mail, now=now
                )
        UNKNOWN.set(remaining)
        return remaining

    async def _is_reconciled(self, notice: NoticeRow, *, is_settled: bool, sent_mail: SentMail, now: datetime) -> bool:
        try:
            is_found = await sent_mail(message_id(notice.id, domain=self._domain))
        except SentMailUnavailable as error:
            _log.warning("cannot ask where mails end", error=str(error))
            return False
        if not is_found and not is_settled:
            return False  # the relay may still be storing it
        async with self._database.session() as session:
            found = await store.lock_unknown(session, notice)
            if found is None:
                return False
            row, server_now = found
            row.reason = None
            if is_found:
                row.state, row.detail, row.ended_at = NoticeState.ACCEPTED, "found where mails end", now
            else:
                row.state, row.detail = NoticeState.QUEUED, "not found where mails end, so sent again"
                row.retry_at = server_now
        _log.info("answer reconciled", notice=str(notice.id), was_accepted=is_found)
        return True
