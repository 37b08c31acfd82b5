"""Checks that the parts of one indicator fit each other, the plan's dates and the registry."""

from typing import Final

from services.ingest.plans.files.drafts import Draft, Setting
from services.ingest.plans.files.milestone_checks import (
    check_baseline,
    check_bounds,
    check_milestones,
    check_target_day,
)
from services.ingest.plans.readers.values import shown
from services.ingest.plans.readers.yaml_sections import Section
from shared.events.vocabulary import Basis, Comparison, Direction, Expectation, Measure, Method, RollUp

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


def check(section: Section, draft: Draft, setting: Setting) -> None:
    """Report whatever does not fit."""
    programme = section.cells["programme"].raw.strip() if "programme" in section.cells else ""
    if programme and setting.programmes and programme not in setting.programmes:
        accepted = ", ".join(sorted(setting.programmes))
        section.fault("programme", code="unknown-programme", message=f"is {shown(programme)}", accepted=accepted)
    _check_basis(section, draft, setting)
    _check_method(section, draft)
    _check_target(section, draft)
    _check_tolerance(section, draft)
    _check_limit(section, draft)
    check_baseline(section, draft, ends_on=setting.ends_on)
    check_target_day(section, draft, starts_on=setting.starts_on)
    check_milestones(section, draft, starts_on=setting.starts_on, ends_on=setting.ends_on)
    _check_reporters(section, draft, setting)


def _check_basis(section: Section, draft: Draft, setting: Setting) -> None:
    has_sentence = "sentence" in section.nodes
    if draft.basis is Basis.STATED and not has_sentence:
        accepted = "sentence: the clause of the source it rests on, word by word; or basis: assumed"
        section.fault("basis", code="no-sentence", message="is stated, but no sentence says so", accepted=accepted)
    if draft.basis is Basis.ASSUMED and has_sentence:
        accepted = "no sentence, so that nobody takes our figure for the decision's; or basis: stated"
        section.fault("sentence", code="sentence-not-used", message="belongs to a stated basis", accepted=accepted)
    sentence = section.cells["sentence"].raw if "sentence" in section.cells else ""
    if sentence and setting.source_text is not None and " ".join(sentence.split()) not in setting.source_text:
        message = f"is not in the source: {shown(sentence)}"
        section.fault(
            "sentence", code="not-in-source", message=message, accepted="a clause of source_text, word by word"
        )


def _check_method(section: Section, draft: Draft) -> None:
    is_yes_no = draft.measure is Measure.YES_NO
    if draft.measure and draft.method and is_yes_no != (draft.method is Method.YES_NO):
        accepted = "yes-no" if is_yes_no else ", ".join(m.value for m in Method if m is not Method.YES_NO)
        message = f"is {draft.method.value} for the measure {draft.measure.value}"
        section.fault("method", code="method-does-not-fit", message=message, accepted=accepted)
    if draft.measure and draft.roll_up and draft.measure not in _MEASURES[draft.roll_up]:
        accepted = ", ".join(roll_up.value for roll_up, measures in _MEASURES.items() if draft.measure in measures)
        message = f"is {draft.roll_up.value} for the measure {draft.measure.value}"
        section.fault("roll_up", code="roll-up-does-not-fit", message=message, accepted=accepted)
    if draft.measure and draft.measure is not Measure.SHARE and "whole" in section.nodes:
        message = f"is given for the measure {draft.measure.value}"
        accepted = "whole for a share only: a count is always of whole things, a percent or number need not be"
        section.fault("whole", code="whole-not-used", message=message, accepted=accepted)
    if draft.expectation is Expectation.AT_ONCE and draft.milestones:
        message = "is at-once, but milestones are given"
        section.fault("expectation", code="milestones-not-used", message=message, accepted="linear, or no milestones")


