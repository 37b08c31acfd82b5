"""Replays few and many observations, unchanged and changed, each by the command as an operator types it."""

from statistics import median
from typing import Final

from rich.progress import Progress

from bench import machine, parts
from bench.databases import drop
from bench.ingest.submissions import OBSERVATIONS
from bench.records import Circumstances, Record, Row, less_is_better, more_is_better
from bench.replay.material import ask_for_more, fill
from bench.replay.turn import Turn, replayed
from migrations.run import upgrade
from shared.runtime.clock import system_now
from shared.runtime.database import Database
from shared.runtime.embedded.databases import ensure_database
from shared.runtime.errors import StartFailure

NAME: Final = "replay"
GOAL_PER_SECOND: Final = 20_000.0  # observations, by one process
GOAL_MIB: Final = 256.0
_PLAN: Final = "lam-dong-2014"
_FROM: Final = "2014-01"
_PROVINCES: Final = {"10k": 4, "100k": 33, "1M": 326}  # of 384 filings with 8 observations each
_CHANGED: Final = "100k"
_PACKAGES: Final = ("asyncpg", "orjson", "pydantic")
_RATE: Final = "observations/s"
_MIB: Final = "MiB"


async def run(progress: Progress, *, rounds: int, seconds: float) -> Record:
    """Return what replays came to, beside the goals; the largest runs once, and none is cut short after `seconds`.

    Raises:
        StartFailure: a replay failed, or judged other observations than there are.
    """
    del seconds
    task = progress.add_task("replay: starting", total=len(_PROVINCES) * 2 + 1)
    load_before = machine.busy_before()
    turns: dict[str, list[Turn]] = {}
    async with parts.postgres() as postgres:
        progress.console.print(f"replay runs on {postgres.what}")
        for size, provinces in _PROVINCES.items():
            progress.update(task, description=f"replay: {size} observations are filed")
            name = f"tiendo_bench_replay_{size.lower()}"
            await drop(postgres.where, name)
            url = await ensure_database(postgres.where, name)
            await upgrade("scoring", url)
            database = Database(url)
            await database.open()
            try:
                known = await fill(database, provinces=provinces)
                progress.advance(task)
                progress.update(task, description=f"replay: {size} observations")
                often = 1 if size == "1M" else rounds
                turns[size] = [await replayed(_PLAN, _FROM, url=url) for _ in range(often)]
                _demand_all(turns[size], rows=known)
                progress.advance(task)
                if size == _CHANGED:
                    progress.update(task, description=f"replay: {size} observations, all change")
                    await ask_for_more(database, provinces=provinces)
                    turns["shown"] = [await replayed(_PLAN, _FROM, "--plan-version", "2", url=url)]
                    turns["announced"] = [await replayed(_PLAN, _FROM, "--plan-version", "2", "--announce", url=url)]
                    progress.advance(task)
            finally:
                await database.close()
                await drop(postgres.where, name)
    circumstances = Circumstances(
        benchmark=NAME,
        measured_at=system_now(),
        facts={
            **machine.facts(_PACKAGES),
            "Database": postgres.what,
            "Load": ", ".join(f"{size}: {each[0].observations:,} observations" for size, each in turns.items()),
            "Rounds": f"{rounds} each, medians; the million once",
            "Load of the machine before": load_before,
        },
    )
    return Record(circumstances=circumstances, rows=_rows(turns))


def _rows(turns: dict[str, list[Turn]]) -> list[Row]:
    rates = {size: median(turn.per_second for turn in each) for size, each in turns.items()}
    peaks = {size: max(turn.peak_mib for turn in each) for size, each in turns.items()}
    announced = turns["announced"][0]
    return [
        *(
            more_is_better(
                f"replay {size} observations vs the goal", ours=rates[size], peer=GOAL_PER_SECOND, unit=_RATE
            )
            for size in _PROVINCES
        ),
        more_is_better("replay 1M beside 10k observations", ours=rates["1M"], peer=rates["10k"], unit=_RATE),
        *(
            less_is_better(f"peak memory, {size} observations vs the goal", ours=peaks[size], peer=GOAL_MIB, unit=_MIB)
            for size in _PROVINCES
        ),
        more_is_better(
            f"replay {_CHANGED} observations, all change, vs the goal",
            ours=rates["shown"],
            peer=GOAL_PER_SECOND,
            unit=_RATE,
        ),
        more_is_better(
            f"announce {_CHANGED} observations, all change, vs replaying them",
            ours=announced.observations / announced.seconds,
            peer=rates["shown"],
            unit=_RATE,
        ),
    ]


def _demand_all(turns: list[Turn], *, rows: int) -> None:
    expected = rows * OBSERVATIONS
    if any(turn.observations != expected for turn in turns):
        raise StartFailure(f"replays judged {[turn.observations for turn in turns]} observations of {expected}")
