"""What a person sees while the year plays: a line a month, and at a terminal a bar below that says how far it is."""

from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Screen:
    """Shows how far the year is; leaves nothing but plain lines where the output is no terminal."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Progress | None = None
        self._task = TaskID(0)
        if console.is_terminal:
            self._bar = Progress(
                TextColumn("[bold]{task.description}"),
                BarColumn(bar_width=None),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
                console=console,
                refresh_per_second=8,
                transient=True,
                redirect_stderr=False,  # logs go to their file
            )
            self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bar away and show no more; nothing where that was done before."""
        if self._bar:
            self._bar.stop()

    def say(self, words: str) -> None:
        """Say what is being done: beside the bar, or as a line."""
        if self._bar:
            self._bar.update(self._task, description=words)
        else:
            self._console.print(words)

    def leave(self, *lines: RenderableType) -> None:
        """Leave lines that stay, above the bar."""
        for line in lines:
            self._console.print(line, soft_wrap=True)

    def expect(self, steps: int) -> None:
        """Say how many moments the year has."""
        if self._bar:
            self._bar.update(self._task, total=steps)

    def show(self, words: str) -> None:
        """Show the moment beside the bar; without a terminal the lines that stay are enough."""
        if self._bar:
            self._bar.update(self._task, description=words)

    def step(self) -> None:
        """Move the bar by one moment of the year."""
        if self._bar:
            self._bar.advance(self._task)
