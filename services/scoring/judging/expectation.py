"""Expected attainment: what a plan expects of an indicator at the end of a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.attainment import GROWTH_METHODS, attained, due, goal
from services.scoring.judging.model import Indicator, Plan, Target
from shared.events.vocabulary import Basis, Direction, Expectation, Method


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected at a period's end: attainment as a ratio, and the value that would be exactly that."""

    ratio: Decimal | None
    value: Decimal | None


NOTHING: Final = Expected(ratio=None, value=None)


def expected(indicator: Indicator, *, plan: Plan, at: date) -> Expected:
    """Return the attainment (a ratio) and the value expected of a plan's indicator when the day before `at` ends.

    The value follows straight lines through the baseline (0 at the plan's start where there is none), the milestones,
    each due at the end of its day, and the target at its own day's end or the plan's; what an indicator expects at once
    is its target throughout. Days are counted whole, so the last day of a plan expects exactly the target. A yes-no
    expects nothing of an agency before its day, and a yes from that day's end on.

    Source: domain rules, section 5, "Expected attainment" (our rule).
    """
    target = goal(indicator)
    if target is None or indicator.method in GROWTH_METHODS:
        return NOTHING
    corners = line(indicator, target=target, plan=plan)
    if not corners:
        return Expected(ratio=figures.ONE, value=target.value)
    if indicator.method is Method.YES_NO:
        is_due = at >= due(target, plan_ends_on=plan.ends_on)
        answer = figures.ONE if is_due else figures.ZERO
        return Expected(ratio=answer, value=answer)
    value = _value_on(corners, at=at)
    return Expected(ratio=attained(indicator, target, value, at=at), value=value)


def expected_share(indicator: Indicator, *, plan: Plan, at: date) -> Decimal | None:
    """Return which share of agencies (a ratio) is expected to say yes when the day before `at` ends: on the line.

    Source: domain rules, section 5, "Expected attainment" (our rule).
    """
    target = goal(indicator)
    if target is None:
        return None
    corners = line(indicator, target=target, plan=plan)
    return _value_on(corners, at=at) if corners else target.value


def line(indicator: Indicator, *, target: Target, plan: Plan) -> list[tuple[date, Decimal]]:
    """Return the moments (starts of days) and values of the line's corners; none where all is expected at once."""
    if _is_whole_throughout(indicator):
        return []
    return _corners(indicator, target=target, starts_on=plan.starts_on, ends_on=due(target, plan_ends_on=plan.ends_on))


def _is_whole_throughout(indicator: Indicator) -> bool:
    if indicator.expectation is Expectation.AT_ONCE:
        return True
    # Falling towards a target needs somewhere to fall from: without it no line can be drawn (our rule).
    falls = indicator.direction is Direction.DECREASING and indicator.method is not Method.YES_NO
    return falls and indicator.baseline is None and not indicator.milestones


def _corners(indicator: Indicator, *, target: Target, starts_on: date, ends_on: date) -> list[tuple[date, Decimal]]:
    """Return the moments (starts of days) and values that the line passes through, in the order of time."""
    corners: dict[date, Decimal] = {}
    if indicator.baseline is not None:
        # A baseline measured before the plan is where the plan starts from.
        corners[max(starts_on, indicator.baseline.on + figures.ONE_DAY)] = indicator.baseline.value
    elif indicator.direction is Direction.INCREASING or indicator.method is Method.YES_NO:
        corners[starts_on] = figures.ZERO
    for milestone in indicator.milestones:
        corners[milestone.on + figures.ONE_DAY] = milestone.value
    corners[ends_on] = target.value
    return sorted((moment, value) for moment, value in corners.items() if moment <= ends_on)


def _value_on(corners: list[tuple[date, Decimal]], *, at: date) -> Decimal:
    if at <= corners[0][0]:
        return corners[0][1]
    for (before, first), (after, last) in pairwise(corners):
        if at <= after:
            return figures.between(first, last, part=(at - before).days, whole=(after - before).days)
    return corners[-1][1]


def expected_basis(
    *, basis: Basis, target: Decimal, expected: Decimal, milestones: Iterable[tuple[date, Basis]], last_on: date
) -> Basis:
    """Return the basis of what is expected at the end of `last_on`, of an indicator whose target has `basis`.

    It is that of the target, or of a milestone on that very day; on the way between such figures it is assumed, for no
    decision says that the way is even (our rule).
    """
    if expected == target:
        return basis
    return next((of_milestone for on, of_milestone in milestones if on == last_on), Basis.ASSUMED)
