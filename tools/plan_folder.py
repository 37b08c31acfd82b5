"""Writes the files of a plan's folder that a program makes, or says which of them are not current."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """Return a CSV table with these columns; what a row does not have is left empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def command_for(
    make: Callable[[Path], Mapping[str, str]], *, usual: Path, module: str, what: str, about: str | None
) -> typer.Typer:
    """Return the commands `write` and `check`; `make` says by name what the files of a folder should hold."""
    command = typer.Typer(help=about, no_args_is_help=True, add_completion=False)
    folder_option = typer.Option(help="The plan's folder.")

    @command.command()
    def write(folder: Annotated[Path, folder_option] = usual) -> None:
        """Write the files anew."""
        for name, text in make(folder).items():
            (folder / name).write_text(text, encoding="utf-8")
            print(f"wrote {folder / name}")

    @command.command()
    def check(folder: Annotated[Path, folder_option] = usual) -> None:
        """Fail where a file is not what this program would write."""
        stale = [name for name, text in make(folder).items() if not _is_current(folder / name, text)]
        for name in stale:
            typer.echo(f"{folder / name} is not current; run: python -m {module} write", err=True)
        if stale:
            raise typer.Exit(1)
        print(f"the {what} is current")

    return command


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
