"""The fields of a row or a section of a file, read one by one, and the faults found in them, each with its line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from shared.runtime.files.values import UnusableValue

Value = TypeVar("Value")


@dataclass(frozen=True, order=True)
class FileFault:
    """A fault in a file; `line` counts from 1, and is 0 for a fault of the whole file."""

    file: str
    line: int
    code: str
    message: str
    accepted: str


class FileFaults(Exception):
    """Files have faults and cannot be loaded."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(render(self.faults))


@dataclass
class Findings:
    """Collects faults while files are read, so that all of them are reported at once."""

    faults: list[FileFault] = field(default_factory=list)

    def add(self, *, file: str, line: int, code: str, message: str, accepted: str) -> None:
        """Add a fault."""
        self.faults.append(FileFault(file=file, line=line, code=code, message=message, accepted=accepted))

    def __len__(self) -> int:
        """Return the number of faults so far."""
        return len(self.faults)

    def raise_if_any(self) -> None:
        """Raise the faults, sorted by file and line, each once.

        Raises:
            FileFaults: there is a fault.
        """
        if self.faults:
            raise FileFaults(sorted(set(self.faults)))


def render(faults: Iterable[FileFault]) -> str:
    """Return one line per fault, for the terminal."""
    return "\n".join(
        f"{fault.file}{f':{fault.line}' if fault.line else ''}: {fault.message} — accepted: {fault.accepted}"
        for fault in faults
    )


class Cell(NamedTuple):
    """The text of a field, and its line."""

    raw: str
    line: int


class Fields:
    """Cells by name; one that is faulty goes to the findings and reads as None."""

    def __init__(
        self, findings: Findings, *, file: str, line: int, where: str = "", prefix: str = "", cells: Mapping[str, Cell]
    ) -> None:
        self.findings = findings
        self.file = file
        self.line = line
        self.where = where  # the owner of the fields, such as "indicator it-park"
        self.prefix = prefix  # of a field's name, such as "target."
        self.cells = cells

    def read(self, key: str, parse: Callable[[str], Value]) -> Value | None:
        """Return the value of a cell, or None where there is no such cell or it is faulty."""
        cell = self.cells.get(key)
        if cell is None:
            return None
        try:
            return parse(cell.raw)
        except UnusableValue as problem:
            self.fault(key, code=problem.code, message=problem.message, accepted=problem.accepted)
            return None

    def line_of(self, key: str) -> int:
        """Return the line of a cell, or the line where these fields begin."""
        cell = self.cells.get(key)
        return self.line if cell is None else cell.line

    def fault(self, key: str, *, code: str, message: str, accepted: str) -> None:
        """Report a fault of a field; `message` continues after the field's name."""
        self.report(self.line_of(key), code=code, message=f"{self.prefix}{key} {message}", accepted=accepted)

    def report(self, line: int, *, code: str, message: str, accepted: str) -> None:
        """Report a fault at a line, after the owner of the fields."""
        owner = f"{self.where}: " if self.where else ""
        self.findings.add(file=self.file, line=line, code=code, message=f"{owner}{message}", accepted=accepted)
