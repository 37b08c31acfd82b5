"""The formula that an indicator was judged by: with a calculator it leads from a judgement's inputs to its standing."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from shared.events.plans import TargetData, ToleranceData
from shared.events.progress import JudgementData, ProgressChangedData
from shared.events.vocabulary import Direction, Expectation, GrowthFrom, Measure, Method
from shared.wording.terms import SIGNS

_GROWTH: Final = frozenset({Method.PACE, Method.NO_TARGET})
_ONE_DAY: Final = timedelta(days=1)


_CAGR: Final = "CAGR = (value ÷ base)^(1 ÷ years) − 1, 0 if unchanged"
_SIGN: Final = "d = 1 if more is better, else −1; sign = −1 if base < 0, else 1; a base or target of 0 counts as 0.001"
_YEARS: Final = "from the end of the base's day, months apart ÷ 12 + days of the month apart ÷ 365 (our rule)"
_LIMITED: Final = "from 0 limited = lagging, below deterioration = lagging"
_REQUIRED: Final = (
    _CAGR,
    "required = (target ÷ base)^(1 ÷ years in all) − 1",
    "progress R = sign × d × CAGR ÷ |required|",
    _SIGN,
    f"years to the period's end, in all to the end of the target's day or the plan: {_YEARS}",
    f"from 0.95 substantial = on track, from 0.6 moderate = at risk, {_LIMITED} (Eurostat; Open SDG)",
    "no R, not assessable: one observation, signs that differ, a base that is the target or not before its date",
    "score = 5 if met, 7.1429 × R − 4.2857 from 0.6 on, else 4.1667 × R − 2.5, in −5 … 5 (Open SDG)",
    "attainment = R, at least 1 if met",
    "expected value = base × (target ÷ base)^(years ÷ years in all)",
)
_YEARLY: Final = (
    _CAGR,
    "progress p = sign × d × CAGR",
    _SIGN,
    f"years to the period's end: {_YEARS}",
    f"from 0.015 substantial = on track, from 0.005 moderate = at risk, {_LIMITED} (Eurostat, no quantified target)",
    "not assessable: one observation, signs that differ",
    "score = 500p − 5 if substantial, 250p − 1.25 moderate, 500p − 2.5 limited, else 125p − 2.5, in −5 … 5 (Open SDG)",
    "0 that stays 0 where less is better: substantial, 5 (our rule)",
)
_BASES: Final = {
    GrowthFrom.BASELINE: "base = the plan's baseline",
    GrowthFrom.FIRST_OBSERVATION: "base = the agency's first observation in the plan",
}


def formula(judgement: JudgementData, *, progress: ProgressChangedData) -> str:
    """Return the formula that the judgement was made by, and where it comes from."""
    target, is_growth = judgement.target, judgement.method in _GROWTH
    base = _BASES[judgement.growth_from]
    steps = ["value = 100 × numerator ÷ denominator"] if judgement.measure is Measure.SHARE else []
    if target is None:
        has_base = judgement.baseline is not None or judgement.growth_from is GrowthFrom.FIRST_OBSERVATION
        if not (is_growth and has_base):
            return "no target: the value is shown, not judged (our rule)"
        of_limit = [] if judgement.limit is None else [_of_limit(judgement.limit)]
        return "; ".join([*steps, base, *_YEARLY, *of_limit])
    is_yes_no = judgement.method is Method.YES_NO
    steps.append("met if yes" if is_yes_no else f"met if value {SIGNS[target.comparison]} {target.value}")
    steps += [base, *_REQUIRED] if is_growth else _paced(judgement, target=target, progress=progress)
    return "; ".join(steps)


def _paced(judgement: JudgementData, *, target: TargetData, progress: ProgressChangedData) -> Iterator[str]:
    if obstacle := _obstacle(judgement, target=target):
        yield f"no ratio to {obstacle} exists: not assessable unless met (our rule)"
        return
    yield _attainment(judgement, target=target)
    last_on = target.on or progress.plan_ends_on - _ONE_DAY
    if judgement.method is Method.YES_NO:
        yield from _of_yes_no(judgement, last_on=last_on)
        return
    corners = _corners(judgement, target=target, last_on=last_on, plan_starts_on=progress.plan_starts_on)
    if corners:
        through = ", ".join(f"{value} on {on}" for on, value in corners)
        yield f"expected value = on straight lines by days through {through} (ends of days), at the period's last day"
        yield "expected = its attainment (our rule)"
    else:
        yield "expected = 1: the target, from the first period (our rule)"
    if judgement.tolerance is not None:
        yield _of_tolerance(judgement.tolerance, direction=judgement.direction)
        return
    on_track, at_risk = progress.thresholds.on_track_ratio, progress.thresholds.at_risk_ratio
    yield (
        f"unless met, pace = attainment ÷ expected: from {on_track} on track, from {at_risk} at risk, below lagging "
        "(the plan's thresholds), on track while 0 is expected (our rule)"
    )
    yield "lag = 100 × (expected − attainment), never below 0 (our rule)"


def _corners(
    judgement: JudgementData, *, target: TargetData, last_on: date, plan_starts_on: date
) -> list[tuple[date, Decimal]]:
    """Return the days (at their ends) and values that the line of the expected value passes; none without a line."""
    baseline, rises = judgement.baseline, judgement.direction is Direction.INCREASING
    if judgement.expectation is Expectation.AT_ONCE or not (rises or baseline or judgement.milestones):
        return []
    corners = {}
    if baseline is not None:
        corners[max(plan_starts_on - _ONE_DAY, baseline.on)] = baseline.value
    elif rises:
        corners[plan_starts_on - _ONE_DAY] = Decimal(0)
    corners |= {each.on: each.value for each in judgement.milestones} | {last_on: target.value}
    return sorted((on, value) for on, value in corners.items() if on <= last_on)


def _of_yes_no(judgement: JudgementData, *, last_on: date) -> Iterator[str]:
    if judgement.expectation is Expectation.AT_ONCE:
        yield "expected = 1: yes, from the first period (our rule)"
    else:
        yield f"expected = 0 before the end of {last_on}, 1 from then on (our rule)"
    yield "a no is on track while 0 is expected, lagging once 1 is (our rule)"
    yield "lag = 100 × (expected − attainment), never below 0 (our rule)"


def _of_tolerance(tolerance: ToleranceData, *, direction: Direction) -> str:
    lag = "expected value − value" if direction is Direction.INCREASING else "value − expected value"
    return (
        f"unless met, lag in the unit = {lag}, never below 0: up to {tolerance.on_track} on track, up to "
        f"{tolerance.at_risk} at risk, beyond lagging (the indicator's tolerance, {tolerance.basis}; our rule)"
    )


def _of_limit(limit: Decimal) -> str:
    return (
        f"limit {limit}: p from 0 is divided by C = 1 − (1 − |base − limit| ÷ limit)^4.44, 1 for a base below 0 or "
        "from twice the limit on; where C is 0, substantial, 5 (Open SDG)"
    )


def _obstacle(judgement: JudgementData, *, target: TargetData) -> str | None:
    is_increasing = judgement.direction is Direction.INCREASING
    if judgement.method is Method.TO_TARGET and (target.value < 0 or (target.value == 0 and is_increasing)):
        return "a target of 0 or less" if is_increasing else "a target below 0"
    baseline = judgement.baseline
    if judgement.method is Method.FROM_BASELINE and baseline is not None and baseline.value == target.value:
        return "a target that is the baseline"
    return None


def _attainment(judgement: JudgementData, *, target: TargetData) -> str:
    if judgement.method is Method.YES_NO:
        return "attainment = 1 if yes, 0 if no (ServiceNow Goal Framework, milestones)"
    if judgement.method is Method.FROM_BASELINE:
        return (
            "attainment = (value − baseline) ÷ (target − baseline) (ServiceNow Goal Framework; ESCAP, current status)"
        )
    if judgement.direction is Direction.INCREASING:
        return "attainment = value ÷ target (ServiceNow Goal Framework, actual ÷ planned)"
    if target.value == 0:
        return "attainment = 1 if met, else 0 (no quotient leads to 0: our rule)"
    return "attainment = target ÷ value, 1 from 0 down (ServiceNow Goal Framework, reversed: less is better)"
