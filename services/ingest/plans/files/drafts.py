"""What is known of an indicator while it is read, and of the plan around it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.ingest.plans.files.registry import Registry
from shared.events.plans import AgencyRegisteredData, MilestoneData, TargetData, ToleranceData
from shared.events.vocabulary import AgencyKind, Basis, Direction, Expectation, GrowthFrom, Measure, Method, RollUp


@dataclass(frozen=True)
class Setting:
    """What stands around an indicator; None or empty where it could not be read and must not be checked against."""

    programmes: frozenset[str]
    starts_on: date | None
    ends_on: date | None
    registry: Registry | None
    in_force: tuple[AgencyRegisteredData, ...] | None  # the agencies that exist during the plan
    source_text: str | None  # the source's words, blanks collapsed


@dataclass(frozen=True)
class Draft:
    """The parts of an indicator that must fit each other; None where absent or faulty."""

    measure: Measure | None
    direction: Direction | None
    method: Method | None
    basis: Basis | None
    expectation: Expectation
    roll_up: RollUp | None
    target: TargetData | None
    baseline: MilestoneData | None
    growth_from: GrowthFrom
    tolerance: ToleranceData | None
    limit: Decimal | None
    weight: Decimal  # the usual one where it is absent or faulty
    is_whole: bool  # true where it is absent or faulty
    milestones: tuple[tuple[MilestoneData | None, int], ...]
    kinds: tuple[tuple[AgencyKind, int], ...]
    agencies: tuple[tuple[str, int], ...]
    is_reporting_readable: bool  # nothing was wrong in reported_by

    def is_reported_by(self, agency: AgencyRegisteredData) -> bool:
        """Return whether an agency owes this indicator."""
        return agency.kind in {kind for kind, _ in self.kinds} or agency.agency in {named for named, _ in self.agencies}
