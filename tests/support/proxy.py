"""A TCP proxy that can be cut or stopped, so that a test takes the network away without touching who is behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit

from shared.runtime.embedded.broker import free_port


class Proxy:
    """Passes bytes from its port to `target_port` of loopback, or to a Unix socket, until it is cut or stopped."""

    def __init__(self, *, port: int = 0) -> None:
        self.port = port or free_port()
        self.target_port = 0
        self.target_socket: str | None = None
        self._flows = asyncio.Event()
        self._flows.set()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def restore(self) -> None:
        """Take connections (again)."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)

    async def cut(self) -> None:
        """Refuse new connections and reset those there are."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    def stand_before(self, database_url: str) -> str:
        """Take the server of a database as the target, and return the database's URL that leads through here."""
        parts = urlsplit(database_url)
        if folder := parse_qs(parts.query).get("host"):
            self.target_socket = f"{folder[0]}/.s.PGSQL.5432"
        self.target_port = parts.port or 5432
        user = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{user}@127.0.0.1:{self.port}", query="").geturl()

    def stop(self) -> None:
        """Pass nothing on, and keep every connection open, as a server that hangs does."""
        self._flows.clear()

    def go_on(self) -> None:
        """Pass on what came meanwhile, and all that comes."""
        self._flows.set()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind, to_behind = await self._target()
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, to_behind}
        try:
            await asyncio.gather(self._pump(reader, to_behind), self._pump(behind, writer))
        finally:
            for each in (writer, to_behind):
                self._open.discard(each)
                each.transport.abort()

    async def _target(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.target_socket:
            return await asyncio.open_unix_connection(self.target_socket)
        return await asyncio.open_connection("127.0.0.1", self.target_port)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while passed := await source.read(65536):
                await self._flows.wait()
                sink.write(passed)
                await sink.drain()
        sink.transport.abort()


@asynccontextmanager
async def proxy() -> AsyncIterator[Proxy]:
    """Lend a proxy on a free port; tell it its `target_port`, then `restore` it."""
    lent = Proxy()
    try:
        yield lent
    finally:
        lent.go_on()
        await lent.cut()
