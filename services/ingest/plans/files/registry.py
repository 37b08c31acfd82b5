"""The registry as it could be read: agencies with their validities, and where each of them stands in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.ingest.plans.readers.csv_rows import Row
from shared.events.plans import AgencyRegisteredData


@dataclass(frozen=True)
class Registry:
    """The agencies that could be read, and the ids of all that the file names, readable or not."""

    agencies: tuple[AgencyRegisteredData, ...]
    ids: frozenset[str]
    is_whole: bool  # every line of the file became an agency
    rows: Mapping[str, Row]  # where each of the agencies stands, by id

    def in_force(self, *, starts_on: date, ends_on: date) -> tuple[AgencyRegisteredData, ...]:
        """Return the agencies that exist on at least one day of `[starts_on, ends_on)`."""
        return tuple(
            agency
            for agency in self.agencies
            if agency.valid_from < ends_on and (agency.valid_to is None or agency.valid_to > starts_on)
        )

    def following(self, column: str) -> Mapping[str, str | None]:
        """Return for each agency which one its `parent` or `succeeded_by` names."""
        return {agency.agency: getattr(agency, column) for agency in self.agencies}

    def in_cycle(self, column: str) -> Mapping[str, tuple[str, ...]]:
        """Return the agencies that are reached again by following a column from them, each with the way round."""
        next_of = self.following(column)
        ways = {}
        for start in next_of:
            seen = [start]
            following = next_of.get(start)
            while following is not None and following not in seen:
                seen.append(following)
                following = next_of.get(following)
            if following == start:
                ways[start] = (*seen, start)
        return ways
