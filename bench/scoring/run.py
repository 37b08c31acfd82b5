"""Runs all of it: live scoring beside the peers, two processes, latency, and the rules alone."""

import math
import sys
from typing import Final

from rich.progress import Progress

from bench import machine, parts
from bench.ingest.submissions import OBSERVATIONS
from bench.programs import run_to_end
from bench.records import Circumstances, Record
from bench.scoring import live, pair
from bench.scoring.found import Found, RulesAlone
from bench.scoring.latency import PER_SECOND, latencies
from bench.scoring.live import PROVINCES
from bench.scoring.table import busy, counted, rows
from shared.runtime.clock import system_now

NAME: Final = "scoring"
_PACKAGES: Final = (
    "faststream",
    "aiokafka",
    "asyncpg",
    "pydantic",
    "sqlmodel",
    "quixstreams",
    "confluent-kafka",
    "pandas",
)
_RULES: Final = "bench.scoring.rules_alone"  # named, not imported: only `make bench` installs pandas
_TURNS: Final = 6  # of a round
_ROUNDS_SHARE: Final = 0.5  # of those of other benchmarks: here a round takes six turns, and three of pairs
_LATENCY_SHARE: Final = 2.0  # of the seconds that other benchmarks measure in a turn
_RULES_SHARE: Final = 0.5


async def run(progress: Progress, *, rounds: int, seconds: float) -> Record:
    """Return what judging came to, ours beside the peers'.

    Raises:
        StartFailure: a part cannot start, or a submission has no progress event.
    """
    rounds = math.ceil(rounds * _ROUNDS_SHARE)
    task = progress.add_task("scoring: starting everything", total=9 * rounds + _TURNS + 3)
    told = live.teller(progress, task)
    load_before = machine.busy_before()
    found = Found()
    sent = math.ceil(seconds * _LATENCY_SHARE * PER_SECOND)
    async with (
        parts.kafka() as kafka,
        parts.postgres() as postgres,
        live.scene(kafka=kafka, postgres=postgres, rounds=rounds, besides=sent) as scene,
    ):
        progress.console.print(f"scoring runs on {kafka.what} and {postgres.what}")
        progress.advance(task)
        progress.update(task, description="scoring: a round that is not counted")
        await live.one_round(scene, Found(), told=told)
        for number in range(1, rounds + 1):
            progress.update(task, description=f"scoring: round {number} of {rounds}")
            await live.one_round(scene, found, told=told)
        progress.update(task, description=f"scoring: {PER_SECOND} submissions a second")
        found.latencies_ms = await latencies(scene.ours, scene.filed(sent), traffic=scene.traffic)
        progress.advance(task)
        progress.update(task, description="scoring: two processes")
        await pair.turns(scene, found, rounds=rounds, told=told)
    progress.update(task, description="scoring: the rules alone")
    printed = await run_to_end(sys.executable, "-m", _RULES, str(seconds * _RULES_SHARE))
    found.rules = RulesAlone.model_validate_json(printed)
    progress.advance(task)
    circumstances = Circumstances(
        benchmark=NAME,
        measured_at=system_now(),
        facts={
            **machine.facts(_PACKAGES),
            "Broker": kafka.what,
            "Database": postgres.what,
            "Load": f"{found.ours[0].judged:,} submissions of {OBSERVATIONS} observations a turn: a year of {PROVINCES}"
            f" provinces; {found.faststream[0].judged:,} for FastStream with SQLModel",
            "Rounds": f"{rounds} each in turn after one that is not counted, in which Kafka's machine compiles what it"
            " runs most; medians; two processes afterwards",
            "Cores busy": busy(found),
            "Load of the machine before": load_before,
            "Nothing lost": counted(found),
        },
    )
    return Record(circumstances=circumstances, rows=rows(found))
