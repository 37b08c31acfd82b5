"""What the command of the demonstration was asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Wishes:
    """What the command was asked for."""

    plan_folder: Path
    seed: int
    periods: int | None  # none: the whole year
    port: int | None  # none: the usual one, or a free one where that is taken
    is_exit: bool
    directory: Path
    picture: Path | None  # where to draw the last screen as HTML
    chart: Path | None  # where to draw a period's chart
    chart_period: str | None  # none: the last one that was played
    began: float  # time.monotonic() of the command
