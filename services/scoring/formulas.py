"""The formula that an indicator is judged by, as its event tells it, and where it comes from."""

from typing import Final

from services.scoring.attainment import GROWTH_METHODS
from services.scoring.model import Indicator, Target
from shared.events.vocabulary import Direction, Expectation, GrowthFrom, Measure, Method

_CAGR: Final = "CAGR = (value ÷ base)^(1 ÷ years since the base) − 1"
_SIGN: Final = "d = 1 if more is better, else −1; sign = −1 if base < 0, else 1; a base or target of 0 counts as 0.001"
_REQUIRED: Final = (
    _CAGR,
    "required = (target ÷ base)^(1 ÷ years from the base to the target's date) − 1",
    "progress R = sign × d × CAGR ÷ |required|",
    _SIGN,
    "achieved if the target is met, else from 0.95 substantial, from 0.6 moderate, from 0 limited (Eurostat; Open SDG)",
    "score = 5 if achieved, 7.1429 × R − 4.2857 from 0.6 on, else 4.1667 × R − 2.5, within −5 and 5 (Open SDG)",
    "attainment = R, at least 1 if the target is met",
)
_YEARLY: Final = (
    _CAGR,
    "progress = sign × d × CAGR",
    _SIGN,
    "from 0.015 on substantial, from 0.005 moderate, from 0 limited (Eurostat, no quantified target)",
    "score = 500p − 5, 250p − 1.25 or 500p − 2.5, below 0 125p − 2.5, where p = progress, within −5 and 5 (Open SDG)",
)


def formula(indicator: Indicator, *, target: Target | None) -> str:
    """Return the formula that the indicator is judged by, and where it comes from."""
    is_growth = indicator.method in GROWTH_METHODS
    has_base = indicator.baseline is not None or indicator.growth_from is GrowthFrom.FIRST_OBSERVATION
    if target is None and not (is_growth and has_base):
        return "no target: the value is shown, not judged (our rule)"
    steps = ["value = 100 × numerator ÷ denominator"] if indicator.measure is Measure.SHARE else []
    if is_growth:
        return "; ".join([*steps, *(_YEARLY if target is None else _REQUIRED)])
    if indicator.method is Method.YES_NO:
        steps.append("attainment = 1 if yes, 0 if no (ServiceNow Goal Framework, milestones)")
    elif indicator.method is Method.FROM_BASELINE:
        steps.append(
            "attainment = (value − baseline) ÷ (target − baseline) (ServiceNow Goal Framework; ESCAP, current status)"
        )
    elif indicator.direction is Direction.INCREASING:
        steps.append("attainment = value ÷ target (ServiceNow Goal Framework, actual ÷ planned)")
    else:
        steps.append("attainment = target ÷ value (ServiceNow Goal Framework, reversed: less is better)")
    if indicator.expectation is Expectation.AT_ONCE:
        steps.append("expected = the target from the first period")
    else:
        steps.append(
            "expected = attainment of the value on the straight lines, in days, through baseline, milestones and target"
        )
    steps.append("pace = attainment ÷ expected, compared with the plan's thresholds (our rule)")
    return "; ".join(steps)
