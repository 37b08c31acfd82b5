"""Notify on a real PostgreSQL with a mailbox and a relay that can be made to fail, for its integration tests."""

import asyncio
import email
import email.policy
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from services.notify.contacts.files import read_contacts
from services.notify.contacts.handlers import Loaded, load_contacts
from services.notify.digests.schedule import Schedule
from services.notify.mail.sender import MailSender
from services.notify.notices.handlers import Event, handle_events
from services.notify.notices.store import release_held
from services.notify.settings import Settings
from services.notify.wiring import mail_sender
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.embedded.mail_catcher import MailCatcher
from tests.unit.services.notify.factories import LEAD, NAMES, agency_registered, at, plan_published


class FaultyRelay:
    """A relay on a raw socket that does what a test wants of it; what it stores lies in the province's Maildir."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._server: asyncio.Server | None = None
        self.answers = {"MAIL": "250 ok", "RCPT": "250 ok", "END": "250 stored"}
        self.is_storing = True
        self.loses: int = 0  # how many more times it hangs up instead of answering a mail's end
        self.hangs: int = 0  # how many more times it never answers a mail's end
        self.connections = 0
        self.offered = 0
        self._open: list[asyncio.StreamWriter] = []

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"smtp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def hang_up(self) -> None:
        """Close every connection, as a relay does with idle ones."""
        for writer in self._open:
            writer.close()
        await asyncio.sleep(0.01)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.append(writer)
        try:
            writer.write(b"220 faulty\r\n")
            while line := await reader.readline():
                verb = line[:4].upper().decode()
                if verb == "DATA":
                    writer.write(b"354 go on\r\n")
                    if not await self._mail(reader, writer):
                        return
                elif verb == "QUIT":
                    return
                else:
                    writer.write(f"{self.answers.get(verb, '250 ok')}\r\n".encode())
        finally:
            writer.close()

    async def _mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        content = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
        self.offered += 1
        if self.is_storing and self.answers["END"].startswith("250"):
            (self._store / "new" / f"{self.offered:09d}.faulty").write_bytes(content)
        if self.hangs:
            self.hangs -= 1
            await asyncio.sleep(3)
            return False
        if self.loses:
            self.loses -= 1
            return False
        writer.write(f"{self.answers['END']}\r\n".encode())
        return True


class Province:
    """Notify on a database of its own, with a mailbox, at a moment that only moves when told."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.clock = SteppedClock(at("2014-04-08 09:00"))
        self.catcher = MailCatcher(folder / "mail")
        self.settling = timedelta()

    async def hears(self, *events: Event) -> None:
        async with self.database.transaction() as connection:
            await handle_events(events, connection=connection, settling=self.settling, now=self.clock.now())

    async def knows_the_plan(self) -> None:
        await self.hears(*map(agency_registered, NAMES), plan_published())

    async def knows_contacts(self, *rows: str, has_phone: bool = False) -> Loaded:
        file = self.folder / "contacts.csv"
        header = f"agency,role,name,email,language{',phone' if has_phone else ''}"
        file.write_text("\n".join([header, *rows]), encoding="utf-8")
        return await load_contacts(read_contacts(file), source="lam-dong-2014", database=self.database)

    def sender(self, url: str, **given: Any) -> MailSender:
        settings = Settings(
            key_pepper="a pepper only for tests",
            database_url=self.database.url,
            kafka_bootstrap_servers="unused:9092",
            smtp_url=url,
            **{
                "sent_mail_url": f"maildir:{self.catcher.directory}",
                "retry_first_seconds": 0.05,
                "reconcile_seconds": 0.001,
                "smtp_timeout_seconds": 2,
                "smtp_data_timeout_seconds": 1,
                **given,
            },
        )
        return mail_sender(settings=settings, clock=self.clock, database=self.database)

    async def sends(self, url: str | None = None, **given: Any) -> None:
        """Send until nothing more is due."""
        sender = self.sender(url or self.catcher.url, **given)
        try:
            await drain(sender)
        finally:
            await sender.close()

    def schedule(self) -> Schedule:
        return Schedule(self.database, clock=self.clock, settling=self.settling, on_queued=lambda: None)

    async def reconciles(self, **given: Any) -> None:
        """Ask about what was lost, once."""
        await self.sender("smtp://127.0.0.1:9", **given).reconciler.reconcile(now=self.clock.now())

    async def releases_held(self) -> int:
        async with self.database.session() as session:
            return await release_held(session)

    async def states(self) -> Counter[tuple[str, str, str | None]]:
        async with self.database.transaction() as connection:
            rows = await connection.fetch("select kind, state, reason from notice")
        return Counter((row["kind"], row["state"], row["reason"]) for row in rows)

    def mails(self) -> list[EmailMessage]:
        files = sorted((self.catcher.directory / "new").iterdir(), key=lambda file: file.name)
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


async def drain(sender: MailSender) -> None:
    while await sender.send_due():
        pass


OFFICERS = tuple(f"{agency},officer,Cán bộ đầu mối – {NAMES[agency]},can-bo@{agency}.example,vi" for agency in NAMES)
DIGESTS = (f"{LEAD},digest,Tổ tổng hợp,tong-hop@stttt.example,vi", f"{LEAD},digest,Digest desk,digest@stttt.example,en")


@asynccontextmanager
async def a_province(make_database: Callable[[str], Awaitable[str]], folder: Path) -> AsyncIterator[Province]:
    """Lend a province with a contact in each agency."""
    database = Database(await make_database("notify"))
    await database.open()
    given = Province(database, folder)
    await given.catcher.start()
    await given.knows_contacts(*OFFICERS, *DIGESTS)
    try:
        yield given
    finally:
        await given.catcher.stop()
        await database.close()


@asynccontextmanager
async def a_faulty_relay(province: Province) -> AsyncIterator[FaultyRelay]:
    """Lend a relay that stores where the province's mails end."""
    given = FaultyRelay(province.catcher.directory)
    await given.start()
    try:
        yield given
    finally:
        await given.stop()
