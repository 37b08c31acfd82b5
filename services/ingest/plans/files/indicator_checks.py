"""Checks that the fields of an indicator fit each other, the plan's dates and the registry, and checks weights."""

from collections.abc import Sequence
from typing import Final

from services.ingest.plans.files.indicator_fields import IndicatorFields, PlanContext
from services.ingest.plans.files.milestone_checks import (
    check_baseline,
    check_bounds,
    check_milestones,
    check_target_day,
)
from services.ingest.plans.files.yaml_sections import Section
from shared.events.plans import AgencyRegisteredData
from shared.events.vocabulary import AgencyKind, Basis, Comparison, Direction, Expectation, Measure, Method, RollUp
from shared.runtime.files.values import shown

_COMPARISONS: Final = {
    Direction.INCREASING: (Comparison.ABOVE, Comparison.AT_LEAST),
    Direction.DECREASING: (Comparison.BELOW, Comparison.AT_MOST),
}
# A mean of percentages is no roll-up where the counts behind them are reported, nor a mean of yes and no.
_MEASURES: Final = {
    RollUp.POOLED: (Measure.SHARE,),
    RollUp.SUM: (Measure.COUNT, Measure.NUMBER),
    RollUp.SHARE_OF_YES: (Measure.YES_NO,),
    RollUp.MEAN_BY_STAFF: (Measure.PERCENT, Measure.NUMBER),
    RollUp.VALUE: (Measure.PERCENT, Measure.COUNT, Measure.NUMBER),
}
_TOLERANT: Final = (Method.TO_TARGET, Method.FROM_BASELINE)


def check(section: Section, fields: IndicatorFields, context: PlanContext) -> None:
    """Report every field of an indicator that does not fit."""
    programme = section.cells["programme"].raw.strip() if "programme" in section.cells else ""
    if programme and context.programmes and programme not in context.programmes:
        accepted = ", ".join(sorted(context.programmes))
        section.fault("programme", code="unknown-programme", message=f"is {shown(programme)}", accepted=accepted)
    _check_basis(section, fields, context)
    _check_method(section, fields)
    _check_target(section, fields)
    _check_tolerance(section, fields)
    _check_limit(section, fields)
    check_baseline(section, fields, ends_on=context.ends_on)
    check_target_day(section, fields, starts_on=context.starts_on)
    check_milestones(section, fields, starts_on=context.starts_on, ends_on=context.ends_on)
    _check_reporters(section, fields, context)


def _check_basis(section: Section, fields: IndicatorFields, context: PlanContext) -> None:
    has_sentence = "sentence" in section.nodes
    if fields.basis is Basis.STATED and not has_sentence:
        accepted = "sentence: the clause of the source it rests on, word by word; or basis: assumed"
        section.fault("basis", code="no-sentence", message="is stated, but no sentence says so", accepted=accepted)
    if fields.basis is Basis.ASSUMED and has_sentence:
        accepted = "no sentence, so that nobody takes our figure for the decision's; or basis: stated"
        section.fault("sentence", code="sentence-not-used", message="belongs to a stated basis", accepted=accepted)
    sentence = section.cells["sentence"].raw if "sentence" in section.cells else ""
    if sentence and context.source_text is not None and " ".join(sentence.split()) not in context.source_text:
        message = f"is not in the source: {shown(sentence)}"
        section.fault(
            "sentence", code="not-in-source", message=message, accepted="a clause of source_text, word by word"
        )


def _check_method(section: Section, fields: IndicatorFields) -> None:
    is_yes_no = fields.measure is Measure.YES_NO
    if fields.measure and fields.method and is_yes_no != (fields.method is Method.YES_NO):
        accepted = "yes-no" if is_yes_no else ", ".join(m.value for m in Method if m is not Method.YES_NO)
        message = f"is {fields.method.value} for the measure {fields.measure.value}"
        section.fault("method", code="method-does-not-fit", message=message, accepted=accepted)
    if fields.measure and fields.roll_up and fields.measure not in _MEASURES[fields.roll_up]:
        accepted = ", ".join(roll_up.value for roll_up, measures in _MEASURES.items() if fields.measure in measures)
        message = f"is {fields.roll_up.value} for the measure {fields.measure.value}"
        section.fault("roll_up", code="roll-up-does-not-fit", message=message, accepted=accepted)
    if fields.measure and fields.measure is not Measure.SHARE and "whole" in section.nodes:
        message = f"is given for the measure {fields.measure.value}"
        accepted = "whole for a share only: a count is always of whole things, a percent or number need not be"
        section.fault("whole", code="whole-not-used", message=message, accepted=accepted)
    if fields.expectation is Expectation.AT_ONCE and fields.milestones:
        message = "is at-once, but milestones are given"
        section.fault("expectation", code="milestones-not-used", message=message, accepted="linear, or no milestones")


def _check_target(section: Section, fields: IndicatorFields) -> None:
    is_given = "target" in section.nodes
    if fields.method is Method.NO_TARGET and is_given:
        message = "is given, but the method is no-target"
        section.fault("target", code="target-not-used", message=message, accepted="no target, or another method")
    elif fields.method not in {None, Method.NO_TARGET} and not is_given:
        message = f"target is missing for the method {fields.method.value if fields.method else ''}"
        accepted = "target: {comparison, value}, or method: no-target"
        section.report(section.line, code="no-target", message=message, accepted=accepted)
    if fields.target is None:
        return
    comparison, value = fields.target.comparison, fields.target.value
    if fields.direction and comparison not in _COMPARISONS[fields.direction]:
        accepted = ", ".join(word.value for word in _COMPARISONS[fields.direction])
        message = f"is compared by {comparison.value}, but the direction is {fields.direction.value}"
        section.fault("target", code="comparison-does-not-fit", message=message, accepted=accepted)
    if fields.measure is Measure.YES_NO:
        if comparison is not Comparison.AT_LEAST or value != 1:
            message = f"is {comparison.value} {value}, but the measure is yes-no"
            section.fault("target", code="target-does-not-fit", message=message, accepted="at-least 1, which is yes")
    elif fields.measure:
        check_bounds(section, "target", section.line_of("target"), value, measure=fields.measure, comparison=comparison)


