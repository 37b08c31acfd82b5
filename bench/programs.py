"""Programs under measurement: started as processes of their own, awaited until ready, and stopped."""

import asyncio
import os
import signal
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


@dataclass(frozen=True, kw_only=True)
class Program:
    """A process under measurement."""

    name: str
    process: int

    def pause(self) -> None:
        """Hold the process where it is: it gets no processor time until it is resumed."""
        os.kill(self.process, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a held process go on."""
        os.kill(self.process, signal.SIGCONT)

    def cpu_seconds(self) -> float | None:
        """Return the processor time this process has used; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime

    def peak_mib(self) -> float | None:
        """Return the most memory the process has held so far in MiB; None where the system does not tell."""
        try:
            lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)


@dataclass(frozen=True, kw_only=True)
class Server(Program):
    """A process under measurement that listens on a port."""

    port: int


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
    async with started(name, command, environment=environment) as process:
        await _until_ready(process, name=name, port=port, log=log_of(name))
        yield Server(name=name, process=process.pid, port=port)


@asynccontextmanager
async def started(
    name: str, command: Sequence[str], *, environment: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Lend a program that has just been started, and stop it afterwards."""
    log = log_of(name)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
            process.send_signal(signal.SIGCONT)  # one that is held would not hear it
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def log_of(name: str) -> Path:
    """Return where a program's words are written."""
    return FOLDER / f"{name}.log"


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
