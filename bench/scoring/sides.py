"""The programs that score: ours as it runs in production, and the two peers, each a process of its own."""

import shutil
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from bench.databases import drop
from bench.parts import FOLDER, Part
from bench.programs import Program, Server, running, started
from bench.scoring.material import REHEARSED_FROM
from migrations.run import upgrade
from shared.events.topics import PROGRESS, SUBMISSIONS
from shared.runtime.embedded.broker import free_port
from shared.runtime.embedded.databases import ensure_database

OURS: Final = "ours"
PLAIN: Final = "plain"
"""Ours without the compiled rules."""

FASTSTREAM: Final = "faststream"
QUIX: Final = "quix"
QUIX_COMPILED: Final = "quix-compiled"
"""Quix Streams with our compiled rules."""


@dataclass(frozen=True)
class Side:
    """A program that scores, in so many processes, and the topics it reads and writes."""

    name: str
    programs: Sequence[Program]
    prefix: str

    @property
    def submissions(self) -> str:
        """Return the name of the topic it reads."""
        return self.prefix + SUBMISSIONS.name

    @property
    def progress(self) -> str:
        """Return the name of the topic it writes."""
        return self.prefix + PROGRESS.name

    def pause(self) -> None:
        """Hold all its processes."""
        for program in self.programs:
            program.pause()

    def resume(self) -> None:
        """Let all its processes go on."""
        for program in self.programs:
            program.resume()

    def cpu_seconds(self) -> float | None:
        """Return the processor time its processes have used; None where the system does not tell."""
        spent = [program.cpu_seconds() for program in self.programs]
        return None if None in spent else sum(each or 0.0 for each in spent)

    def peak_mib(self) -> float | None:
        """Return the most memory in MiB that its processes have held so far; None where the system does not tell."""
        peaks = [program.peak_mib() for program in self.programs]
        return None if None in peaks else sum(each or 0.0 for each in peaks)


@asynccontextmanager
async def database(postgres: Part, side: str) -> AsyncIterator[str]:
    """Lend the URL of an empty database and remove it afterwards."""
    name = f"bench_{side}_{uuid4().hex[:8]}"
    url = await ensure_database(postgres.where, name)
    try:
        yield url
    finally:
        await drop(postgres.where, name)


@asynccontextmanager
async def ours(
    *, kafka: Part, database_url: str, prefix: str, number: int = 1, is_compiled: bool = True
) -> AsyncIterator[Server]:
    """Lend a process of ours on a database, which is brought to the newest schema; `number` tells them apart."""
    await upgrade("scoring", database_url)
    environment = {
        "DATABASE_URL": database_url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka.where,
        "KAFKA_TOPIC_PREFIX": prefix,
        "KEY_PEPPER": "a pepper for the benchmark",
        "CLOCK_START": REHEARSED_FROM,
        "LOG_LEVEL": "WARNING",
        "PORT": str(free_port()),
        "COMPILED_RULES": "yes" if is_compiled else "no",
    }
    command = (sys.executable, "-m", "services.scoring")
    name = f"scoring-{OURS if is_compiled else PLAIN}-{number}"
    async with running(name, command, environment=environment, port=int(environment["PORT"])) as server:
        yield server


@asynccontextmanager
async def faststream(*, kafka: Part, database_url: str, prefix: str, reference: Path) -> AsyncIterator[Side]:
    """Lend FastStream with SQLModel on a database."""
    environment = {"DATABASE_URL": database_url}
    module = "bench.peers.faststream_sqlmodel"
    async with _peer(FASTSTREAM, module, environment, kafka=kafka, prefix=prefix, reference=reference) as side:
        yield side


@asynccontextmanager
async def quix(*, kafka: Part, prefix: str, reference: Path, is_compiled: bool = False) -> AsyncIterator[Side]:
    """Lend Quix Streams with a state folder of its own, judging by our rules in Python or by the compiled ones."""
    name, module = (QUIX_COMPILED, "bench.peers.quix_compiled") if is_compiled else (QUIX, "bench.peers.quix_streams")
    state = FOLDER / f"{name}-state"
    shutil.rmtree(state, ignore_errors=True)
    environment = {"PEER_STATE": str(state)}
    async with _peer(name, module, environment, kafka=kafka, prefix=prefix, reference=reference) as side:
        yield side
    shutil.rmtree(state, ignore_errors=True)


@asynccontextmanager
async def _peer(
    name: str, module: str, environment: Mapping[str, str], *, kafka: Part, prefix: str, reference: Path
) -> AsyncIterator[Side]:
    told = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.where,
        "KAFKA_TOPIC_PREFIX": prefix,
        "PEER_REFERENCE": str(reference),
        **environment,
    }
    async with started(f"scoring-{name}", (sys.executable, "-m", module), environment=told) as process:
        yield Side(name=name, programs=[Program(name=name, process=process.pid)], prefix=prefix)
