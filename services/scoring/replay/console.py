"""Tells an operator how a replay goes and what it would change: tables, a progress bar, and figures for Prometheus."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from services.scoring.replay.differences import Counted, Differences, Listed
from services.scoring.replay.model import Replay, State
from shared.runtime.clock import TIMEZONE

_EVERY_SECONDS: Final = 1.0
_AT_LEAST_SECONDS: Final = 0.001
_FIGURES: Final = {
    "judged": "Periods of agencies that the replay has judged again.",
    "observations": "Observations that the replay has judged again.",
    "announced": "Progress events that the replay has announced.",
    "rows": "Periods of agencies that the replay is to judge again.",
    "observations_per_second": "Observations judged again in a second, since the command began.",
    "is_announced": "1 once all of the replay is announced.",
}


class Figures:
    """How far a replay has come, in a file that Prometheus's textfile collector reads."""

    def __init__(self, path: Path | None, *, plan: str, rows: int) -> None:
        self._path = path
        self._registry = CollectorRegistry()
        self._gauges = {
            name: Gauge(f"tiendo_replay_{name}", text, ["plan"], registry=self._registry).labels(plan)
            for name, text in _FIGURES.items()
        }
        self._gauges["rows"].set(rows)
        self._written_at = 0.0

    def write(self, replay: Replay, *, per_second: float | None = None) -> None:
        """Write the file, once a second at most until all is announced."""
        is_over = replay.state in {State.JUDGED, State.ANNOUNCED}
        if self._path is None or (time.monotonic() - self._written_at < _EVERY_SECONDS and not is_over):
            return
        for name in ("judged", "observations", "announced"):
            self._gauges[name].set(getattr(replay, name))
        if per_second is not None:
            self._gauges["observations_per_second"].set(per_second)
        self._gauges["is_announced"].set(replay.state is State.ANNOUNCED)
        write_to_textfile(str(self._path), self._registry)
        self._written_at = time.monotonic()


@contextmanager
def telling(
    replay: Replay, *, what: str, count: str, total: int, figures: Figures
) -> Iterator[Callable[[Replay], None]]:
    """Lend who is told how far a replay has come, by a bar on standard error and by figures; `count` is what grows."""
    begun, before = time.monotonic(), replay.observations

    def told(now: Replay) -> None:
        seen = now.observations - before
        per_second = seen / max(time.monotonic() - begun, _AT_LEAST_SECONDS) if seen else None
        rate = "" if per_second is None else f"{per_second:,.0f} observations/s"
        bar.update(task, completed=getattr(now, count), rate=rate)
        figures.write(now, per_second=per_second)

    with _bar() as bar:
        done = getattr(replay, count)
        task = bar.add_task(what, total=max(total, done), completed=done, rate="")
        yield told


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def show(console: Console, replay: Replay, found: Differences) -> None:
    """Print what the replay would change."""
    console.print(
        f"replay {replay.id} of {replay.order.plan}: {replay.judged:,} periods of agencies,"
        f" {replay.observations:,} observations judged again; {found.changes:,} change\n"
        f"begun {replay.started_at.astimezone(TIMEZONE):%Y-%m-%d %H:%M}; what was filed since is not in it"
    )
    if not found.changes:
        return
    console.print(_counts("Standings of agencies", found.standings))
    console.print(_counts("Indicators", found.indicators, is_by_indicator=True))
    if found.largest:
        console.print(_list("Largest changes of the score", found.largest))
    console.print(_list("First agencies by name", found.agencies))


def _counts(title: str, counts: Sequence[Counted], *, is_by_indicator: bool = False) -> Table:
    table = Table(title=title, title_justify="left")
    for name in ("period", *(["indicator"] if is_by_indicator else []), "from", "to", "agencies"):
        table.add_column(name, justify="right" if name == "agencies" else "left")
    for each in counts:
        to = "the same, other figures" if each.before == each.after else each.after or "not judged"
        named = [each.indicator] if is_by_indicator else []
        table.add_row(each.period, *named, each.before or "not judged", to, f"{each.number:,}")
    return table


def _list(title: str, listed: Sequence[Listed]) -> Table:
    table = Table("agency", "period", "standing", "score", title=title, title_justify="left")
    for each in listed:
        standing = "" if each.standing_after is None else f"{each.standing_before or 'none'} → {each.standing_after}"
        table.add_row(each.agency, each.period, standing, f"{_score(each.score_before)} → {_score(each.score_after)}")
    return table


def _score(score: object) -> str:
    return "none" if score is None else f"{score:.2f}"
