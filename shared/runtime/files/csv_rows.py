"""Reads a CSV table line by line, so that a faulty line hides no other."""

import csv
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from shared.runtime.files.fields import Cell, Fields, Findings
from shared.runtime.files.lines import read_lines
from shared.runtime.files.values import shown


class Row(Fields):
    """A line of a table; where it is not `is_whole` its cells could not be split, and only the first is kept."""

    is_whole = True


def read_table(
    findings: Findings, path: Path, *, columns: Sequence[str], optional: Sequence[str] = ()
) -> list[Row] | None:
    """Return the table's rows, or None where there is no table; columns may stand in any order.

    Blank lines, and lines that begin with # before the header, are skipped.
    """
    lines = read_lines(findings, path)
    if lines is None:
        return None
    header: list[str] | None = None
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or (header is None and line.lstrip().startswith("#")):
            continue
        if header is None:
            header = _header(findings, path, number, line, columns=columns, optional=optional)
            if header is None:
                return None
        else:
            rows.append(_row(findings, path, number, line, header))
    if not rows:
        accepted = f"a header {','.join(columns)} and one line for each row"
        findings.add(file=str(path), line=0, code="no-rows", message="holds no rows", accepted=accepted)
        return None
    return rows


def _header(
    findings: Findings, path: Path, number: int, line: str, *, columns: Sequence[str], optional: Sequence[str]
) -> list[str] | None:
    report = partial(findings.add, file=str(path), line=number)
    expected = ", ".join(columns)
    names = [name.strip() for name in _cells(line) or []]
    if not set(names) & set(columns):
        accepted = f"the columns {expected}, separated by commas"
        report(code="no-header", message=f"the header is {shown(line)}", accepted=accepted)
        return None
    problems = [
        *(("duplicate-column", f"column {shown(name)} stands twice") for name, n in Counter(names).items() if n > 1),
        *(
            ("unknown-column", f"column {shown(name)} is unknown")
            for name in names
            if name not in {*columns, *optional}
        ),
        *(("missing-column", f"column {shown(name)} is missing") for name in columns if name not in names),
    ]
    for code, message in problems:
        report(code=code, message=message, accepted=f"the columns {expected}")
    return names


def _row(findings: Findings, path: Path, number: int, line: str, header: Sequence[str]) -> Row:
    cells = _cells(line)
    is_whole = cells is not None and len(cells) == len(header)
    if cells is None:
        message = "the quotes of this line do not match"
        accepted = 'a cell with a comma in it between double quotes, and a quote in it doubled ("")'
        findings.add(file=str(path), line=number, code="bad-quotes", message=message, accepted=accepted)
    elif not is_whole:
        message = f"this line has {len(cells)} cells"
        accepted = f"{len(header)} cells, as the header has"
        findings.add(file=str(path), line=number, code="wrong-cell-count", message=message, accepted=accepted)
    # The first cell of a line that cannot be split is kept: other lines may refer to it, and have no fault by that.
    kept = cells if is_whole and cells is not None else (cells or line.split(","))[:1]
    row = Row(
        findings,
        file=str(path),
        line=number,
        # Of a repeated column the first is used, so that only the header has a fault.
        cells={name: Cell(cell.strip(), number) for name, cell in [*zip(header, kept, strict=False)][::-1]},
    )
    row.is_whole = is_whole
    return row


def _cells(line: str) -> list[str] | None:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None
