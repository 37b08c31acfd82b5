"""The method `no-target`: whether a value that has no target moves the right way, and how fast."""

from decimal import Decimal
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.methods.case import Case, Finding, Growth
from services.scoring.judging.methods.growth import (
    BEST_SCORE,
    REASONS,
    WORST_SCORE,
    Limits,
    are_of_other_signs,
    growth_since,
    moment_of,
    towards_better,
    usable,
    years_between,
)
from shared.events.vocabulary import YEARLY_LIMITS, Direction, ProgressStatus, Reason

_LIMITS: Final = Limits(*YEARLY_LIMITS)
_LIMIT_EXPONENT: Final = Decimal("4.44")
_SUBSTANTIAL_LINE: Final = (Decimal(500), Decimal(-5))
_MODERATE_LINE: Final = (Decimal(250), Decimal("-1.25"))
_LIMITED_LINE: Final = (Decimal(500), Decimal("-2.5"))
_FALLING_LINE: Final = (Decimal(125), Decimal("-2.5"))


def no_target(case: Case) -> Finding:
    """Return the growth in a year towards the better, with its score and status: from 1.5 %, 0.5 % and 0 on.

    Nothing is found without a base: the value is shown, not judged. Where the indicator has a natural limit, growth
    towards the better is divided by C, how much of the way to the limit was left at the base: who stands near the
    ceiling can no longer grow fast. At the limit itself C is 0, and whatever is no worse is substantial. 0 that stays 0
    is the best there is where less is better.

    Source: Eurostat, SDG monitoring, indicators without a quantified target; scores as in Open SDG's progress measure;
    C as Open SDG and Statistics Canada have it: 1 − (base ÷ limit)^4.44.
    """
    base = case.base
    if base is None:
        return Finding(reason=Reason.NO_TARGET)
    years = years_between(moment_of(base), case.at)
    if years <= 0:
        return _nothing(Reason.ONE_OBSERVATION)
    if are_of_other_signs(usable(base.value), case.value):
        return _nothing(Reason.MIXED_SIGNS)
    sign = towards_better(case, base=base)
    ratio = figures.kept(figures.product(sign, growth_since(base, value=case.value, years=years)))
    factor = None if case.limit is None or ratio < 0 else figures.kept(_room(base.value, limit=case.limit))
    is_best = factor == 0 or (case.value == base.value == 0 and case.direction is Direction.DECREASING)
    if is_best:
        best = Growth(ProgressStatus.SUBSTANTIAL_PROGRESS, ratio=ratio, score=BEST_SCORE, limit_factor=factor)
        return Finding(reason=Reason.SUBSTANTIAL_PROGRESS, growth=best)
    if factor is not None:
        ratio = figures.kept(figures.quotient(ratio, factor))
    status = _LIMITS.status_of(ratio)
    growth = Growth(status=status, ratio=ratio, score=_score(ratio, status), limit_factor=factor)
    return Finding(reason=REASONS[status], growth=growth)


def _room(base: Decimal, *, limit: Decimal) -> Decimal:
    """Return C: 1 far from the limit, on either side of it, and 0 on it."""
    distance = figures.quotient(figures.difference(base, limit).copy_abs(), limit)
    if base < 0 or distance >= 1:
        return figures.ONE
    return figures.difference(figures.ONE, figures.raised(figures.difference(figures.ONE, distance), _LIMIT_EXPONENT))


def _nothing(reason: Reason) -> Finding:
    return Finding(reason=reason, growth=Growth(ProgressStatus.NOT_AVAILABLE))


def _score(ratio: Decimal, status: ProgressStatus) -> Decimal:
    slope, rise = {
        ProgressStatus.SUBSTANTIAL_PROGRESS: _SUBSTANTIAL_LINE,
        ProgressStatus.MODERATE_PROGRESS: _MODERATE_LINE,
        ProgressStatus.LIMITED_PROGRESS: _LIMITED_LINE,
    }.get(status, _FALLING_LINE)
    return min(max(figures.on_line(ratio, slope=slope, rise=rise), WORST_SCORE), BEST_SCORE)
