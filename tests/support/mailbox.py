"""What arrived by mail, whichever server took it: the built-in catcher or the one in a container."""

import asyncio
import email
import email.policy
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import httpx
from aiosmtpd.smtp import Envelope, Session

from shared.runtime.embedded.mail_catcher import MailCatcher
from shared.runtime.embedded.mail_index import MailIndex
from tests.support.containers import ours
from tests.support.requirements import TESTED_ON

IMAGE: Final = "maildev/maildev:3.0.0"


@dataclass(frozen=True)
class ArrivedMail:
    """One mail as a test looks at it."""

    message_id: str
    recipient: str
    subject: str
    kind: str
    agency: str
    period: str
    is_synthetic: bool
    text: str
    html: str


class Mailbox(Protocol):
    """A mail server that keeps what it takes."""

    smtp_url: str

    async def mails(self) -> list[ArrivedMail]:
        """Return every mail that arrived, oldest first."""


class CatcherMailbox:
    """The Maildir of the built-in catcher."""

    def __init__(self, directory: Path, *, smtp_url: str) -> None:
        self.smtp_url = smtp_url
        self._directory = directory
        self._index = MailIndex(directory)

    async def mails(self) -> list[ArrivedMail]:
        """Return every mail that arrived, oldest first."""
        names = [mail.id for mail in reversed(self._index.find())]
        return [_arrived((self._directory / "new" / name).read_bytes()) for name in names]


class MailDevMailbox:
    """MailDev, asked by its REST interface."""

    def __init__(self, *, smtp_url: str, web_url: str) -> None:
        self.smtp_url = smtp_url
        self._web_url = web_url

    async def mails(self) -> list[ArrivedMail]:
        """Return every mail that arrived, oldest first."""
        async with httpx.AsyncClient(base_url=self._web_url, timeout=20) as client:
            listed = (await client.get("/api/email")).raise_for_status().json()
            sources = [await client.get(f"/api/email/{mail['id']}/source") for mail in listed]
        return [_arrived(source.raise_for_status().content) for source in sources]


def _arrived(content: bytes) -> ArrivedMail:
    message = email.message_from_bytes(content, policy=email.policy.default)
    bodies = {subtype: message.get_body((subtype,)) for subtype in ("plain", "html")}
    return ArrivedMail(
        message_id=str(message["Message-ID"]),
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        kind=str(message["X-Tiendo-Kind"]),
        agency=str(message["X-Tiendo-Agency"]),
        period=str(message["X-Tiendo-Period"]),
        is_synthetic=message["X-Tiendo-Synthetic"] == "yes",
        text=bodies["plain"].get_content() if bodies["plain"] else "",
        html=bodies["html"].get_content() if bodies["html"] else "",
    )


def sent_twice(mails: list[ArrivedMail]) -> list[str]:
    """Return the Message-IDs of mails that arrived more than once."""
    return [message_id for message_id, times in Counter(mail.message_id for mail in mails).items() if times > 1]


class HesitantCatcher(MailCatcher):
    """A catcher that has stored the mail for a while before it says so, as a busy relay does."""

    def __init__(self, directory: Path, *, seconds: float) -> None:
        super().__init__(directory)
        self._seconds = seconds

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Store the mail, wait, and answer SMTP's code."""
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self._seconds)
        return answer


@asynccontextmanager
async def catcher(directory: Path, *, hesitates_seconds: float = 0.0) -> AsyncIterator[CatcherMailbox]:
    """Lend a built-in catcher with an empty mailbox."""
    TESTED_ON.note("mail", "built-in catcher")
    caught = HesitantCatcher(directory, seconds=hesitates_seconds)
    await caught.start()
    try:
        yield CatcherMailbox(caught.directory, smtp_url=caught.url)
    finally:
        await caught.stop()


@asynccontextmanager
async def maildev() -> AsyncIterator[MailDevMailbox]:
    """Lend a MailDev in a container with an empty mailbox."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  asks for the engine when imported
    from testcontainers.core.wait_strategies import HttpWaitStrategy  # noqa: PLC0415  the same

    TESTED_ON.note("mail", f"container {IMAGE}")
    container = ours(DockerContainer(IMAGE)).with_exposed_ports(1025, 1080)
    container = container.waiting_for(HttpWaitStrategy(1080, "/api/email").with_startup_timeout(60))
    await asyncio.to_thread(container.start)
    try:
        host = container.get_container_host_ip()
        yield MailDevMailbox(
            smtp_url=f"smtp://{host}:{container.get_exposed_port(1025)}",
            web_url=f"http://{host}:{container.get_exposed_port(1080)}",
        )
    finally:
        await asyncio.to_thread(container.stop)
