"""Named cells of a row or a section of a file, read one by one so that each fault names its line."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from services.ingest.plans.readers.faults import Findings
from services.ingest.plans.readers.values import UnusableValue

Value = TypeVar("Value")


class Cell(NamedTuple):
    """A text of the file and the line it stands in."""

    raw: str
    line: int


class Fields:
    """Cells by name; whatever cannot be read goes to the findings and is None."""

    def __init__(
        self, findings: Findings, *, file: str, line: int, where: str = "", prefix: str = "", cells: Mapping[str, Cell]
    ) -> None:
        self.findings = findings
        self.file = file
        self.line = line
        self.where = where  # whose fields these are, such as "indicator it-park"
        self.prefix = prefix  # what stands before a field's name, such as "target."
        self.cells = cells

    def read(self, key: str, parse: Callable[[str], Value]) -> Value | None:
        """Return the cell's value, or None where there is no such cell or it is faulty."""
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
        """Report that `key` is wrong; `message` goes on from the field's name."""
        self.report(self.line_of(key), code=code, message=f"{self.prefix}{key} {message}", accepted=accepted)

    def report(self, line: int, *, code: str, message: str, accepted: str) -> None:
        """Report a fault at a line, saying whose it is."""
        whose = f"{self.where}: " if self.where else ""
        self.findings.add(file=self.file, line=line, code=code, message=f"{whose}{message}", accepted=accepted)
