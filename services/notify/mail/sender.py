"""The mail queue's loop: claim, send, record, one mail after another over one connection."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from jinja2 import TemplateError
from prometheus_client import Gauge, Histogram

from services.notify.mail.mime import Letterhead, mail_of
from services.notify.mail.preview_links import preview_url
from services.notify.mail.reconciler import Reconciler
from services.notify.mail.rendering import Sheet, render
from services.notify.mail.smtp import Answer, Mailer, Outcome
from services.notify.mail.store import Outgoing
from services.notify.notices.model import Notice
from shared.runtime.auth.links import Links
from shared.runtime.clock import Clock
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


class MailQueue:
    """Sends what is due, and asks about what was lost, until stopped."""

    def __init__(
        self,
        *,
        outgoing: Outgoing,
        reconciler: Reconciler,
        mailer: Mailer,
        letterhead: Letterhead,
        public_url: str | None,
        links: Links,
        lease: timedelta,
        clock: Clock,
    ) -> None:
        self.outgoing = outgoing
        self.reconciler = reconciler
        self._mailer = mailer
        self._letterhead = letterhead
        self._public_url = public_url
        self._links = links
        self._lease_seconds = lease.total_seconds()
        self._clock = clock
        self._wake = asyncio.Event()
        self.outage: Final = Outage("the mail queue waits", back="the mail queue goes on")
        self._closed_until = 0.0
        self._pause = _FIRST_PAUSE_SECONDS

    def wake(self) -> None:
        """Say that notices may have been queued; a hint only, the loop also looks by itself."""
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
                await self._rest(since=began_at)
        finally:
            await self.close()

    async def close(self) -> None:
        """Say goodbye to the relay."""
        await self._mailer.close()

    async def send_due(self) -> bool:
        """Send one notice that is due, if there is one, and return whether there was."""
        if time.monotonic() < self._closed_until:
            return False
        notice = await self.outgoing.next_notice(now=self._clock.now())
        if notice is None:
            return False
        try:
            answer = await self.offer(notice)
        except (TemplateError, ValueError, TypeError) as error:
            _log.error("notice held: it cannot be written", notice=str(notice.id), error=str(error))
            await self.outgoing.hold(notice, f"{type(error).__name__}: {error}", now=self._clock.now())
            return True
        await self._recorded(notice, answer)
        self._note(answer)
        return True

    async def offer(self, notice: Notice) -> Answer:
        """Write the mail, offer it to the relay, and keep the lease alive while the relay takes its time.

        Raises:
            ValueError: the mail cannot be written; so do TypeError and jinja2.TemplateError.
        """
        mail = self._written(notice)
        with HANDED.time():
            sending = asyncio.ensure_future(
                self._mailer.send(mail, sender=self._letterhead.sender, recipient=notice.email)
            )
            while not (await asyncio.wait({sending}, timeout=self._lease_seconds / 3))[0]:
                await self.outgoing.renew(notice.id)
            return sending.result()

    async def _recorded(self, notice: Notice, answer: Answer) -> None:
        """Record the outcome, trying on while the database is away: it cannot be learned a second time."""
        while True:
            try:
                return await self.outgoing.record(notice, answer, now=self._clock.now())
            except TRANSIENT as error:
                self.outage.note(error)
                await asyncio.sleep(_RECORD_SECONDS)

    def _written(self, notice: Notice) -> bytes:
        now = self._clock.now()
        sheet = Sheet(
            notice=str(notice.id),
            recipient=notice.recipient,
            written_at=now,
            is_rehearsal=self._clock.is_rehearsal,
            takes_answers=self._letterhead.reply_to is not None,
            url=preview_url(self._public_url, notice.id, links=self._links, now=now),
            help=notice.help,
        )
        message = render(kind=notice.kind, contents=notice.contents, sheet=sheet, language=notice.language)
        return mail_of(notice, message, letterhead=self._letterhead, now=now)

    def _note(self, answer: Answer) -> None:
        """Close the channel for a while where the relay is away or bars us; otherwise open it."""
        if answer.outcome not in {Outcome.AWAY, Outcome.BARRED}:
            self._pause = _FIRST_PAUSE_SECONDS
            CLOSED.set(0)
            return
        _log.warning("mail channel closed for a while", outcome=answer.outcome, words=answer.words, seconds=self._pause)
        self._closed_until = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)
        CLOSED.set(1)

    async def _rest(self, *, since: datetime) -> None:
        """Wait until woken, until the clock is moved, or a second."""
        waiting = {
            asyncio.ensure_future(self._wake.wait()),
            asyncio.ensure_future(self._clock.sleep(_LOOK_SECONDS, since=since)),
        }
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()


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
