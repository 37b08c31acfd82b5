"""The fields of an indicator while it is read, and the plan that they are checked against."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.ingest.plans.files.registry_file import RegistryFile
from shared.events.plans import AgencyRegisteredData, MilestoneData, TargetData, ToleranceData
from shared.events.vocabulary import AgencyKind, Basis, Direction, Expectation, GrowthFrom, Measure, Method, RollUp


@dataclass(frozen=True)
class PlanContext:
    """The plan around an indicator; a field is None or empty where it was faulty, and is then not checked against."""

    programmes: frozenset[str]
    starts_on: date | None
    ends_on: date | None
    registry: RegistryFile | None
    in_force: tuple[AgencyRegisteredData, ...] | None  # the agencies that exist during the plan
    source_text: str | None  # the words of the source, blanks collapsed


@dataclass(frozen=True)
class IndicatorFields:
    """The fields of an indicator that must fit each other; None where absent or faulty."""

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
    weight: Decimal  # 1 where absent or faulty
    is_whole: bool  # true where absent or faulty
    milestones: tuple[tuple[MilestoneData | None, int], ...]  # with their lines, as all that is listed
    kinds: tuple[tuple[AgencyKind, int], ...]
    agencies: tuple[tuple[str, int], ...]
    is_reporting_readable: bool  # reported_by has no fault

    def is_reported_by(self, agency: AgencyRegisteredData) -> bool:
        """Return whether an agency owes this indicator."""
        return agency.kind in {kind for kind, _ in self.kinds} or agency.agency in {named for named, _ in self.agencies}
