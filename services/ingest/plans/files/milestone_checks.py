"""Checks an indicator's baseline, its milestones in their order, and its target."""

from datetime import date
from decimal import Decimal
from typing import Final

from services.ingest.plans.files.indicator_fields import IndicatorFields
from services.ingest.plans.files.yaml_sections import Section
from shared.events.vocabulary import Comparison, Direction, GrowthFrom, Measure, Method

_HIGHEST_PCT: Final = 100
_NEEDS_BASELINE: Final = (Method.FROM_BASELINE, Method.PACE)
_WATCH_GROWTH: Final = (Method.PACE, Method.NO_TARGET)
# Methods that watch growth allow a baseline on either side: published series begin past the target.
_ANY_SIDE: Final = (None, *_WATCH_GROWTH)


def check_bounds(
    section: Section,
    key: str,
    line: int,
    value: Decimal,
    *,
    measure: Measure,
    comparison: Comparison | None = None,
    is_of_all: bool = False,
) -> None:
    """Report a value that no observation of this measure can have, or a target that none can pass.

    Where `is_of_all`, the value is expected of all agencies together: that of a yes-no is then a share from 0 to 1.
    """
    if measure is Measure.NUMBER:
        return
    is_pct = measure in {Measure.SHARE, Measure.PERCENT}
    highest = {Measure.YES_NO: 1, Measure.COUNT: None}.get(measure, _HIGHEST_PCT)
    is_outside = value < 0 or (highest is not None and value > highest)
    is_beyond = (is_pct and comparison is Comparison.ABOVE and value == _HIGHEST_PCT) or (
        comparison is Comparison.BELOW and value == 0
    )
    is_share_of_yes = measure is Measure.YES_NO and is_of_all
    is_broken = not is_pct and not is_share_of_yes and value != value.to_integral_value()
    if is_outside or is_beyond or is_broken:
        accepted = {
            Measure.COUNT: "a whole number from 0",
            Measure.YES_NO: "a share of the agencies from 0 to 1, 1 for a yes of each"
            if is_of_all
            else "0 for no, 1 for yes",
        }.get(measure, "0 to 100, as of every share and percentage")
        stated = f"{comparison.value} {value}" if comparison else f"{value}"
        can_be = (
            f"is {stated}, which no {measure.value} can reach"
            if is_beyond
            else f"is {stated} for the measure {measure.value}"
        )
        section.report(line, code="out-of-range", message=f"{key} {can_be}", accepted=accepted)


def check_baseline(section: Section, fields: IndicatorFields, *, ends_on: date | None) -> None:
    """Report a baseline that is missing, too late, impossible or on the wrong side of the target."""
    is_given = "baseline" in section.nodes
    is_observed = fields.growth_from is GrowthFrom.FIRST_OBSERVATION
    if is_observed and fields.method not in _WATCH_GROWTH:
        message = f"is {fields.growth_from.value} for the method {fields.method.value if fields.method else ''}"
        section.fault(
            "growth_from", code="growth-not-watched", message=message, accepted="the method pace or no-target"
        )
    elif is_observed and is_given:
        message = "is given, but growth is measured from the first observation"
        section.fault("baseline", code="baseline-not-used", message=message, accepted="one of the two")
    elif fields.method in _NEEDS_BASELINE and not is_given and not is_observed:
        message = f"baseline is missing for the method {fields.method.value}"
        accepted = "baseline: {on, value, basis}"
        if fields.method is Method.PACE:
            accepted += "; or growth_from: first-observation"
        section.report(section.line, code="no-baseline", message=message, accepted=accepted)
    if fields.method is Method.YES_NO and is_given:
        message = "is given, but a yes or no starts from no"
        section.fault("baseline", code="baseline-not-used", message=message, accepted="no baseline")
    baseline = fields.baseline
    if baseline is None:
        return
    line = section.line_of("baseline")
    if fields.measure:
        check_bounds(section, "baseline", line, baseline.value, measure=fields.measure)
    first = next((milestone.on for milestone, _ in fields.milestones if milestone), ends_on)
    if first is not None and baseline.on >= first:
        message = f"baseline is of {baseline.on}"
        section.report(line, code="out-of-order", message=message, accepted=f"a day before {first}")
    target = fields.target
    if target and fields.method not in _ANY_SIDE and _falls_back(baseline.value, target.value, fields.direction):
        message = f"is {target.value}, on the wrong side of the baseline {baseline.value}"
        better = "below" if fields.direction is Direction.DECREASING else "above"
        section.fault("target", code="wrong-side", message=message, accepted=f"a target {better} the baseline")


def check_target_day(section: Section, fields: IndicatorFields, *, starts_on: date | None) -> None:
    """Report a target that is due before the plan starts, or before its baseline or a milestone."""
    due_on = fields.target.on if fields.target else None
    if due_on is None:
        return
    before = [milestone.on for milestone, _ in fields.milestones if milestone]
    before += [fields.baseline.on] if fields.baseline else []
    if starts_on and due_on < starts_on:
        section.fault(
            "target", code="out-of-plan", message=f"is due on {due_on}", accepted=f"a day from {starts_on} on"
        )
    elif before and due_on <= max(before):
        accepted = f"a day after {max(before)}, the last before the target"
        section.fault("target", code="out-of-order", message=f"is due on {due_on}", accepted=accepted)


def check_milestones(
    section: Section, fields: IndicatorFields, *, starts_on: date | None, ends_on: date | None
) -> None:
    """Report milestones that are outside the plan, out of order, impossible, or without a target."""
    if fields.milestones and fields.method is Method.NO_TARGET:
        section.fault("milestones", code="milestones-not-used", message="lead to no target", accepted="no milestones")
    before = fields.baseline if fields.method not in _ANY_SIDE else None
    last_on = None
    for milestone, line in fields.milestones:
        if milestone is None:
            continue
        if fields.measure:
            check_bounds(section, "milestone", line, milestone.value, measure=fields.measure, is_of_all=True)
        if starts_on and ends_on and not starts_on <= milestone.on < ends_on:
            message = f"milestone is of {milestone.on}"
            accepted = f"a day of the plan, from {starts_on} and before {ends_on}"
            section.report(line, code="out-of-plan", message=message, accepted=accepted)
        if milestone.on == last_on:
            message = f"milestone of {milestone.on} stands twice"
            section.report(line, code="duplicate-milestone", message=message, accepted="one milestone for a day")
        elif last_on is not None and milestone.on < last_on:
            message = f"milestone of {milestone.on} comes after that of {last_on}"
            section.report(line, code="out-of-order", message=message, accepted="milestones by date, earliest first")
        if before is not None and _falls_back(before.value, milestone.value, fields.direction):
            message = f"milestone {milestone.value} falls behind {before.value} of {before.on}"
            section.report(line, code="falls-back", message=message, accepted=f"{before.value} or better")
        if fields.target and _falls_back(milestone.value, fields.target.value, fields.direction):
            message = f"milestone {milestone.value} is past the target {fields.target.value}"
            section.report(line, code="past-target", message=message, accepted="a value on the way to the target")
        before, last_on = milestone, milestone.on


def _falls_back(earlier: Decimal, later: Decimal, direction: Direction | None) -> bool:
    return later > earlier if direction is Direction.DECREASING else later < earlier