def _check_tolerance(section: Section, fields: IndicatorFields) -> None:
    """Report a tolerance that does not fit, or a target of 0 that only a tolerance could be judged by on the way."""
    is_given = "tolerance" in section.nodes
    if is_given and fields.method not in {None, *_TOLERANT}:
        message = f"is given, but the method is {fields.method.value if fields.method else ''}"
        accepted = f"no tolerance, or the method {' or '.join(method.value for method in _TOLERANT)}"
        section.fault("tolerance", code="tolerance-not-used", message=message, accepted=accepted)
    if fields.tolerance is not None and not 0 <= fields.tolerance.on_track <= fields.tolerance.at_risk:
        message = f"is on_track {fields.tolerance.on_track} and at_risk {fields.tolerance.at_risk}"
        section.fault("tolerance", code="bad-order", message=message, accepted="0 ≤ on_track ≤ at_risk, in the unit")
    is_towards_zero = fields.target is not None and fields.target.value == 0 and fields.method is Method.TO_TARGET
    expectation = section.cells["expectation"].raw if "expectation" in section.cells else Expectation.LINEAR
    is_linear = expectation == Expectation.LINEAR
    if is_towards_zero and is_linear and fields.direction is Direction.DECREASING and not is_given:
        message = "is 0, and a line towards 0 expects nothing before its last day"
        accepted = "expectation: at-once; or a tolerance; or method: from-baseline; or another value"
        section.fault("target", code="nothing-expected", message=message, accepted=accepted)


def _check_limit(section: Section, fields: IndicatorFields) -> None:
    if "limit" in section.nodes and fields.method not in {None, Method.NO_TARGET}:
        message = f"is given, but the method is {fields.method.value if fields.method else ''}"
        accepted = f"no limit, or the method {Method.NO_TARGET.value}"
        section.fault("limit", code="limit-not-used", message=message, accepted=accepted)
    elif fields.limit is not None and fields.limit <= 0:
        accepted = "the value above 0 that it can reach and not pass, such as 100"
        section.fault("limit", code="out-of-range", message=f"is {fields.limit}", accepted=accepted)


def _check_reporters(section: Section, fields: IndicatorFields, context: PlanContext) -> None:
    if "reported_by" not in section.nodes:
        return
    ids = context.registry.ids if context.registry else frozenset(agency for agency, _ in fields.agencies)
    unknown = [(agency, line) for agency, line in fields.agencies if agency not in ids]
    for agency, line in unknown:
        message = f"reported_by.agencies names {shown(agency)}"
        section.report(line, code="unknown-agency", message=message, accepted="the id of an agency of agencies.csv")
    is_named = bool(fields.kinds or fields.agencies)
    if unknown or not fields.is_reporting_readable or (is_named and context.in_force is None):
        return  # reported already, or there is no registry to check against
    reporters = [agency for agency in context.in_force or () if fields.is_reported_by(agency)]
    if not reporters:
        section.fault(
            "reported_by",
            code="not-reported",
            message="names no agency that exists during the plan",
            accepted="kinds or agencies of agencies.csv that are valid on a day of the plan",
        )
    without_staff = [agency.agency for agency in reporters if not agency.staff]
    if fields.roll_up is RollUp.MEAN_BY_STAFF and without_staff:
        message = f"is mean-by-staff, but {len(without_staff)} agencies have no staff, first {without_staff[0]}"
        section.fault(
            "roll_up", code="no-staff", message=message, accepted="staff in agencies.csv for each that reports it"
        )


def check_weights(
    all_fields: Sequence[tuple[Section, IndicatorFields]], in_force: tuple[AgencyRegisteredData, ...] | None
) -> None:
    """Report a plan whose weights are all 0, or agencies whose indicators all weigh 0, once for each kind of agency.

    A score is Σpoints ÷ Σweights: it would be undefined for as long as the plan runs, which nobody would see before the
    first period closed.
    """
    if all_fields and not any(fields.weight for _, fields in all_fields):
        all_fields[0][0].fault(
            "weight",
            code="no-weight",
            message="is 0, and so is every other weight of the plan",
            accepted="a weight above 0 for at least one indicator of each agency",
        )
        return
    if in_force is None or not all(
        fields.is_reporting_readable and (fields.kinds or fields.agencies) for _, fields in all_fields
    ):
        return  # reported already, and which agency owes what is not known
    unscored: dict[AgencyKind, list[tuple[AgencyRegisteredData, Section]]] = {}
    for agency in in_force:
        owed = [(section, fields) for section, fields in all_fields if fields.is_reported_by(agency)]
        if owed and not any(fields.weight for _, fields in owed):
            unscored.setdefault(agency.kind, []).append((agency, owed[0][0]))
    for kind, agencies in unscored.items():
        first, section = agencies[0]
        message = f"is 0, and so is all else that {len(agencies)} of kind {kind.value} report, first {first.agency}"
        accepted = "a weight above 0 for at least one indicator that each of them reports"
        section.fault("weight", code="no-weight", message=message, accepted=accepted)
