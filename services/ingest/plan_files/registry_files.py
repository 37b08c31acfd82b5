"""Reads `agencies.csv`: the agencies of a plan's registry with kind, superior, staff and dated validity."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from services.ingest.plan_files.faults import Findings
from services.ingest.plan_files.tables import Row, read_table
from services.ingest.plan_files.values import day, shown, slug, text, whole, word
from shared.events.plans import AgencyRegisteredData
from shared.events.vocabulary import AgencyKind

COLUMNS: Final = (
    "id",
    "name_vi",
    "name_en",
    "kind",
    "parent",
    "staff",
    "valid_from",
    "valid_to",
    "succeeded_by",
    "source",
)
_MAY_BE_EMPTY: Final = frozenset({"parent", "staff", "valid_to", "succeeded_by"})


@dataclass(frozen=True)
class Registry:
    """The agencies that could be read, and the ids of all that the file names, readable or not."""

    agencies: tuple[AgencyRegisteredData, ...]
    ids: frozenset[str]
    is_whole: bool  # every line of the file became an agency

    def in_force(self, *, starts_on: date, ends_on: date) -> tuple[AgencyRegisteredData, ...]:
        """Return the agencies that exist on at least one day of `[starts_on, ends_on)`."""
        return tuple(
            agency
            for agency in self.agencies
            if agency.valid_from < ends_on and (agency.valid_to is None or agency.valid_to > starts_on)
        )


def read_registry(findings: Findings, path: Path) -> Registry | None:
    """Return the registry, or None where there is no table to read; faults go to `findings`."""
    rows = read_table(findings, path, columns=COLUMNS)
    if rows is None:
        return None
    first_lines: dict[str, int] = {}
    agencies: dict[str, AgencyRegisteredData] = {}
    placed: dict[str, Row] = {}
    for row in rows:
        agency_id = row.cells["id"].raw if "id" in row.cells else ""
        row.where = f"agency {shown(agency_id)}" if agency_id else ""
        if agency_id and agency_id in first_lines:
            message = f"id {shown(agency_id)} stands on line {first_lines[agency_id]} already"
            row.report(row.line, code="duplicate-id", message=message, accepted="one line for each agency")
            continue
        first_lines[agency_id] = row.line
        agency = _agency(row) if row.is_whole else None
        if agency is not None:
            agencies[agency.agency] = agency
            placed[agency.agency] = row
    registry = Registry(
        agencies=tuple(agencies.values()), ids=frozenset(first_lines), is_whole=len(agencies) == len(rows)
    )
    if not any(registry.ids):  # nothing can be checked against it
        return None
    for row in rows:
        if row.is_whole:
            _check_references(row, registry)
    _check_cycles(agencies, placed, "parent", {key: agency.parent for key, agency in agencies.items()})
    _check_cycles(agencies, placed, "succeeded_by", {key: agency.succeeded_by for key, agency in agencies.items()})
    return registry


def _agency(row: Row) -> AgencyRegisteredData | None:
    before = len(row.findings)
    # An empty cell of an optional column is no value; of any other it is a fault that its parser tells.
    row.cells = {key: cell for key, cell in row.cells.items() if cell.raw or key not in _MAY_BE_EMPTY}
    row.read("source", text)
    values = {
        "agency": row.read("id", slug),
        "name_vi": row.read("name_vi", text),
        "name_en": row.read("name_en", text),
        "kind": row.read("kind", word(AgencyKind)),
        "parent": row.read("parent", text),
        "staff": row.read("staff", whole),
        "valid_from": (starts := row.read("valid_from", day)),
        "valid_to": (ends := row.read("valid_to", day)),
        "succeeded_by": row.read("succeeded_by", text),
    }
    if starts is not None and ends is not None and ends <= starts:
        row.fault("valid_to", code="dates-inverted", message=f"is {ends}", accepted=f"a day after valid_from, {starts}")
    is_complete = all(column in row.cells or column in _MAY_BE_EMPTY for column in COLUMNS)
    if len(row.findings) > before or not is_complete:
        return None
    return AgencyRegisteredData.model_validate(values)


def _check_references(row: Row, registry: Registry) -> None:
    for column in ("parent", "succeeded_by"):
        cell = row.cells.get(column)
        if cell is not None and cell.raw and cell.raw not in registry.ids:
            row.fault(
                column,
                code="unknown-agency",
                message=f"is {shown(cell.raw)}",
                accepted="the id of an agency of this file",
            )


def _check_cycles(
    agencies: Mapping[str, AgencyRegisteredData],
    rows: Mapping[str, Row],
    column: str,
    next_of: Mapping[str, str | None],
) -> None:
    """Report each agency that is reached again by following `column` from it."""
    for start in agencies:
        seen = [start]
        following = next_of.get(start)
        while following is not None and following not in seen:
            seen.append(following)
            following = next_of.get(following)
        if following == start:
            rows[start].fault(
                column,
                code="cycle",
                message=f"leads back to the agency itself: {' → '.join([*seen, start])}",
                accepted="an agency above it, or nothing",
            )
