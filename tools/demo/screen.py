"""What a person sees while the year plays: a bar with the simulated month, or plain lines without a terminal."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


@dataclass(frozen=True)
class Counts:
    """What has happened so far."""

    accepted: int = 0
    refused: int = 0
    mails: int = 0

    def __str__(self) -> str:
        return f"{self.accepted} accepted, {self.refused} refused, {self.mails} mails"


class Screen:
    """Shows how far the year is; leaves nothing but plain lines where the output is no terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._month = ""
        self._counts = Counts()
        self._bar: Progress | None = None
        self._task = TaskID(0)
        if console.is_terminal:
            self._bar = Progress(
                TextColumn("[bold]{task.description}"),
                BarColumn(bar_width=None),
                TextColumn("{task.percentage:>3.0f} %"),
                TextColumn("{task.fields[counts]}"),
                TimeElapsedColumn(),
                console=console,
                refresh_per_second=8,
            )
            self._task = self._bar.add_task("", total=None, counts="")

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Leave the bar as it is and show no more; nothing where that was done before."""
        if self._bar:
            self._bar.stop()
        elif self._month:
            self._say_month()
        self._month = ""

    def say(self, words: str) -> None:
        """Say a line about what is being done."""
        if self._bar:
            self._bar.update(self._task, description=words)
        else:
            self._console.print(words)

    def expect(self, steps: int) -> None:
        """Say how many moments the year has."""
        if self._bar:
            self._bar.update(self._task, total=steps)

    def show(self, month: str, counts: Counts) -> None:
        """Show the simulated month and what has happened so far."""
        if self._bar:
            self._bar.update(self._task, description=month, counts=str(counts))
        elif month != self._month and self._month:
            self._say_month()
        self._month, self._counts = month, counts

    def step(self) -> None:
        """Move the bar by one moment of the year."""
        if self._bar:
            self._bar.advance(self._task)

    def _say_month(self) -> None:
        self._console.print(f"{self._month}  {self._counts}")
