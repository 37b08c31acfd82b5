"""What indicators are measured by in a period: the same for every agency, so made once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from services.scoring.judging import figures
from services.scoring.judging.attainment import base_of, due, first_yes, goal
from services.scoring.judging.expectation import Expected, expected, expected_share
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Base, Indicator, Period, Plan, Target, Thresholds, Tolerance, once_per_plan
from services.scoring.judging.needed import needed_value, next_period
from services.scoring.wording.explain import Phrases, phrases
from services.scoring.wording.formulas import formula
from services.scoring.wording.numerals import number
from shared.events.vocabulary import Language, Method, Reason, Standing

_ROUNDING: Final = Decimal("0.01")  # more than rounding two figures to what is read moves them together
_LARGEST_EXACT: Final = 20  # beyond such an exponent what is read is rounded by more
_INFINITY: Final = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What an indicator is measured by."""

    target: Target | None
    due: date  # the moment by which the target is to be reached
    expected: Expected
    expected_share: Decimal | None  # of agencies that say yes, a ratio; None of all but a yes-no
    base: Base | None  # what growth is measured from, where that is the same for every agency
    thresholds: Thresholds
    tolerance: Tolerance | None
    expected_ratio: Decimal | None  # as it is kept and published
    expected_value: Decimal | None
    expected_text: str  # the value as it is read by itself; empty where it is none, or the target
    near_expected: tuple[Decimal, Decimal]  # between these a value is so near that rounding could tell it across
    needed: Decimal | None  # the value that is on track at the end of the plan's next period
    formula: str
    vi: Phrases
    en: Phrases
    # What is the same for every agency, filled as it is needed: sentences without their figures, and judgements of what
    # is not reported and of a yes-no.
    frames: dict[tuple[Standing, Reason, bool, bool, bool, str], Any]
    silences: dict[tuple[Standing, Reason, bool], Judgement]
    answers: dict[tuple[bool, bool], Judgement]


@once_per_plan
def yardsticks(plan: Plan, period: Period) -> Mapping[str, Yardstick]:
    """Return what each indicator of a plan version is measured by at the period's end."""
    return {indicator.id: _yardstick(indicator, plan=plan, period=period) for indicator in plan.indicators}


def _yardstick(indicator: Indicator, *, plan: Plan, period: Period) -> Yardstick:
    target = goal(indicator)
    days = {"plan_starts_on": plan.starts_on, "plan_ends_on": plan.ends_on, "period_ends_on": period.ends_on}
    wanted = expected(indicator, **days)
    return Yardstick(
        target=target,
        due=due(target, plan_ends_on=plan.ends_on),
        base=base_of(indicator, first=None),
        expected=wanted,
        expected_share=expected_share(indicator, **days) if indicator.method is Method.YES_NO else None,
        expected_ratio=figures.kept(wanted.ratio),
        expected_value=figures.kept(wanted.value),
        expected_text="" if wanted.value is None or _is_goal(wanted.value, target) else number(wanted.value),
        near_expected=_near(wanted.value),
        thresholds=plan.thresholds,
        tolerance=indicator.tolerance,
        needed=needed_value(indicator, plan=plan, following=next_period(plan, period)),
        formula=formula(indicator, plan=plan),
        vi=phrases(Language.VI, indicator=indicator, target=_told(target, indicator), period=period),
        en=phrases(Language.EN, indicator=indicator, target=_told(target, indicator), period=period),
        frames={},
        silences={},
        answers={},
    )


def _told(target: Target | None, indicator: Indicator) -> Target | None:
    """Return the target as a sentence tells it: of a yes-no a milestone of 1 says by when."""
    if target is None or indicator.method is not Method.YES_NO:
        return target
    full = first_yes(indicator)
    return replace(target, on=full.on, on_basis=full.basis) if full else target


def _near(expected: Decimal | None) -> tuple[Decimal, Decimal]:
    if expected is None or expected.adjusted() > _LARGEST_EXACT:
        return -_INFINITY, _INFINITY
    return figures.difference(expected, _ROUNDING), figures.added(expected, _ROUNDING)


def _is_goal(expected: Decimal, target: Target | None) -> bool:
    return target is not None and expected == target.value
