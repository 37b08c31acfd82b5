"""Reads the indicators of `plan.yaml`."""

from collections.abc import Callable
from typing import TypeVar

from services.ingest.plans.files import indicator_checks
from services.ingest.plans.files.indicator_fields import (
    MILESTONE,
    REPORTED_BY,
    TARGET,
    TOLERANCE,
    IndicatorFields,
    PlanContext,
)
from services.ingest.plans.files.yaml_sections import Section, both_languages
from shared.events.plans import IndicatorData, MilestoneData, TargetData, ToleranceData
from shared.events.vocabulary import AgencyKind, Basis
from shared.runtime.files.values import text, word

Listed = TypeVar("Listed")


def read_indicator(section: Section, context: PlanContext) -> tuple[IndicatorData | None, IndicatorFields]:
    """Return an indicator, or None where it is faulty, and its fields; faults go to the findings."""
    reported_by = section.section("reported_by", REPORTED_BY)
    kinds = _once(reported_by, "kinds", word(AgencyKind)) if reported_by else ()
    agencies = _once(reported_by, "agencies", text) if reported_by else ()
    is_reporting_readable = reported_by is None or not reported_by.is_faulty
    baseline = section.section("baseline", MILESTONE)
    tolerance = section.section("tolerance", TOLERANCE)
    fields = IndicatorFields(
        **section.plain(),
        target=_target(section),
        baseline=baseline.made(MilestoneData) if baseline else None,
        # Assumed where the plan does not say that its source states it.
        tolerance=tolerance.made(ToleranceData, basis=Basis.ASSUMED) if tolerance else None,
        milestones=tuple(
            (below.made(MilestoneData), below.line) for below in section.sections("milestones", MILESTONE)
        ),
        kinds=kinds,
        agencies=agencies,
        is_reporting_readable=is_reporting_readable,
    )
    names = {text: told for key in ("name", "unit", "help") for text, told in both_languages(section, key).items()}
    indicator_checks.check(section, fields, context)
    if section.is_faulty:
        return None, fields
    named_otherwise = {
        "is_whole": fields.whole,
        "basis_sentence": fields.sentence,
        "milestones": tuple(milestone for milestone, _ in fields.milestones),
        "reported_by_kinds": tuple(kind for kind, _ in fields.kinds),
        "reported_by_agencies": tuple(agency for agency, _ in fields.agencies),
    }
    return IndicatorData.model_validate(vars(fields) | names | named_otherwise), fields


def _target(section: Section) -> TargetData | None:
    below = section.section("target", TARGET)
    if below is not None and "on_basis" in below.nodes and "on" not in below.nodes:
        message = "says whose day it is, but no day is given"
        below.fault("on_basis", code="no-day", message=message, accepted="on: a day such as 2014-12-31")
    return below.made(TargetData) if below else None


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
