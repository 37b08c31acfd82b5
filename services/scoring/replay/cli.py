"""`python -m services.scoring replay`: judge again, show what changes, and announce it when told to."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Final, NamedTuple

import typer
from rich.console import Console

from services.scoring.replay.console import Figures, show, telling
from services.scoring.replay.differences import Differences, demand_known_kind, differences, write_out
from services.scoring.replay.model import Order, State
from services.scoring.replay.orders import Ordered, discard, ordered
from services.scoring.replay.runner import Replaying, alone, stop_where_asked
from shared.runtime import logging
from shared.runtime.clock import Clock
from shared.runtime.database import COMMAND_SECONDS, TRANSIENT, Database
from shared.runtime.errors import StartFailure, one_clear_line
from shared.runtime.process.clock_anchor import clock_as_anchored
from shared.runtime.settings import DatabaseSettings, read_settings

_STOPPED: Final = 130
_WIDTH: Final = 120  # of tables that nobody looks at while they are printed


class Wishes(NamedTuple):
    """What is to be done besides judging again."""

    is_announced: bool
    is_asked: bool  # whether somebody sits there who can be asked
    out: Path | None
    metrics: Path | None


def replay(
    plan: Annotated[str, typer.Argument(help="The plan's id.")],
    *,
    first: Annotated[str | None, typer.Option("--from", help="The first period that is judged again.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last one; the plan's last where not given.")] = None,
    plan_version: Annotated[
        int | None, typer.Option(min=1, help="Judge by this version at least; else each by the one it was judged by.")
    ] = None,
    agency: Annotated[list[str] | None, typer.Option(help="Only this agency; may be given again.")] = None,
    is_announced: Annotated[bool, typer.Option("--announce", help="Announce what changes, without asking.")] = False,
    is_discarded: Annotated[
        bool, typer.Option("--discard", help="Forget the plan's replay that is not announced.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the difference here too: .json counts, .csv all.")] = None,
    metrics: Annotated[
        Path | None, typer.Option(help="Write figures here, for Prometheus's textfile collector.")
    ] = None,
) -> None:
    """Judge again what was filed, show what that changes, and announce it; stopped, the same command goes on."""
    with one_clear_line():
        settings = read_settings(DatabaseSettings)
        logging.configure(settings.log_level, service="scoring")
        if first is None and not is_discarded:
            raise StartFailure("--from is missing: name the first period that is judged again, such as 2014-03")
        if plan_version is not None and agency and is_announced:
            raise StartFailure("a version judges a period of all agencies: leave --agency or --announce out")
        if out is not None:
            demand_known_kind(out)
        wishes = Wishes(is_announced, sys.stdin.isatty() and sys.stdout.isatty(), out, metrics)
        asked = Order(plan, first or "", last or "", plan_version, tuple(agency or ()))
        try:
            asyncio.run(_run(settings, asked, wishes, is_discarded=is_discarded))
        except KeyboardInterrupt:
            sys.stderr.write("stopped; the same command goes on from here\n")
            raise SystemExit(_STOPPED) from None


async def _run(settings: DatabaseSettings, asked: Order, wishes: Wishes, *, is_discarded: bool) -> None:
    database = Database(settings.database_url, pool_size=3)
    await database.open(within_seconds=COMMAND_SECONDS)
    try:
        async with alone(database, plan=asked.plan):
            if is_discarded:
                there_was = await discard(asked.plan, database=database)
                sys.stdout.write("discarded\n" if there_was else "there was nothing to discard\n")
            if asked.first:
                await replayed(asked, wishes, database=database, clock=await clock_as_anchored(database))
    except TRANSIENT as error:
        stop_where_asked()  # what a database says of a statement that was interrupted is not that it went away
        told = str(error) or type(error).__name__
        raise StartFailure(f"the database went away ({told}); the same command goes on from here") from None
    finally:
        await database.close()


async def replayed(asked: Order, wishes: Wishes, *, database: Database, clock: Clock) -> None:
    """Judge again, show what changes, and announce it where that is wished.

    Raises:
        StartFailure: what was asked for does not exist, or another replay of the plan is unfinished.
    """
    what = await ordered(asked, database=database, clock=clock)
    figures = Figures(wishes.metrics, plan=asked.plan, rows=what.rows)
    with telling(what.replay, what="judging again", count="judged", total=what.rows, figures=figures) as told:
        judging = Replaying(what.replay, terms=what.terms, database=database, clock=clock, told=told)
        await judging.judge()
        found = await differences(judging.replay, database=database)
        is_over = not found.changes and judging.replay.order.version is None
        if is_over:
            await judging.end()
    what = what._replace(replay=judging.replay)
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    show(console, what.replay, found)
    if wishes.out:
        await write_out(wishes.out, replay=what.replay, found=found, database=database)
    if is_over:
        return
    if not _is_to_be_announced(what, found, wishes):
        console.print("nothing is announced; the same command with --announce does, with --discard forgets it")
        return
    with telling(what.replay, what="announcing", count="announced", total=found.changes, figures=figures) as told:
        announcing = Replaying(what.replay, terms=what.terms, database=database, clock=clock, told=told)
        await announcing.announce()
    done = announcing.replay
    console.print(f"{done.announced:,} announced")
    if done.otherwise:
        console.print(f"{done.otherwise:,} came out other than shown: something was filed meanwhile")


def _is_to_be_announced(what: Ordered, found: Differences, wishes: Wishes) -> bool:
    order = what.replay.order
    if wishes.is_announced or what.replay.state is State.ANNOUNCING:
        return True
    is_possible = order.version is None or not order.agencies
    return is_possible and wishes.is_asked and typer.confirm(f"Announce {found.changes:,} changes?")
