"""The fields of an indicator while it is read, and the plan that they are checked against."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from services.ingest.plans.files.registry_file import RegistryFile
from services.ingest.plans.files.yaml_sections import Keys
from shared.events.plans import AgencyRegisteredData, MilestoneData, TargetData, ToleranceData
from shared.events.vocabulary import (
    AgencyKind,
    Basis,
    Comparison,
    Direction,
    Expectation,
    GrowthFrom,
    Measure,
    Method,
    RollUp,
)
from shared.runtime.files.values import day, number, slug, text, truth, weight, word

KEYS: Final = Keys(
    {
        "id": slug,
        "programme": text,
        "name": None,
        "unit": None,
        "measure": word(Measure),
        "direction": word(Direction),
        "method": word(Method),
        "basis": word(Basis),
        "roll_up": word(RollUp),
        "reported_by": None,
    },
    {
        "help": None,
        "target": None,
        "sentence": text,
        "expectation": word(Expectation),
        "baseline": None,
        "milestones": None,
        "growth_from": word(GrowthFrom),
        "tolerance": None,
        "limit": number,
        "weight": weight,
        "whole": truth,
    },
)
TARGET: Final = Keys({"comparison": word(Comparison), "value": number}, {"on": day, "on_basis": word(Basis)})
TOLERANCE: Final = Keys({"on_track": number, "at_risk": number}, {"basis": word(Basis)})
MILESTONE: Final = Keys({"on": day, "value": number, "basis": word(Basis)})
REPORTED_BY: Final = Keys({}, {"kinds": None, "agencies": None})


@dataclass(frozen=True)
class PlanContext:
    """The plan around an indicator; a field is None or empty where it was faulty, and is then not checked against."""

    programmes: frozenset[str]
    starts_on: date | None
    ends_on: date | None
    registry: RegistryFile | None
    in_force: tuple[AgencyRegisteredData, ...] | None  # the agencies that exist during the plan
    source_text: str | None  # the words of the source, blanks collapsed


@dataclass(frozen=True, kw_only=True)
class IndicatorFields:
    """The fields of an indicator, its plain values named as in the file; None where absent or faulty."""

    id: str | None = None
    programme: str | None = None
    measure: Measure | None = None
    direction: Direction | None = None
    method: Method | None = None
    basis: Basis | None = None
    sentence: str | None = None
    expectation: Expectation = Expectation.LINEAR
    roll_up: RollUp | None = None
    growth_from: GrowthFrom = GrowthFrom.BASELINE
    limit: Decimal | None = None
    weight: Decimal = Decimal(1)  # also where faulty
    whole: bool = True  # also where faulty
    target: TargetData | None
    baseline: MilestoneData | None
    tolerance: ToleranceData | None
    milestones: tuple[tuple[MilestoneData | None, int], ...]  # with their lines, as all that is listed
    kinds: tuple[tuple[AgencyKind, int], ...]
    agencies: tuple[tuple[str, int], ...]
    is_reporting_readable: bool  # reported_by has no fault

    def is_reported_by(self, agency: AgencyRegisteredData) -> bool:
        """Return whether an agency owes this indicator."""
        return agency.kind in {kind for kind, _ in self.kinds} or agency.agency in {named for named, _ in self.agencies}