def _check_target(section: Section, draft: Draft) -> None:
    is_given = "target" in section.nodes
    if draft.method is Method.NO_TARGET and is_given:
        message = "is given, but the method is no-target"
        section.fault("target", code="target-not-used", message=message, accepted="no target, or another method")
    elif draft.method not in {None, Method.NO_TARGET} and not is_given:
        message = f"target is missing for the method {draft.method.value if draft.method else ''}"
        accepted = "target: {comparison, value}, or method: no-target"
        section.report(section.line, code="no-target", message=message, accepted=accepted)
    if draft.target is None:
        return
    comparison, value = draft.target.comparison, draft.target.value
    if draft.direction and comparison not in _COMPARISONS[draft.direction]:
        accepted = ", ".join(word.value for word in _COMPARISONS[draft.direction])
        message = f"is compared by {comparison.value}, but the direction is {draft.direction.value}"
        section.fault("target", code="comparison-does-not-fit", message=message, accepted=accepted)
    if draft.measure is Measure.YES_NO:
        if comparison is not Comparison.AT_LEAST or value != 1:
            message = f"is {comparison.value} {value}, but the measure is yes-no"
            section.fault("target", code="target-does-not-fit", message=message, accepted="at-least 1, which is yes")
    elif draft.measure:
        check_bounds(section, "target", section.line_of("target"), value, measure=draft.measure, comparison=comparison)


def _check_tolerance(section: Section, draft: Draft) -> None:
    """Report a tolerance that does not fit, or a target of 0 that only a tolerance could be judged by on the way."""
    is_given = "tolerance" in section.nodes
    if is_given and draft.method not in {None, *_TOLERANT}:
        message = f"is given, but the method is {draft.method.value if draft.method else ''}"
        accepted = f"no tolerance, or the method {' or '.join(method.value for method in _TOLERANT)}"
        section.fault("tolerance", code="tolerance-not-used", message=message, accepted=accepted)
    if draft.tolerance is not None and not 0 <= draft.tolerance.on_track <= draft.tolerance.at_risk:
        message = f"is on_track {draft.tolerance.on_track} and at_risk {draft.tolerance.at_risk}"
        section.fault("tolerance", code="bad-order", message=message, accepted="0 ≤ on_track ≤ at_risk, in the unit")
    is_towards_zero = draft.target is not None and draft.target.value == 0 and draft.method is Method.TO_TARGET
    expectation = section.cells["expectation"].raw if "expectation" in section.cells else Expectation.LINEAR
    is_linear = expectation == Expectation.LINEAR
    if is_towards_zero and is_linear and draft.direction is Direction.DECREASING and not is_given:
        message = "is 0, and a line towards 0 expects nothing before its last day"
        accepted = "expectation: at-once; or a tolerance; or method: from-baseline; or another value"
        section.fault("target", code="nothing-expected", message=message, accepted=accepted)


def _check_limit(section: Section, draft: Draft) -> None:
    if "limit" in section.nodes and draft.method not in {None, Method.NO_TARGET}:
        message = f"is given, but the method is {draft.method.value if draft.method else ''}"
        accepted = f"no limit, or the method {Method.NO_TARGET.value}"
        section.fault("limit", code="limit-not-used", message=message, accepted=accepted)
    elif draft.limit is not None and draft.limit <= 0:
        accepted = "the value above 0 that it can reach and not pass, such as 100"
        section.fault("limit", code="out-of-range", message=f"is {draft.limit}", accepted=accepted)


def _check_reporters(section: Section, draft: Draft, setting: Setting) -> None:
    if "reported_by" not in section.nodes:
        return
    ids = setting.registry.ids if setting.registry else frozenset(agency for agency, _ in draft.agencies)
    unknown = [(agency, line) for agency, line in draft.agencies if agency not in ids]
    for agency, line in unknown:
        message = f"reported_by.agencies names {shown(agency)}"
        section.report(line, code="unknown-agency", message=message, accepted="the id of an agency of agencies.csv")
    is_named = bool(draft.kinds or draft.agencies)
    if unknown or not draft.is_reporting_readable or (is_named and setting.in_force is None):
        return  # told already, or there is no registry to ask
    reporters = [agency for agency in setting.in_force or () if draft.is_reported_by(agency)]
    if not reporters:
        section.fault(
            "reported_by",
            code="not-reported",
            message="names no agency that exists during the plan",
            accepted="kinds or agencies of agencies.csv that are valid on a day of the plan",
        )
    without_staff = [agency.agency for agency in reporters if not agency.staff]
    if draft.roll_up is RollUp.MEAN_BY_STAFF and without_staff:
        message = f"is mean-by-staff, but {len(without_staff)} agencies have no staff, first {without_staff[0]}"
        section.fault(
            "roll_up", code="no-staff", message=message, accepted="staff in agencies.csv for each that reports it"
        )
