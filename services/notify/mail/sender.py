"""Sends what is due: claim, render, hand to the relay, record, one mail after another over one connection."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from jinja2 import TemplateError
from prometheus_client import Gauge, Histogram

from services.notify.mail.mime import SenderIdentity, mime_of
from services.notify.mail.queue import MailQueue
from services.notify.mail.reconciler import Reconciler
from services.notify.mail.rendering import Frame, render
from services.notify.mail.rules import Answer, is_attempt
from services.notify.mail.smtp import SmtpClient
from services.notify.notices.model import Notice
from shared.runtime.clock import Clock, sleep_or_wake
from shared.runtime.database import TRANSIENT
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage

_log = get_logger(__name__)
_LOOK_SECONDS: Final = 1.0
_RECORD_SECONDS: Final = 0.5
_FIRST_PAUSE_SECONDS: Final = 1.0
_LONGEST_PAUSE_SECONDS: Final = 120.0
_FINISH_SECONDS: Final = 8.0  # for the mail under way when the service is stopped

CLOSED = Gauge("tiendo_mail_channel_closed", "1 while the mail relay is away or takes nothing from us.")
HANDED = Histogram("tiendo_mail_seconds", "Time to hand one mail to the relay.")

PreviewUrl = Callable[[UUID, datetime], str | None]
"""Returns where a notice can be read in a browser, by a link made at a moment; None where the API is not public."""


class MailSender:
    """Sends what is due, and reconciles lost answers, until stopped."""

    def __init__(
        self,
        *,
        queue: MailQueue,
        reconciler: Reconciler,
        client: SmtpClient,
        identity: SenderIdentity,
        preview_url: PreviewUrl,
        lease: timedelta,
        clock: Clock,
    ) -> None:
        self.queue = queue
        self.reconciler = reconciler
        self._client = client
        self._identity = identity
        self._preview_url = preview_url
        self._lease_seconds = lease.total_seconds()
        self._clock = clock
        self._wake = asyncio.Event()
        self.outage: Final = Outage("the mail queue waits", back="the mail queue goes on")
        self._closed_until = 0.0
        self._pause = _FIRST_PAUSE_SECONDS

    def wake(self) -> None:
        """Hint that notices may have been queued; the loop also looks by itself."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled; the mail under way is finished first."""
        try:
            while True:
                self._wake.clear()
                began_at = self._clock.now()
                try:
                    await _finished(self.send_due)
                    await self.reconciler.reconcile(now=self._clock.now())
                except TRANSIENT as error:
                    self.outage.note(error)
                else:
                    self.outage.end()
                await sleep_or_wake(self._clock, _LOOK_SECONDS, since=began_at, wake=self._wake)
        finally:
            await self.close()

    async def close(self) -> None:
        """Close the connection to the relay."""
        await self._client.close()

    async def send_due(self) -> bool:
        """Send one notice that is due, if there is one, and return whether there was."""
        if time.monotonic() < self._closed_until:
            return False
        notice = await self.queue.next_notice(now=self._clock.now())
        if notice is None:
            return False
        try:
            answer = await self.offer(notice)
        except (TemplateError, ValueError, TypeError) as error:
            _log.error("notice held: it cannot be written", notice=str(notice.id), error=str(error))
            await self.queue.hold(notice, f"{type(error).__name__}: {error}", now=self._clock.now())
            return True
        await self._record(notice, answer)
        self._open_or_close(answer)
        return True

    async def offer(self, notice: Notice) -> Answer:
        """Render the mail, offer it to the relay, and renew the lease while the relay takes its time.

        Raises:
            ValueError: the mail cannot be rendered; so do TypeError and jinja2.TemplateError.
        """
        mail = self._rendered(notice)
        with HANDED.time():
            sending = asyncio.ensure_future(
                self._client.send(mail, sender=self._identity.address, recipient=notice.email)
            )
            while not (await asyncio.wait({sending}, timeout=self._lease_seconds / 3))[0]:
                await self.queue.renew(notice.id)
            return sending.result()

    async def _record(self, notice: Notice, answer: Answer) -> None:
        """Record the outcome, trying again while the database is away: it cannot be learned a second time."""
        while True:
            try:
                return await self.queue.record(notice, answer, now=self._clock.now())
            except TRANSIENT as error:
                self.outage.note(error)
                await asyncio.sleep(_RECORD_SECONDS)

    def _rendered(self, notice: Notice) -> bytes:
        now = self._clock.now()
        frame = Frame(
            notice=str(notice.id),
            recipient=notice.recipient,
            written_at=now,
            is_rehearsal=self._clock.is_rehearsal,
            accepts_replies=self._identity.reply_to is not None,
            url=self._preview_url(notice.id, now),
            help=notice.help,
        )
        message = render(notice.contents, frame=frame, language=notice.language)
        return mime_of(notice, message, identity=self._identity, now=now)

    def _open_or_close(self, answer: Answer) -> None:
        """Close the channel for a while where the relay is unreachable or refuses us; otherwise open it."""
        if is_attempt(answer.outcome):
            self._pause = _FIRST_PAUSE_SECONDS
            CLOSED.set(0)
            return
        _log.warning("mail channel closed for a while", outcome=answer.outcome, words=answer.words, seconds=self._pause)
        self._closed_until = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        CLOSED.set(1)


async def _finished(send: Callable[[], Awaitable[bool]]) -> None:
    """Send until nothing is due; when cancelled, finish the mail under way, so that its outcome is known."""
    is_more = True
    while is_more:
        step = asyncio.ensure_future(send())
        try:
            is_more = await asyncio.shield(step)
        except asyncio.CancelledError:
            await asyncio.wait({step}, timeout=_FINISH_SECONDS)
            raise
