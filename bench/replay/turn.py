"""One replay, as an operator types it: how fast it judged, and the most memory it took."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from bench.parts import FOLDER, ROOT
from bench.programs import Program
from shared.runtime.errors import StartFailure

_LOOK_SECONDS: Final = 0.05


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
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        # Looked at while it runs: what the system says at the end begins with the memory of whoever started it.
        program, peak_mib = Program(name="replay", process=process.pid), 0.0
        while process.poll() is None:
            peak_mib = max(peak_mib, program.peak_mib() or 0.0)
            time.sleep(_LOOK_SECONDS)
    return process.returncode, peak_mib, time.perf_counter() - began_at
