"""What indicators are measured by in a period: the same for every agency, so made once."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.scoring import figures
from services.scoring.attainment import due, goal
from services.scoring.expectation import Expected, expected
from services.scoring.explain import Phrases, phrases
from services.scoring.formulas import formula
from services.scoring.model import Indicator, Period, Plan, Target, Thresholds
from services.scoring.remembering import once_per_plan
from shared.events.vocabulary import Language


class Yardstick(NamedTuple):
    """What an indicator is measured by."""

    target: Target | None
    due: date  # the moment by which the target is to be reached
    expected: Expected
    thresholds: Thresholds
    expected_ratio: Decimal | None  # as it is kept and published
    expected_value: Decimal | None
    formula: str
    vi: Phrases
    en: Phrases


@once_per_plan
def yardsticks(plan: Plan, period: Period) -> Mapping[str, Yardstick]:
    """Return what each indicator of a plan version is measured by at the period's end."""
    return {indicator.id: _yardstick(indicator, plan=plan, period=period) for indicator in plan.indicators}


def _yardstick(indicator: Indicator, *, plan: Plan, period: Period) -> Yardstick:
    target = goal(indicator)
    wanted = expected(
        indicator, plan_starts_on=plan.starts_on, plan_ends_on=plan.ends_on, period_ends_on=period.ends_on
    )
    return Yardstick(
        target=target,
        due=due(target, plan_ends_on=plan.ends_on),
        expected=wanted,
        expected_ratio=figures.kept(wanted.ratio),
        expected_value=figures.kept(wanted.value),
        thresholds=plan.thresholds,
        formula=formula(indicator, plan=plan),
        vi=phrases(Language.VI, indicator=indicator, target=target, period=period),
        en=phrases(Language.EN, indicator=indicator, target=target, period=period),
    )
