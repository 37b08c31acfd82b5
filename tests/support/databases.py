"""The PostgreSQL that tests run against, and a fresh migrated database per call."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import asyncpg

from migrations.run import SERVICES, upgrade
from shared.runtime.embedded.databases import ensure_database, url_of_database
from shared.runtime.embedded.postgres import EmbeddedPostgres
from tests.support.containers import no_container, ours
from tests.support.requirements import TESTED_ON

IMAGE: Final = "postgres:18-bookworm"


@asynccontextmanager
async def server(directory: Path) -> AsyncIterator[str]:
    """Lend a server, the most real one at hand, and yield its URL."""
    if given := os.environ.get("DATABASE_URL"):
        TESTED_ON.note("database", "external PostgreSQL")
        yield given
    elif no_container(IMAGE) is None:
        TESTED_ON.note("database", f"container {IMAGE}")
        async with _in_container() as url:
            yield url
    else:
        TESTED_ON.note("database", "embedded PostgreSQL 18")
        embedded = EmbeddedPostgres(directory, is_durable=False)
        await embedded.start()
        try:
            yield embedded.url
        finally:
            await embedded.stop()


@asynccontextmanager
async def _in_container() -> AsyncIterator[str]:
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415  asks for the engine when imported

    # Tests kill processes, never the machine: what the server told them is safe in memory.
    container = ours(PostgresContainer(IMAGE, driver=None)).with_tmpfs_mount("/var/lib/postgresql")
    container = container.with_command("postgres -c fsync=off -c full_page_writes=off -c max_connections=300")
    await asyncio.to_thread(container.start)
    try:
        yield container.get_connection_url()
    finally:
        await asyncio.to_thread(container.stop)


class DatabaseMaker:
    """Makes databases on one server: each service is migrated once, and every further database is a copy of that."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self._run = uuid4().hex[:8]
        self._templates: dict[str, str] = {}
        self._made: list[str] = []
        self._making = asyncio.Lock()

    async def __call__(self, service: str) -> str:
        """Return the URL of a fresh database of `service`, migrated to the newest schema."""
        async with self._making:  # a template in use, if only to be copied, cannot be copied
            template = self._templates.get(service)
            if template is None:
                template = f"tiendo_{self._run}_template_{service}"
                self._made.append(template)
                await upgrade(service, await ensure_database(self.server_url, template))
                self._templates[service] = template
            name = f"tiendo_{self._run}_{len(self._made)}_{service}"
            self._made.append(name)
            return await ensure_database(self.server_url, name, template=template)

    def new_server_url(self) -> str:
        """Return the server's URL with a name of its own, for a system that makes its databases by itself."""
        name = f"tiendo_{self._run}_{len(self._made)}"
        self._made += [f"{name}_{service}" for service in SERVICES]
        return url_of_database(self.server_url, name)

    async def drop_all(self) -> None:
        """Remove every database this made."""
        connection = await asyncpg.connect(url_of_database(self.server_url, "postgres"))
        try:
            for name in self._made:
                await connection.execute(f'drop database if exists "{name}" with (force)')
        finally:
            await connection.close()
