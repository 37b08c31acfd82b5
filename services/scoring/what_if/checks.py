"""Checks a change that is tried: what a plan file with it would be refused for, all of it at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from services.scoring.judging.bounds import bounds_of
from services.scoring.judging.figures import ONE, ONE_DAY
from services.scoring.judging.model import Indicator, Milestone, Plan, Target
from services.scoring.what_if import faults
from services.scoring.what_if.changes import Change, IndicatorChange, changed_indicator, changed_thresholds
from shared.events.vocabulary import Comparison, Direction, Expectation, Measure, Method
from shared.wording.faults import Fault

_COMPARISONS: Final = {
    Direction.INCREASING: (Comparison.ABOVE, Comparison.AT_LEAST),
    Direction.DECREASING: (Comparison.BELOW, Comparison.AT_MOST),
}
# Of growth alone nothing is known of sides: published series have baselines that were past the target already.
_ANY_SIDE: Final = frozenset({Method.PACE, Method.NO_TARGET})
_WANTED: Final = {
    Measure.SHARE: ("từ 0 đến 100", "from 0 to 100"),
    Measure.PERCENT: ("từ 0 đến 100", "from 0 to 100"),
    Measure.COUNT: ("là số nguyên không âm", "a whole number, not negative"),
    Measure.YES_NO: ("là 0 (không) hoặc 1 (có)", "0 for no or 1 for yes"),
}


_OF_ALL: Final = ("từ 0 đến 1 (phần cơ quan trả lời có)", "from 0 to 1, the share of agencies that say yes")


@dataclass(frozen=True, slots=True)
class _Tried:
    """One indicator's change with what comes of it, and where it stands in the body."""

    pointer: str
    change: IndicatorChange
    after: Indicator
    plan: Plan

    @property
    def is_day_given(self) -> bool:
        return self.change.target is not None and self.change.target.on is not None

    @property
    def has_sides(self) -> bool:
        return self.after.method not in _ANY_SIDE

    def is_worse(self, value: Decimal, than: Decimal) -> bool:
        return value > than if self.after.direction is Direction.DECREASING else value < than


def faults_of(change: Change, *, plan: Plan) -> tuple[Fault, ...]:
    """Return everything for which the plan could not become what the change asks for; nothing where it can.

    Pointers lead into `{indicators: [{indicator, target: {comparison, value, on}, milestones: [{on, value}]}],
    thresholds: {on_track_ratio, at_risk_ratio}}`.

    Source: what loading a plan file checks (our rule).
    """
    return (*_indicators_faults(change, plan=plan), *_thresholds_faults(change, plan=plan))


def _thresholds_faults(change: Change, *, plan: Plan) -> Iterator[Fault]:
    after = changed_thresholds(plan.thresholds, change.thresholds)
    if not 0 < after.at_risk_ratio < after.on_track_ratio <= 1:
        yield faults.BAD_THRESHOLDS.at("/thresholds", on_track=after.on_track_ratio, at_risk=after.at_risk_ratio)


def _indicators_faults(change: Change, *, plan: Plan) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, each in enumerate(change.indicators):
        pointer = f"/indicators/{position}"
        known = plan.indicator_by_id.get(each.indicator)
        if known is None:
            yield faults.UNKNOWN_INDICATOR.at(f"{pointer}/indicator", indicator=each.indicator)
            continue
        if each.indicator in seen:
            yield faults.REPEATED_INDICATOR.at(f"{pointer}/indicator", indicator=each.indicator)
        seen.add(each.indicator)
        tried = _Tried(pointer, each, changed_indicator(known, each), plan)
        yield from _target_faults(tried)
        yield from _milestones_faults(tried)


def _target_faults(tried: _Tried) -> Iterator[Fault]:
    change, after, pointer = tried.change.target, tried.after.target, f"{tried.pointer}/target"
    if change is None:
        return
    if after is None:
        yield faults.NO_TARGET.at(pointer)
        return
    if tried.after.measure is Measure.YES_NO:
        if (after.comparison, after.value) != (Comparison.AT_LEAST, ONE):
            yield faults.YES_IS_THE_TARGET.at(pointer)
    else:
        yield from _goal_faults(tried, after)
    yield from _day_faults(tried, after)


