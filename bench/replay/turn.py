"""One replay, as an operator types it: how fast it judged, and the most memory it took."""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from bench.parts import FOLDER, ROOT
from shared.runtime.errors import StartFailure

_KIB_IN_MIB: Final = 1024


class Turn(NamedTuple):
    """What a replay came to."""

    observations: int
    per_second: float  # observations, while it judged
    seconds: float  # the whole command, its start too
    peak_mib: float  # of the command's process, resident
    announced: int


async def replayed(plan: str, first: str, *arguments: str, url: str) -> Turn:
    """Give the command and return what it came to.

    Raises:
        StartFailure: it failed; the sentence names its log.
    """
    figures, log = FOLDER / "replay.prom", FOLDER / "replay.log"
    command = [sys.executable, "-m", "services.scoring", "replay", plan, "--from", first, "--metrics", str(figures)]
    status, peak_mib, seconds = await asyncio.to_thread(_run, [*command, *arguments], url, log)
    if status:
        raise StartFailure(f"the replay failed; see {log.relative_to(ROOT)}")
    found = {
        family.name.removeprefix("tiendo_replay_"): family.samples[0].value
        for family in text_string_to_metric_families(figures.read_text())
    }
    return Turn(
        observations=int(found["observations"]),
        per_second=found["observations_per_second"],
        seconds=seconds,
        peak_mib=peak_mib,
        announced=int(found["announced"]),
    )


def _run(command: list[str], url: str, log: Path) -> tuple[int, float, float]:
    """Return exit status, peak memory in MiB and wall-clock seconds of a program."""
    began_at = time.perf_counter()
    environment = {**os.environ, "DATABASE_URL": url}
    with log.open("wb") as output:
        process = os.posix_spawn(
            command[0],
            command,
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)],
        )
        _, status, used = os.wait4(process, 0)
    return os.waitstatus_to_exitcode(status), used.ru_maxrss / _KIB_IN_MIB, time.perf_counter() - began_at
