"""What a file holds: sheets with their cells as they were read, and rows by the submission that they belong to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.wording.faults import Fault

Cell = str | int | float | bool | Fault | None
"""What a cell holds, or why that cannot be taken; the fault's pointer is empty."""


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was read: its lines by their numbers from 1, and the ranges whose cells are merged."""

    name: str
    lines: Iterable[tuple[int, Sequence[Cell]]]
    merged: Iterable[str] = ()  # such as `B3:C3`
    is_even: bool = False  # every line has as many cells as the header, as in CSV


@dataclass(frozen=True)
class Row:
    """A row of a table: an observation, and where it stands."""

    sheet: int  # position in `Reading.sheets`
    number: int
    cells: dict[str, Any]  # by column; a number as it was computed, a text without blanks around it
    faults: dict[str, Fault]  # by column, of cells that cannot be taken


@dataclass(frozen=True)
class Table:
    """A sheet's name, and the letters of its columns by their ids."""

    name: str
    columns: dict[str, str]


@dataclass(frozen=True)
class RowGroup:
    """The rows of one submission."""

    plan: str
    period: str
    agency: str
    rows: list[Row]

    def document(self) -> dict[str, Any]:
        """Return the submission as a client sends it in JSON."""
        observations = [row.cells for row in self.rows]
        return {"plan": self.plan, "period": self.period, "agency": self.agency, "observations": observations}


@dataclass(frozen=True)
class Reading:
    """What was read of a file, and every fault of its tables; a fault's pointer is a cell, such as `Sheet1!B3`."""

    tables: list[Table] = field(default_factory=list)
    groups: list[RowGroup] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @staticmethod
    def of(read: Mapping[str, Any]) -> "Reading":
        """Return a reading from the JSON that it was written as; its numbers may be decimals."""
        return Reading(
            tables=[Table(**each) for each in read["tables"]],
            groups=[_group(**each) for each in read["groups"]],
            faults=[_fault(each) for each in read["faults"]],
        )

    def cell(self, group: RowGroup, pointer: str) -> str:
        """Return the cell of a value that a JSON pointer into a group's document names."""
        _, *steps = pointer.split("/")
        row = group.rows[int(steps[1])] if len(steps) > 1 else group.rows[0]
        columns = self.tables[row.sheet].columns
        name = steps[2] if len(steps) > 2 else steps[0] if len(steps) == 1 else ""  # noqa: PLR2004  steps
        return place(self.tables[row.sheet].name, columns.get(name) or columns["indicator"], row.number)


def place(sheet: str, letters: str, number: int) -> str:
    """Return how a cell is named in a fault."""
    return f"{sheet}!{letters}{number}"


def _group(*, rows: Iterable[Mapping[str, Any]], **names: str) -> RowGroup:
    return RowGroup(
        **names,
        rows=[
            Row(
                sheet=int(row["sheet"]),
                number=int(row["number"]),
                cells=row["cells"],
                faults={column: _fault(each) for column, each in row["faults"].items()},
            )
            for row in rows
        ],
    )


def _fault(read: Mapping[str, Any]) -> Fault:
    return Fault(read["pointer"], read["code"], read["vi"], read["en"], int(read["status"]))
