"""Programs under measurement: started as processes of their own, awaited until ready, and stopped."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from bench.parts import FOLDER, ROOT
from shared.runtime.errors import StartFailure

_READY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Server:
    """A server under measurement."""

    name: str
    port: int
    process: int

    def cpu_seconds(self) -> float | None:
        """Return the processor time this process has used; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime


async def run_to_end(*command: str, environment: Mapping[str, str] | None = None) -> str:
    """Return what a program of ours printed.

    Raises:
        StartFailure: it failed; the sentence quotes its last words.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    if process.returncode:
        words = (complained or said).decode(errors="replace").strip().splitlines()
        raise StartFailure(f"{' '.join(command[1:4])} failed: {words[-1] if words else 'it says nothing'}")
    return said.decode()


@asynccontextmanager
async def running(
    name: str, command: Sequence[str], *, environment: Mapping[str, str], port: int
) -> AsyncIterator[Server]:
    """Lend a server that answers `/health/ready`, and stop it afterwards.

    Raises:
        StartFailure: it ends, or is not ready within a minute; the sentence names its log.
    """
    log = FOLDER / f"{name}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        await _until_ready(process, name=name, port=port, log=log)
        yield Server(name=name, port=port, process=process.pid)
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _until_ready(process: asyncio.subprocess.Process, *, name: str, port: int, log: Path) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
        with suppress(TimeoutError):
            async with asyncio.timeout(_READY_SECONDS):
                while process.returncode is None:
                    with suppress(httpx.TransportError):
                        if (await client.get("/health/ready")).is_success:
                            return
                    await asyncio.sleep(0.1)  # a starting process gives no other sign
    raise StartFailure(f"{name} is not ready; see {log}")
