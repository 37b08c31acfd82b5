"""Reads the indicators of `plan.yaml`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeVar

from services.ingest.plans.files import indicator_checks
from services.ingest.plans.files.indicator_fields import IndicatorFields, PlanContext
from services.ingest.plans.readers.values import day, number, slug, text, truth, weight, word
from services.ingest.plans.readers.yaml_sections import Keys, Section, both_languages
from shared.events.plans import IndicatorData, MilestoneData, TargetData, ToleranceData
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

KEYS: Final = Keys(
    required=("id", "programme", "name", "unit", "measure", "direction", "method", "basis", "roll_up", "reported_by"),
    optional=(
        "target",
        "sentence",
        "expectation",
        "baseline",
        "milestones",
        "growth_from",
        "tolerance",
        "limit",
        "weight",
        "whole",
    ),
)
_TARGET: Final = Keys(required=("comparison", "value"), optional=("on", "on_basis"))
_TOLERANCE: Final = Keys(required=("on_track", "at_risk"), optional=("basis",))
_MILESTONE: Final = Keys(required=("on", "value", "basis"))
_REPORTED_BY: Final = Keys(required=(), optional=("kinds", "agencies"))

_DEFAULT_WEIGHT: Final = Decimal(1)

Listed = TypeVar("Listed")


def read_indicator(section: Section, context: PlanContext) -> tuple[IndicatorData | None, IndicatorFields]:
    """Return an indicator, or None where it is faulty, and its fields; faults go to the findings."""
    reported_by = section.section("reported_by", _REPORTED_BY)
    kinds = _once(reported_by, "kinds", word(AgencyKind)) if reported_by else ()
    agencies = _once(reported_by, "agencies", text) if reported_by else ()
    is_reporting_readable = reported_by is None or not reported_by.is_faulty
    given_weight = section.read("weight", weight)
    fields = IndicatorFields(
        measure=section.read("measure", word(Measure)),
        direction=section.read("direction", word(Direction)),
        method=section.read("method", word(Method)),
        basis=section.read("basis", word(Basis)),
        expectation=section.read("expectation", word(Expectation)) or Expectation.LINEAR,
        roll_up=section.read("roll_up", word(RollUp)),
        target=_target(section),
        baseline=_milestone(section.section("baseline", _MILESTONE)),
        growth_from=section.read("growth_from", word(GrowthFrom)) or GrowthFrom.BASELINE,
        tolerance=_tolerance(section),
        limit=section.read("limit", number),
        weight=_DEFAULT_WEIGHT if given_weight is None else given_weight,
        is_whole=section.read("whole", truth) is not False,
        milestones=tuple((_milestone(below), below.line) for below in section.sections("milestones", _MILESTONE)),
        kinds=kinds,
        agencies=agencies,
        is_reporting_readable=is_reporting_readable,
    )
    values = {
        "id": section.read("id", slug),
        "programme": section.read("programme", text),
        **both_languages(section, "name"),
        **both_languages(section, "unit"),
        "basis_sentence": section.read("sentence", text),
    }
    indicator_checks.check(section, fields, context)
    if section.is_faulty:
        return None, fields
    shared = {name: value for name, value in vars(fields).items() if name in IndicatorData.model_fields}
    listed = {
        "milestones": tuple(milestone for milestone, _ in fields.milestones),
        "reported_by_kinds": tuple(kind for kind, _ in fields.kinds),
        "reported_by_agencies": tuple(agency for agency, _ in fields.agencies),
    }
    return IndicatorData.model_validate(values | shared | listed), fields


def _target(section: Section) -> TargetData | None:
    below = section.section("target", _TARGET)
    if below is None:
        return None
    comparison, value = below.read("comparison", word(Comparison)), below.read("value", number)
    on, on_basis = below.read("on", day), below.read("on_basis", word(Basis))
    if on_basis is not None and "on" not in below.nodes:
        message = "says whose day it is, but no day is given"
        below.fault("on_basis", code="no-day", message=message, accepted="on: a day such as 2014-12-31")
    if comparison is None or value is None:
        return None
    return TargetData(comparison=comparison, value=value, on=on, on_basis=on_basis)


def _tolerance(section: Section) -> ToleranceData | None:
    """Return how far a value may fall short; assumed where the plan does not say that its source states it."""
    below = section.section("tolerance", _TOLERANCE)
    if below is None:
        return None
    on_track, at_risk = below.read("on_track", number), below.read("at_risk", number)
    basis = below.read("basis", word(Basis)) or Basis.ASSUMED
    if on_track is None or at_risk is None:
        return None
    return ToleranceData(on_track=on_track, at_risk=at_risk, basis=basis)


def _milestone(below: Section | None) -> MilestoneData | None:
    if below is None:
        return None
    on, value, basis = below.read("on", day), below.read("value", number), below.read("basis", word(Basis))
    if on is None or value is None or basis is None:
        return None
    return MilestoneData(on=on, value=value, basis=basis)


def _once(section: Section, key: str, parse: Callable[[str], Listed]) -> tuple[tuple[Listed, int], ...]:
    """Return the values listed under a key with their lines; one that is listed twice is a fault."""
    kept: dict[Listed, int] = {}
    for value, line in section.values(key, parse):
        if value in kept:
            message = f"{section.prefix}{key} names {value} twice"
            section.report(line, code="duplicate-entry", message=message, accepted="each once")
        else:
            kept[value] = line
    return tuple(kept.items())
