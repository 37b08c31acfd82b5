"""Replays as an operator gives them, on a database that a test prepared."""

import asyncio
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any, Final

from services.scoring.replay.cli import Wishes, replayed
from services.scoring.replay.model import Order
from shared.runtime.clock import SteppedClock
from tests.support import commands
from tests.support.scoring import AFTER_DUE, Scoring
from tests.support.scoring_examples import PLAN
from tests.support.waiting import until

_HELD_UP: Final = """
create function hold_up() returns trigger as $$ begin perform pg_sleep(600); return new; end $$ language plpgsql;
create trigger hold_up before update on replay for each row
    when (new.state = '{state}' and new.through > '{beyond}') execute function hold_up();
"""
_SLEEPING: Final = "from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
_LET_GO: Final = f"select pg_terminate_backend(pid, 10000) {_SLEEPING}"
_AS_BEFORE: Final = "drop trigger hold_up on replay; drop function hold_up"


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
        Order(PLAN, first, last or "", version, agencies),
        Wishes(is_announced=is_announced, is_asked=False, out=out, metrics=metrics),
        database=scoring.database,
        clock=SteppedClock(AFTER_DUE),
    )


async def rows(scoring: Scoring, question: str, *values: object) -> list[tuple[Any, ...]]:
    """Return what the database answers with."""
    async with scoring.database.transaction() as connection:
        return [tuple(row) for row in await connection.fetch(question, *values)]


async def typed(*arguments: str, url: str) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error of the command."""
    return await commands.typed("replay", *arguments, DATABASE_URL=url)


async def stopped(
    *arguments: str,
    url: str,
    scoring: Scoring,
    state: str,
    beyond: str,
    by: signal.Signals = signal.SIGKILL,
    is_cut_off: bool = False,
) -> tuple[int | None, str]:
    """Give the command and stop it while it keeps its first page that ends beyond an agency; return status and error.

    That page waits until the signal was sent, however slow the machine is. Cut off, the command finds the signal and
    the end of its connection at once.
    """
    await _execute(scoring, _HELD_UP.format(state=state, beyond=beyond))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.scoring", "replay", *arguments),
        env={"PATH": os.environ["PATH"], "DATABASE_URL": url},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        # A shell that runs the tests in the background lets them, and whatever they start, ignore an interruption.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )

    async def is_held_up() -> bool:
        assert process.returncode is None
        return bool(await rows(scoring, f"select pid {_SLEEPING}"))

    await until(is_held_up, "the replay has come half way")
    if is_cut_off:
        process.send_signal(signal.SIGSTOP)
    process.send_signal(by)
    if is_cut_off:
        await rows(scoring, _LET_GO)
        process.send_signal(signal.SIGCONT)
    _, complained = await process.communicate()
    await rows(scoring, _LET_GO)  # of a process that was killed the database does not hear before it wakes
    await _execute(scoring, _AS_BEFORE)
    return process.returncode, complained.decode()


async def _execute(scoring: Scoring, statements: str) -> None:
    async with scoring.database.transaction() as connection:
        await connection.execute(statements)
