"""A TCP proxy that can be cut, so that a test can take the network away without touching who is behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from shared.runtime.embedded.broker import free_port


class Proxy:
    """Passes bytes from its port to `target_port` of loopback until it is cut."""

    def __init__(self, *, port: int = 0) -> None:
        self.port = port or free_port()
        self.target_port = 0
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

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            behind, to_behind = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, to_behind}
        try:
            await asyncio.gather(_pump(reader, to_behind), _pump(behind, writer))
        finally:
            for each in (writer, to_behind):
                self._open.discard(each)
                each.transport.abort()


@asynccontextmanager
async def proxy() -> AsyncIterator[Proxy]:
    """Lend a proxy on a free port; tell it its `target_port`, then `restore` it."""
    lent = Proxy()
    try:
        yield lent
    finally:
        await lent.cut()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError, asyncio.IncompleteReadError):
        while passed := await source.read(65536):
            sink.write(passed)
            await sink.drain()
    sink.transport.abort()
