"""Checks that the agencies of a registry fit each other, on every day on which they exist."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from services.ingest.plans.files.registry import Registry
from services.ingest.plans.readers.csv_rows import Row
from services.ingest.plans.readers.values import shown
from shared.events.plans import AgencyRegisteredData

_REFERENCES: Final = ("parent", "succeeded_by")


def check_registry(rows: Sequence[Row], registry: Registry) -> None:
    """Report unknown references, cycles, and successors that do not follow day on day."""
    for row in rows:
        if row.is_whole:
            _check_references(row, registry)
    for column in _REFERENCES:
        for agency_id, way in registry.in_cycle(column).items():
            message = f"leads back to the agency itself: {' → '.join(way)}"
            accepted = "an agency above it, or nothing" if column == "parent" else "an agency after it, or nothing"
            registry.rows[agency_id].fault(column, code="cycle", message=message, accepted=accepted)
    for agency, successor in _pairs(registry, "succeeded_by"):
        _check_succession(registry.rows[agency.agency], agency, successor)


def check_superiors(registry: Registry, *, starts_on: date, ends_on: date) -> None:
    """Report agencies whose superior does not exist on each of their own days within `[starts_on, ends_on)`.

    Figures roll up by the hierarchy of a period's last day: an agency without its superior would be lost to the sum.
    """
    for agency, superior in _pairs(registry, "parent"):
        first = max(agency.valid_from, starts_on)
        end = min(agency.valid_to or ends_on, ends_on)
        is_within = superior.valid_from <= first and (superior.valid_to is None or superior.valid_to >= end)
        if first < end and not is_within:
            registry.rows[agency.agency].fault(
                "parent",
                code="parent-not-valid",
                message=f"is {superior.agency}, valid {_span(superior)}, but needed from {first} until {end}",
                accepted="a superior of all that time; a move is a new id that succeeds the old one",
            )


def _check_references(row: Row, registry: Registry) -> None:
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
    """Report a successor that leaves days to nobody, or to the same agency twice."""
    ends = agency.valid_to
    if ends is None:
        message = f"is {successor.agency}, but the agency has no valid_to"
        accepted = "valid_to: the day on which the successor takes over; or no successor"
        row.fault("succeeded_by", code="no-end", message=message, accepted=accepted)
    elif successor.valid_from > ends or (successor.valid_to is not None and successor.valid_to <= ends):
        message = f"is {successor.agency}, valid {_span(successor)}, but the agency ends on {ends}"
        accepted = f"a successor that exists on {ends}, the first day after the agency"
        row.fault("succeeded_by", code="validity-gap", message=message, accepted=accepted)
    elif successor.valid_from < ends and successor.name_vi == agency.name_vi:
        # One of another name took it in, and may be older; one of the same name is the agency itself under a new id.
        message = f"is {successor.agency} of the same name, valid {_span(successor)}, but the agency ends on {ends}"
        accepted = f"one agency for a day: valid_to {successor.valid_from} here, or valid_from {ends} there"
        row.fault("succeeded_by", code="validity-overlap", message=message, accepted=accepted)


def _pairs(registry: Registry, column: str) -> Iterable[tuple[AgencyRegisteredData, AgencyRegisteredData]]:
    """Yield each agency with the one that its column names; those in a cycle are at fault already."""
    by_id = {agency.agency: agency for agency in registry.agencies}
    in_cycle = registry.in_cycle(column)
    for agency_id, other in registry.following(column).items():
        if other in by_id and agency_id not in in_cycle:
            yield by_id[agency_id], by_id[other]


def _span(agency: AgencyRegisteredData) -> str:
    return f"from {agency.valid_from}{f' until {agency.valid_to}' if agency.valid_to else ''}"
