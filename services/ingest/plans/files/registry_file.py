"""Reads `agencies.csv`, the registry of a plan's agencies, and checks that they fit each other on every day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from shared.events.plans import AgencyRegisteredData
from shared.events.vocabulary import AgencyKind
from shared.runtime.files.csv_rows import Row, read_table
from shared.runtime.files.fields import Findings
from shared.runtime.files.values import day, shown, slug, text, whole, word

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
_OPTIONAL: Final = ("staff_from",)
_MAY_BE_EMPTY: Final = frozenset({"parent", "staff", "staff_from", "valid_to", "succeeded_by"})
_ONE_LINE: Final = "one line for each agency; a move is a new id that succeeds the old one"
_REFERENCES: Final = ("parent", "succeeded_by")


@dataclass(frozen=True)
class RegistryFile:
    """The agencies without a fault, and the ids of all rows, faulty ones too."""

    agencies: tuple[AgencyRegisteredData, ...]
    ids: frozenset[str]
    is_whole: bool  # no row is faulty
    rows: Mapping[str, Row]  # of the agencies, by id

    def in_force(self, *, starts_on: date, ends_on: date) -> tuple[AgencyRegisteredData, ...]:
        """Return the agencies that exist on at least one day of `[starts_on, ends_on)`."""
        return tuple(
            agency
            for agency in self.agencies
            if agency.valid_from < ends_on and (agency.valid_to is None or agency.valid_to > starts_on)
        )

    def following(self, column: str) -> Mapping[str, str | None]:
        """Return by agency the one that its `parent` or `succeeded_by` names."""
        return {agency.agency: getattr(agency, column) for agency in self.agencies}

    def in_cycle(self, column: str) -> Mapping[str, tuple[str, ...]]:
        """Return the agencies in a cycle of the column, each with its path back to itself."""
        next_of = self.following(column)
        paths = {}
        for start in next_of:
            seen = [start]
            following = next_of.get(start)
            while following is not None and following not in seen:
                seen.append(following)
                following = next_of.get(following)
            if following == start:
                paths[start] = (*seen, start)
        return paths


def read_registry(findings: Findings, path: Path) -> RegistryFile | None:
    """Return the registry, or None where no table can be read; faults go to `findings`."""
    rows = read_table(findings, path, columns=COLUMNS, optional=_OPTIONAL)
    if rows is None:
        return None
    first_lines: dict[str, int] = {}
    agencies: dict[str, AgencyRegisteredData] = {}
    rows_by_id: dict[str, Row] = {}
    for row in rows:
        agency_id = row.cells["id"].raw if "id" in row.cells else ""
        row.where = f"agency {shown(agency_id)}" if agency_id else ""
        if agency_id and agency_id in first_lines:
            message = f"id {shown(agency_id)} stands on line {first_lines[agency_id]} already"
            row.report(row.line, code="duplicate-id", message=message, accepted=_ONE_LINE)
            continue
        first_lines[agency_id] = row.line
        agency = _agency(row) if row.is_whole else None
        if agency is not None:
            agencies[agency.agency] = agency
            rows_by_id[agency.agency] = row
    registry = RegistryFile(
        agencies=tuple(agencies.values()),
        ids=frozenset(first_lines),
        is_whole=len(agencies) == len(rows),
        rows=rows_by_id,
    )
    if not any(registry.ids):  # there is nothing to check against
        return None
    _check_registry(rows, registry)
    return registry


def _agency(row: Row) -> AgencyRegisteredData | None:
    before = len(row.findings)
    # An empty cell of an optional column is no value; in any other column its parser reports a fault.
    row.cells = {key: cell for key, cell in row.cells.items() if cell.raw or key not in _MAY_BE_EMPTY}
    row.read("source", text)
    values = {
        "agency": row.read("id", slug),
        "name_vi": row.read("name_vi", text),
        "name_en": row.read("name_en", text),
        "kind": row.read("kind", word(AgencyKind)),
        "parent": row.read("parent", text),
        "staff": row.read("staff", whole),
        "staff_from": (counted := row.read("staff_from", day)),
        "valid_from": (starts := row.read("valid_from", day)),
        "valid_to": (ends := row.read("valid_to", day)),
        "succeeded_by": row.read("succeeded_by", text),
    }
    if starts is not None and ends is not None and ends <= starts:
        row.fault("valid_to", code="dates-inverted", message=f"is {ends}", accepted=f"a day after valid_from, {starts}")
    if counted is not None and starts is not None and not (starts <= counted and (ends is None or counted < ends)):
        accepted = f"a day of the agency, from {starts} on" + (f" and before {ends}" if ends else "")
        row.fault("staff_from", code="out-of-span", message=f"is {counted}", accepted=accepted)
    is_complete = all(column in row.cells or column in _MAY_BE_EMPTY for column in COLUMNS)
    if len(row.findings) > before or not is_complete:
        return None
    return AgencyRegisteredData.model_validate(values)


def _check_registry(rows: Sequence[Row], registry: RegistryFile) -> None:
    """Report unknown references, cycles, and successors that do not follow day on day."""
    for row in rows:
        if row.is_whole:
            _check_references(row, registry)
    for column in _REFERENCES:
        for agency_id, path in registry.in_cycle(column).items():
            message = f"leads back to the agency itself: {' → '.join(path)}"
            accepted = "an agency above it, or nothing" if column == "parent" else "an agency after it, or nothing"
            registry.rows[agency_id].fault(column, code="cycle", message=message, accepted=accepted)
    for agency, successor in _pairs(registry, "succeeded_by"):
        _check_succession(registry.rows[agency.agency], agency, successor)


def check_superiors(registry: RegistryFile, *, starts_on: date, ends_on: date) -> None:
    """Report agencies whose superior does not exist on each of their own days within `[starts_on, ends_on)`.

    Figures roll up by the hierarchy of a period's last day: those of an agency without its superior would be lost.
    """
    for agency, superior in _pairs(registry, "parent"):
        first = max(agency.valid_from, starts_on)
        end = min(agency.valid_to or ends_on, ends_on)
        is_within = superior.valid_from <= first and (superior.valid_to is None or superior.valid_to >= end)
        if first < end and not is_within:
            registry.rows[agency.agency].fault(
                "parent",
                code="parent-not-valid",
                message=f"is {superior.agency}, valid {_validity(superior)}, but needed from {first} until {end}",
                accepted="a superior of all that time; a move is a new id that succeeds the old one",
            )


def _check_references(row: Row, registry: RegistryFile) -> None:
    for column in _REFERENCES:
        cell = row.cells.get(column)
        if cell is not None and cell.raw and cell.raw not in registry.ids:
            row.fault(
                column,
                code="unknown-agency",
                message=f"is {shown(cell.raw)}",
                accepted="the id of an agency of this file",
            )


def _check_succession(row: Row, agency: AgencyRegisteredData, successor: AgencyRegisteredData) -> None:
    """Report a successor that leaves a gap after the agency, or overlaps with it."""
    ends = agency.valid_to
    if ends is None:
        message = f"is {successor.agency}, but the agency has no valid_to"
        accepted = "valid_to: the day on which the successor takes over; or no successor"
        row.fault("succeeded_by", code="no-end", message=message, accepted=accepted)
    elif successor.valid_from > ends or (successor.valid_to is not None and successor.valid_to <= ends):
        message = f"is {successor.agency}, valid {_validity(successor)}, but the agency ends on {ends}"
        accepted = f"a successor that exists on {ends}, the first day after the agency"
        row.fault("succeeded_by", code="validity-gap", message=message, accepted=accepted)
    elif successor.valid_from < ends and successor.name_vi == agency.name_vi:
        # A successor of another name may be older; one of the same name is the agency itself under a new id.
        message = f"is {successor.agency} of the same name, valid {_validity(successor)}, but the agency ends on {ends}"
        accepted = f"one agency for a day: valid_to {successor.valid_from} here, or valid_from {ends} there"
        row.fault("succeeded_by", code="validity-overlap", message=message, accepted=accepted)


def _pairs(registry: RegistryFile, column: str) -> Iterable[tuple[AgencyRegisteredData, AgencyRegisteredData]]:
    """Yield each agency with the one that its column names, without those in a cycle, which are faults already."""
    by_id = {agency.agency: agency for agency in registry.agencies}
    in_cycle = registry.in_cycle(column)
    for agency_id, other in registry.following(column).items():
        if other in by_id and agency_id not in in_cycle:
            yield by_id[agency_id], by_id[other]


def _validity(agency: AgencyRegisteredData) -> str:
    return f"from {agency.valid_from}{f' until {agency.valid_to}' if agency.valid_to else ''}"
