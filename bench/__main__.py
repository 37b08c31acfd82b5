"""`python -m bench`: run every benchmark, or write docs/performance.md from what the last run found."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench import records, report
from bench.ingest import run as ingest
from bench.parts import FOLDER, ROOT
from bench.records import Record
from bench.replay import run as replay
from bench.scoring import run as scoring
from shared.runtime import logging
from shared.runtime.errors import StartFailure, one_clear_line

Benchmark = Callable[..., Awaitable[Record]]
BENCHMARKS: Final[Mapping[str, Benchmark]] = {
    ingest.NAME: ingest.run,
    scoring.NAME: scoring.run,
    replay.NAME: replay.run,
}

app = typer.Typer(help="Benchmarks, each beside what it compares to.", pretty_exceptions_enable=False)


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    *,
    rounds: Annotated[int, typer.Option(min=1, help="How often each side takes its turn.")] = 5,
    seconds: Annotated[float, typer.Option(min=1, help="Seconds measured in each turn.")] = 8.0,
    only: Annotated[str | None, typer.Option(help="Run only the benchmark of this name.")] = None,
) -> None:
    """Run every benchmark where no command is named."""
    if context.invoked_subcommand is None:
        with one_clear_line():
            asyncio.run(_until_told_to_stop(_run_all(_chosen(only), rounds=rounds, seconds=seconds)))


@app.command("report")
def write_report(
    *,
    is_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where the page is not current.")
    ] = False,
) -> None:
    """Write docs/performance.md from what the last run found."""
    with one_clear_line():
        if is_check:
            report.demand_current(ROOT / "docs")
            return
        report.publish([records.read(name) for name in BENCHMARKS], folder=ROOT / "docs")
        sys.stdout.write("docs/performance.md written\n")


async def _until_told_to_stop(work: Coroutine[None, None, None]) -> None:
    """Let SIGTERM end the work as Ctrl-C does, so that no server is left behind."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def _chosen(only: str | None) -> list[Benchmark]:
    if only is not None and only not in BENCHMARKS:
        raise StartFailure(f"no benchmark is called {only}; there are {', '.join(BENCHMARKS)}")
    return [BENCHMARKS[only]] if only else list(BENCHMARKS.values())


async def _run_all(benchmarks: Sequence[Benchmark], *, rounds: int, seconds: float) -> None:
    logging.configure("WARNING")
    FOLDER.mkdir(parents=True, exist_ok=True)
    console = Console()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    for benchmark in benchmarks:
        with Progress(*columns, console=console) as progress:
            record = await benchmark(progress, rounds=rounds, seconds=seconds)
        console.print(_table(record))
        console.print(f"written to {records.write(record).relative_to(ROOT)}; `python -m bench report` makes the page")


def _table(record: Record) -> Table:
    table = Table("", "ours", "peer", "ratio", "unit", title=record.circumstances.benchmark)
    for row in record.rows:
        table.add_row(row.name, f"{row.ours:,.1f}", f"{row.peer:,.1f}", f"{row.ratio:.2f}×", row.unit)
    table.caption = "a ratio above 1: ours is ahead"
    return table


if __name__ == "__main__":
    app()
