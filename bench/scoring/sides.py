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
FASTSTREAM: Final = "faststream"
QUIX: Final = "quix"


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
async def ours(*, kafka: Part, database_url: str, prefix: str, number: int = 1) -> AsyncIterator[Server]:
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
    }
    command = (sys.executable, "-m", "services.scoring")
    async with running(
        f"scoring-{OURS}-{number}", command, environment=environment, port=int(environment["PORT"])
    ) as server:
        yield server


@asynccontextmanager
async def faststream(*, kafka: Part, database_url: str, prefix: str, reference: Path) -> AsyncIterator[Side]:
    """Lend FastStream with SQLModel on a database."""
    environment = {"DATABASE_URL": database_url}
    module = "bench.peers.faststream_sqlmodel"
    async with _peer(FASTSTREAM, module, environment, kafka=kafka, prefix=prefix, reference=reference) as side:
        yield side


@asynccontextmanager
async def quix(*, kafka: Part, prefix: str, reference: Path) -> AsyncIterator[Side]:
    """Lend Quix Streams with a state folder of its own."""
    state = FOLDER / f"{QUIX}-state"
    shutil.rmtree(state, ignore_errors=True)
    environment = {"PEER_STATE": str(state)}
    module = "bench.peers.quix_streams"
    async with _peer(QUIX, module, environment, kafka=kafka, prefix=prefix, reference=reference) as side:
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
