"""Replays as an operator gives them, on a database that a test prepared."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from services.scoring.replay_command import Wishes, replayed
from services.scoring.replay_orders import Asked
from shared.runtime.clock import SteppedClock
from tests.support.scoring import AFTER_DUE, Scoring
from tests.support.scoring_examples import PLAN
from tests.support.waiting import until

_SLOWED: Final = """
create function slowly() returns trigger as $$ begin perform pg_sleep(0.15); return new; end $$ language plpgsql;
create trigger slowly before update on replay for each row execute function slowly();
"""


async def replay(
    scoring: Scoring,
    *,
    first: str = "2014-01",
    last: str | None = None,
    version: int | None = None,
    agencies: tuple[str, ...] = (),
    is_announced: bool = False,
    out: Path | None = None,
    metrics: Path | None = None,
) -> None:
    """Replay the plan."""
    await replayed(
        Asked(PLAN, first, last, version, agencies),
        Wishes(is_announced=is_announced, is_asked=False, out=out, metrics=metrics),
        database=scoring.database,
        clock=SteppedClock(AFTER_DUE),
    )


async def rows(scoring: Scoring, question: str, *values: object) -> list[tuple[Any, ...]]:
    """Return what the database answers with."""
    async with scoring.database.transaction() as connection:
        return [tuple(row) for row in await connection.fetch(question, *values)]


async def slow_down(scoring: Scoring) -> None:
    """Have every page of a replay take long enough to be stopped in."""
    async with scoring.database.transaction() as connection:
        await connection.execute(_SLOWED)


async def typed(*arguments: str, url: str) -> tuple[int | None, str, str]:
    """Return exit status, standard output and standard error of the command."""
    process = await _started(arguments, url=url)
    said, complained = await process.communicate()
    return process.returncode, said.decode(), complained.decode()


async def stopped(
    *arguments: str, url: str, scoring: Scoring, when: Callable[[str, str], bool], by: signal.Signals = signal.SIGKILL
) -> int | None:
    """Give the command and stop it once `when` holds of the replay's state and the agency it has come to."""
    process = await _started(arguments, url=url)

    async def is_reached() -> bool:
        assert process.returncode is None
        return any(when(*row) for row in await rows(scoring, "select state, through from replay"))

    await until(is_reached, "the replay has come half way")
    process.send_signal(by)
    await process.communicate()
    return process.returncode


async def _started(arguments: tuple[str, ...], *, url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.scoring",
        "replay",
        *arguments,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
