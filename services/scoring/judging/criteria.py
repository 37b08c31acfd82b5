"""The criteria that indicators are judged by in a period: the same for every agency, so made once per plan version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.scoring.judging import figures
from services.scoring.judging.attainment import base_of, due, goal
from services.scoring.judging.expectation import Expected, expected, expected_share
from services.scoring.judging.model import Base, Indicator, Period, Plan, Target, Thresholds, once_per_plan
from services.scoring.judging.needed import needed_value, next_period
from shared.events.vocabulary import Method


@dataclass(frozen=True, slots=True)
class Criteria:
    """What an indicator is judged by in a period."""

    target: Target | None
    due: date  # the moment by which the target is to be reached: the start of the day after its own
    expected: Expected
    expected_share: Decimal | None  # of agencies that say yes, a ratio; None of all but a yes-no
    base: Base | None  # what growth is measured from, where that is the same for every agency
    thresholds: Thresholds
    expected_ratio: Decimal | None  # as it is kept and published
    expected_value: Decimal | None
    needed: Decimal | None  # the value that is on track at the end of the plan's next period


@once_per_plan
def criteria_of(plan: Plan, period: Period) -> Mapping[str, Criteria]:
    """Return the criteria of each indicator of a plan version at the period's end."""
    return {indicator.id: _criteria(indicator, plan=plan, period=period) for indicator in plan.indicators}


def _criteria(indicator: Indicator, *, plan: Plan, period: Period) -> Criteria:
    target = goal(indicator)
    wanted = expected(indicator, plan=plan, at=period.ends_on)
    is_yes_no = indicator.method is Method.YES_NO
    return Criteria(
        target=target,
        due=due(target, plan_ends_on=plan.ends_on),
        expected=wanted,
        expected_share=expected_share(indicator, plan=plan, at=period.ends_on) if is_yes_no else None,
        base=base_of(indicator, first=None),
        thresholds=plan.thresholds,
        expected_ratio=figures.kept(wanted.ratio),
        expected_value=figures.kept(wanted.value),
        needed=needed_value(indicator, plan=plan, following=next_period(plan, period)),
    )