def _goal_faults(tried: _Tried, target: Target) -> Iterator[Fault]:
    pointer, baseline = f"{tried.pointer}/target", tried.after.baseline
    accepted = _COMPARISONS[tried.after.direction]
    if target.comparison not in accepted:
        yield faults.COMPARISON_DOES_NOT_FIT.at(f"{pointer}/comparison", accepted=", ".join(accepted))
    if not _is_possible(tried.after, target.value):
        yield _out_of_range(tried.after, f"{pointer}/value")
        return
    bounds = bounds_of(tried.after)
    end = {Comparison.ABOVE: bounds.highest, Comparison.BELOW: bounds.lowest}.get(target.comparison)
    if _expects_nothing(tried.after, target):
        yield faults.NOTHING_EXPECTED.at(f"{pointer}/value")
    if target.value == end:
        yield faults.NOTHING_BEYOND.at(f"{pointer}/value", end=target.value)
    if baseline is not None and tried.has_sides and tried.is_worse(target.value, than=baseline.value):
        side = faults.BELOW_BASELINE if target.is_rising else faults.ABOVE_BASELINE
        yield side.at(f"{pointer}/value", baseline=baseline.value)
    if tried.change.milestones is None:
        for milestone in tried.after.milestones:
            if tried.is_worse(target.value, than=milestone.value):
                yield faults.PAST_TARGET.at(f"{pointer}/value", milestone=milestone, target=target.value)


def _day_faults(tried: _Tried, target: Target) -> Iterator[Fault]:
    pointer, baseline = f"{tried.pointer}/target/on", tried.after.baseline
    if target.on is None or not tried.is_day_given:
        return
    before = [milestone.on for milestone in tried.after.milestones] + ([baseline.on] if baseline else [])
    if target.on < tried.plan.starts_on:
        yield faults.BEFORE_PLAN.at(pointer, first=tried.plan.starts_on)
    elif before and target.on <= max(before):
        yield faults.NOT_AFTER.at(pointer, day=max(before))


def _milestones_faults(tried: _Tried) -> Iterator[Fault]:
    pointer, after = f"{tried.pointer}/milestones", tried.after
    if not tried.change.milestones:
        return
    if after.method is Method.NO_TARGET:
        yield faults.NO_TARGET.at(pointer)
    if after.expectation is Expectation.AT_ONCE:
        yield faults.MILESTONES_NOT_USED.at(pointer)
    before = after.baseline
    for position, milestone in enumerate(tried.change.milestones):
        at = f"{pointer}/{position}"
        yield from _place_faults(tried, milestone, at=at, before=before)
        if not _is_possible(after, milestone.value, is_of_all=True):
            yield _out_of_range(after, f"{at}/value", is_of_all=True)
            continue
        is_first_on_any_side = before is after.baseline and not tried.has_sides
        if before is not None and not is_first_on_any_side and tried.is_worse(milestone.value, than=before.value):
            yield faults.FALLS_BACK.at(f"{at}/value", value=before.value, day=before.on)
        if after.target is not None and tried.is_worse(after.target.value, than=milestone.value):
            yield faults.PAST_TARGET.at(f"{at}/value", milestone=milestone, target=after.target.value)
        before = milestone


def _place_faults(tried: _Tried, milestone: Milestone, *, at: str, before: Milestone | None) -> Iterator[Fault]:
    plan, target = tried.plan, tried.after.target
    if not plan.starts_on <= milestone.on < plan.ends_on:
        yield faults.OUT_OF_PLAN.at(f"{at}/on", first=plan.starts_on, last=plan.ends_on - ONE_DAY)
    if before is not None and milestone.on <= before.on:
        is_twice = milestone.on == before.on and before is not tried.after.baseline
        yield (faults.DUPLICATE_MILESTONE if is_twice else faults.NOT_AFTER).at(f"{at}/on", day=before.on)
    if tried.is_day_given:
        return  # then it is the target's day that is at fault
    if target is not None and target.on is not None and milestone.on >= target.on:
        yield faults.NOT_BEFORE_TARGET.at(f"{at}/on", day=target.on)


def _expects_nothing(indicator: Indicator, target: Target) -> bool:
    """Return whether only the last day of a line towards 0 would expect anything."""
    is_towards_zero = target.value == 0 and indicator.direction is Direction.DECREASING
    is_linear = indicator.expectation is Expectation.LINEAR and indicator.method is Method.TO_TARGET
    return is_towards_zero and is_linear and indicator.tolerance is None


def _is_possible(indicator: Indicator, value: Decimal, *, is_of_all: bool = False) -> bool:
    """Return whether the measure can have the value; of all agencies together a yes-no can have a part of 1."""
    is_in_parts = indicator.measure is Measure.YES_NO and is_of_all
    is_whole = indicator.measure not in {Measure.COUNT, Measure.YES_NO} or value == value.to_integral_value()
    return (is_whole or is_in_parts) and bounds_of(indicator).clamped(value) == value


def _out_of_range(indicator: Indicator, pointer: str, *, is_of_all: bool = False) -> Fault:
    is_in_parts = indicator.measure is Measure.YES_NO and is_of_all
    wanted_vi, wanted_en = _OF_ALL if is_in_parts else _WANTED[indicator.measure]
    return faults.OUT_OF_RANGE.at(pointer, wanted_vi=wanted_vi, wanted_en=wanted_en)
