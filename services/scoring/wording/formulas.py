"""The formula that an indicator is judged by, as its event tells it: with a calculator it leads to the standing."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.attainment import GROWTH_METHODS, goal, yes_due
from services.scoring.judging.expectation import line
from services.scoring.judging.model import Indicator, Plan, Target, Tolerance
from services.scoring.wording.terms import SIGNS
from shared.events.vocabulary import Direction, Expectation, GrowthFrom, Measure, Method

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


def formula(indicator: Indicator, *, plan: Plan) -> str:
    """Return the formula that the indicator is judged by in a plan version, and where it comes from."""
    target, is_growth = goal(indicator), indicator.method in GROWTH_METHODS
    base = _BASES[indicator.growth_from]
    steps = ["value = 100 × numerator ÷ denominator"] if indicator.measure is Measure.SHARE else []
    if target is None:
        has_base = indicator.baseline is not None or indicator.growth_from is GrowthFrom.FIRST_OBSERVATION
        if not (is_growth and has_base):
            return "no target: the value is shown, not judged (our rule)"
        of_limit = [] if indicator.limit is None else [_of_limit(indicator.limit)]
        return "; ".join([*steps, base, *_YEARLY, *of_limit])
    is_yes_no = indicator.method is Method.YES_NO
    steps.append("met if yes" if is_yes_no else f"met if value {SIGNS[target.comparison]} {target.value}")
    steps += [base, *_REQUIRED] if is_growth else _paced(indicator, target=target, plan=plan)
    return "; ".join(steps)


def _paced(indicator: Indicator, *, target: Target, plan: Plan) -> Iterator[str]:
    if obstacle := _obstacle(indicator, target=target):
        yield f"no ratio to {obstacle} exists: not assessable unless met (our rule)"
        return
    yield _attainment(indicator, target=target)
    if indicator.method is Method.YES_NO:
        yield from _of_yes_no(indicator, plan=plan)
        return
    corners = line(indicator, target=target, plan_starts_on=plan.starts_on, plan_ends_on=plan.ends_on)
    if corners:
        through = ", ".join(f"{value} on {moment - figures.ONE_DAY}" for moment, value in corners)
        yield f"expected value = on straight lines by days through {through} (ends of days), at the period's last day"
        yield "expected = its attainment (our rule)"
    else:
        yield "expected = 1: the target, from the first period (our rule)"
    if indicator.tolerance is not None:
        yield _of_tolerance(indicator.tolerance, direction=indicator.direction)
        return
    on_track, at_risk = plan.thresholds.on_track_ratio, plan.thresholds.at_risk_ratio
    yield (
        f"unless met, pace = attainment ÷ expected: from {on_track} on track, from {at_risk} at risk, below lagging "
        "(the plan's thresholds), on track while 0 is expected (our rule)"
    )
    yield "lag = 100 × (expected − attainment), never below 0 (our rule)"


def _of_yes_no(indicator: Indicator, *, plan: Plan) -> Iterator[str]:
    if indicator.expectation is Expectation.AT_ONCE:
        yield "expected = 1: yes, from the first period (our rule)"
    else:
        last_on = yes_due(indicator, plan_ends_on=plan.ends_on) - figures.ONE_DAY
        yield f"expected = 0 before the end of {last_on}, 1 from then on (our rule)"
    yield "a no is on track while 0 is expected, lagging once 1 is (our rule)"
    yield "lag = 100 × (expected − attainment), never below 0 (our rule)"


def _of_tolerance(tolerance: Tolerance, *, direction: Direction) -> str:
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


def _obstacle(indicator: Indicator, *, target: Target) -> str | None:
    is_increasing = indicator.direction is Direction.INCREASING
    if indicator.method is Method.TO_TARGET and (target.value < 0 or (target.value == 0 and is_increasing)):
        return "a target of 0 or less" if is_increasing else "a target below 0"
    baseline = indicator.baseline
    if indicator.method is Method.FROM_BASELINE and baseline is not None and baseline.value == target.value:
        return "a target that is the baseline"
    return None


def _attainment(indicator: Indicator, *, target: Target) -> str:
    if indicator.method is Method.YES_NO:
        return "attainment = 1 if yes, 0 if no (ServiceNow Goal Framework, milestones)"
    if indicator.method is Method.FROM_BASELINE:
        return (
            "attainment = (value − baseline) ÷ (target − baseline) (ServiceNow Goal Framework; ESCAP, current status)"
        )
    if indicator.direction is Direction.INCREASING:
        return "attainment = value ÷ target (ServiceNow Goal Framework, actual ÷ planned)"
    if target.value == 0:
        return "attainment = 1 if met, else 0 (no quotient leads to 0: our rule)"
    return "attainment = target ÷ value, 1 from 0 down (ServiceNow Goal Framework, reversed: less is better)"
