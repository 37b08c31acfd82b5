"""Services as processes of their own, as in production, that a test may kill and start again."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx

from tests.support.programs import Program
from tests.support.waiting import PATIENCE_SECONDS, until

_END_SECONDS: Final = 40.0
_KEPT: Final = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")


class ServiceProcess:
    """`python -m services.<name>` on a port of loopback; without a name, the three in one process."""

    def __init__(self, name: str, *, port: int, environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.base_url = f"http://127.0.0.1:{port}"
        self.starts = 0
        self._environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "LOG_LEVEL": "WARNING",
            **environment,
        }
        self._log = log
        self._process: Program | None = None

    async def start(self) -> None:
        """Start the process and wait until it serves."""
        self.launch()
        await until(self._is_live, f"{self.name} serves; its log is {self._log}")

    def launch(self) -> None:
        """Start the process."""
        module = f"services.{self.name}" if self.name else "services"
        self._process = Program(module, environment=self._environment, out=self._log)
        self.starts += 1

    async def kill(self) -> None:
        """Kill the process at once, as a machine that fails does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask the process to end and wait until it has; nothing where it does not run."""
        await self._end(signal.SIGTERM)

    async def ended(self, *, within_seconds: float = PATIENCE_SECONDS) -> tuple[int, list[str]]:
        """Wait until the process ends by itself, and return its exit status and the lines that it wrote."""
        assert self._process is not None
        process, self._process = self._process, None
        status = await process.ended(within_seconds=within_seconds)
        return status, self._log.read_text().splitlines()

    def signal(self, number: int) -> None:
        """Send the process a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def _end(self, number: int) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            await process.ended(within_seconds=_END_SECONDS)

    async def _is_live(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"{self.name} ended: {self._log.read_text()[-2000:]}"
        try:
            async with httpx.AsyncClient(base_url=self.base_url, timeout=5) as client:
                return (await client.get("/health/live")).is_success
        except httpx.TransportError:
            return False
