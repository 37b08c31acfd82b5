"""The whole system in one process: three services on one port, on embedded parts where no real one is given."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from migrations.run import SERVICES, upgrade
from services.embedded_settings import EmbeddedSettings
from services.ingest import republishing as ingest_republishing
from services.ingest import settings as ingest_settings
from services.ingest import wiring as ingest
from services.notify import settings as notify_settings
from services.notify import wiring as notify
from services.scoring import republishing as scoring_republishing
from services.scoring import settings as scoring_settings
from services.scoring import wiring as scoring
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.embedded.databases import ensure_database, name_of_database, url_of_database
from shared.runtime.embedded.mail_page import mail_router
from shared.runtime.embedded.parts import Parts, started_parts
from shared.runtime.http.docs_page import About
from shared.runtime.kafka.topics import create_topics
from shared.runtime.process.clock_anchor import clock_for
from shared.runtime.process.health import Front
from shared.runtime.process.program import check_secrets
from shared.runtime.process.server import application, listening_socket, web_server
from shared.runtime.process.service import Service
from shared.runtime.settings import read_settings

_CAUGHT: Final = About("thư đã gửi; không thư nào ra bên ngoài", "the mails that were caught, none of them delivered")
_HOST: Final = "127.0.0.1"
_READY_SECONDS: Final = 60.0


@dataclass(frozen=True)
class EmbeddedSystem:
    """A running system and where everything of it is."""

    base_url: str
    mail_dir: Path | None  # the catcher's Maildir; None where SMTP_URL names a real server
    databases: dict[str, str]  # URL by service
    bootstrap: str
    topic_prefix: str
    services: Sequence[Service]
    clock: Clock
    key_pepper: str
    parts: Parts

    async def until_ready(self) -> None:
        """Wait until every service is ready to work; a group's first join takes the embedded broker five seconds.

        Raises:
            TimeoutError: something is still missing after a minute.
        """
        async with asyncio.timeout(_READY_SECONDS):
            while any(service.faults() for service in self.services):  # noqa: ASYNC110  nobody tells, one asks
                await asyncio.sleep(0.1)

    def database(self, service: str) -> Database:
        """Return the open database of a service."""
        return next(each.database for each in self.services if each.name == service)


@asynccontextmanager
async def embedded_system(settings: EmbeddedSettings, *, clock: Clock | None = None) -> AsyncIterator[EmbeddedSystem]:
    """Run the whole system until the block ends; the HTTP side serves when it begins.

    Raises:
        StartFailure: the port is in use or a part cannot start; one sentence says which and what to do.
    """
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(listening_socket(_HOST, settings.port))
        front = Front(SERVICES)
        server = web_server(front)
        stack.push_async_callback(server.stop)
        await server.start(listener)
        parts = await stack.enter_async_context(
            started_parts(
                settings.tiendo_var,
                bootstrap_servers=settings.kafka_bootstrap_servers,
                database_url=settings.database_url,
                smtp_url=settings.smtp_url,
                is_durable=settings.is_durable,
            )
        )
        if not parts.is_server_embedded:
            await _answers(parts.server_url, tell=front.wait_for)
        front.wait_for(f"topics at {parts.bootstrap_servers}")
        urls, _ = await asyncio.gather(
            _migrated_databases(parts), create_topics(parts.bootstrap_servers, prefix=settings.kafka_topic_prefix)
        )
        databases = {service: Database(url) for service, url in urls.items()}
        for database in databases.values():
            stack.push_async_callback(database.close)
            await database.open()
        clock = clock or await _clock(settings, databases=databases)
        base_url = f"http://{_HOST}:{listener.getsockname()[1]}"
        pepper = settings.key_pepper or _kept_pepper(settings.tiendo_var)
        services = _services(settings, parts=parts, databases=databases, clock=clock, base_url=base_url, pepper=pepper)
        if parts.is_broker_embedded:
            await ingest_republishing.republish(database=databases["ingest"])
            await scoring_republishing.republish(databases["scoring"])
        pages = [mail_router(parts.mail_directory, clock=clock)] if parts.mail_directory else []
        links = {"/mail": _CAUGHT} if pages else {}
        stack.push_async_callback(_stopped, services)
        await asyncio.gather(*(service.start() for service in services))
        stack.push_async_callback(server.stop)  # before the services: who is being asked is answered
        front.open(application(services, extra=pages, links=links, allowed_hosts=settings.allowed_hosts))
        yield EmbeddedSystem(
            base_url=base_url,
            mail_dir=parts.mail_directory,
            databases=urls,
            bootstrap=parts.bootstrap_servers,
            topic_prefix=settings.kafka_topic_prefix,
            services=services,
            clock=clock,
            key_pepper=pepper,
            parts=parts,
        )


async def _clock(settings: EmbeddedSettings, *, databases: dict[str, Database]) -> Clock:
    """Return ingest's clock; a rehearsal is noted in every database, for its commands say that it is one."""
    clocks = {service: await clock_for(settings.clock_start, database=each) for service, each in databases.items()}
    return clocks["ingest"]


async def _stopped(services: Sequence[Service]) -> None:
    await asyncio.gather(*(service.stop() for service in services))


async def _answers(server_url: str, *, tell: Callable[[str], None]) -> None:
    """Wait until the server of the databases answers."""
    server = Database(url_of_database(server_url, "postgres"), pool_size=1)
    await server.open(tell=tell)
    await server.close()


async def _migrated_databases(parts: Parts) -> dict[str, str]:
    name = name_of_database(parts.server_url)
    prefix = "tiendo" if parts.is_server_embedded or not name else name
    urls = {}
    for service in SERVICES:
        urls[service] = await ensure_database(parts.server_url, f"{prefix}_{service}")
        await upgrade(service, urls[service])
    return urls


def _services(
    settings: EmbeddedSettings,
    *,
    parts: Parts,
    databases: dict[str, Database],
    clock: Clock,
    base_url: str,
    pepper: str,
) -> list[Service]:
    def given(service: str, **more: Any) -> dict[str, Any]:
        return {
            "database_url": databases[service].url,
            "kafka_bootstrap_servers": parts.bootstrap_servers,
            "kafka_topic_prefix": settings.kafka_topic_prefix,
            "key_pepper": pepper,
            "host": _HOST,
            "port": settings.port,
            **more,
        }

    of_ingest = read_settings(ingest_settings.Settings, **given("ingest"))
    of_scoring = read_settings(scoring_settings.Settings, **given("scoring"))
    of_notify = read_settings(notify_settings.Settings, **given("notify", **_mail(parts), public_url=base_url))
    check_secrets(of_ingest, clock=clock)  # pepper and password are those of all three
    return [
        ingest.build(settings=of_ingest, clock=clock, database=databases["ingest"]),
        scoring.build(settings=of_scoring, clock=clock, database=databases["scoring"]),
        notify.build(settings=of_notify, clock=clock, database=databases["notify"]),
    ]


def _mail(parts: Parts) -> dict[str, str]:
    # Where mail goes to a real server, SENT_MAIL_URL says whom to ask; notify reads it by itself.
    asked = {"sent_mail_url": f"maildir:{parts.mail_directory}"} if parts.mail_directory else {}
    return {"smtp_url": parts.smtp_url, **asked}


def _kept_pepper(directory: Path) -> str:
    kept = directory / "key-pepper"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(32))
    return kept.read_text().strip()
