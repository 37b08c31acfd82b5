"""Reads `agencies.csv`: the agencies of a plan's registry with kind, superior, staff and dated validity."""

from pathlib import Path
from typing import Final

from services.ingest.plans.files.registry import Registry
from services.ingest.plans.files.registry_checks import check_registry
from services.ingest.plans.readers.csv_rows import Row, read_table
from services.ingest.plans.readers.faults import Findings
from services.ingest.plans.readers.values import day, shown, slug, text, whole, word
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
_OPTIONAL: Final = ("staff_from",)
_MAY_BE_EMPTY: Final = frozenset({"parent", "staff", "staff_from", "valid_to", "succeeded_by"})
_ONE_LINE: Final = "one line for each agency; a move is a new id that succeeds the old one"


def read_registry(findings: Findings, path: Path) -> Registry | None:
    """Return the registry, or None where there is no table to read; faults go to `findings`."""
    rows = read_table(findings, path, columns=COLUMNS, optional=_OPTIONAL)
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
            row.report(row.line, code="duplicate-id", message=message, accepted=_ONE_LINE)
            continue
        first_lines[agency_id] = row.line
        agency = _agency(row) if row.is_whole else None
        if agency is not None:
            agencies[agency.agency] = agency
            placed[agency.agency] = row
    registry = Registry(
        agencies=tuple(agencies.values()),
        ids=frozenset(first_lines),
        is_whole=len(agencies) == len(rows),
        rows=placed,
    )
    if not any(registry.ids):  # nothing can be checked against it
        return None
    check_registry(rows, registry)
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
