"""A mail server that delivers nothing: whatever it is sent lands in a Maildir."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.runtime.errors import StartFailure

_LARGEST_MAIL: Final = 32 * 1024 * 1024  # bytes


class MailCatcher:
    """An SMTP server on loopback, in this process's event loop."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.resolve()
        self._server: asyncio.Server | None = None
        self._sessions: WeakSet[SMTP] = WeakSet()
        self._numbers = itertools.count()

    @property
    def url(self) -> str:
        """Return where mail is taken, `smtp://host:port`.

        Raises:
            RuntimeError: the catcher was not started.
        """
        if self._server is None:
            raise RuntimeError("start the mail catcher first")
        return f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self, *, port: int = 0) -> None:
        """Take mail on `port`, or on a free one.

        Raises:
            StartFailure: the port is taken or the folder cannot be written.
        """
        try:
            for folder in ("tmp", "new", "cur"):
                (self.directory / folder).mkdir(parents=True, exist_ok=True)
            self._server = await asyncio.get_running_loop().create_server(self._session, "127.0.0.1", port)
        except OSError as error:
            raise StartFailure(f"the mail catcher cannot start: {error}") from None

    async def stop(self) -> None:
        """Take no more mail and hang up."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for session in list(self._sessions):
            if session.transport is not None:
                session.transport.close()
        await server.wait_closed()

    def _session(self) -> SMTP:
        session = SMTP(self, hostname="mail.tiendo.invalid", data_size_limit=_LARGEST_MAIL, enable_SMTPUTF8=True)
        self._sessions.add(session)
        return session

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Store the mail and answer SMTP's code; stored first, so that a `250` is never a lie."""
        self._store(envelope.original_content or b"", sender=envelope.mail_from or "", recipients=envelope.rcpt_tos)
        return "250 Stored, and going nowhere"

    def _store(self, content: bytes, *, sender: str, recipients: Sequence[str]) -> None:
        # Names sort by arrival, as Maildir's usually do.
        name = f"{time.time_ns():020d}.{next(self._numbers):06d}.tiendo"
        trace = [f"Return-Path: <{sender}>", *(f"Delivered-To: {recipient}" for recipient in recipients)]
        being_written = self.directory / "tmp" / name
        being_written.write_bytes("".join(f"{line}\r\n" for line in trace).encode() + content)
        being_written.rename(self.directory / "new" / name)
