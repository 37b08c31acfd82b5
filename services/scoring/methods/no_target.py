"""The method `no-target`: whether a value that has no target moves the right way, and how fast."""

from decimal import Decimal
from typing import Final

from services.scoring import figures
from services.scoring.cases import Case, Finding, Growth
from services.scoring.growth import (
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
from shared.events.vocabulary import ProgressStatus, Reason

YEARLY_LIMITS: Final = Limits(substantial=Decimal("0.015"), moderate=Decimal("0.005"))
_SUBSTANTIAL_LINE: Final = (Decimal(500), Decimal(-5))
_MODERATE_LINE: Final = (Decimal(250), Decimal("-1.25"))
_LIMITED_LINE: Final = (Decimal(500), Decimal("-2.5"))
_FALLING_LINE: Final = (Decimal(125), Decimal("-2.5"))


def no_target(case: Case) -> Finding:
    """Return the growth in a year towards the better, with its score and status: from 1.5 %, 0.5 % and 0 on.

    Nothing is found without a base: the value is shown, not judged.

    Source: Eurostat, SDG monitoring, indicators without a quantified target; scores as in Open SDG's progress measure.
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
    status = YEARLY_LIMITS.status_of(ratio)
    return Finding(reason=REASONS[status], growth=Growth(status=status, ratio=ratio, score=_score(ratio, status)))


def _nothing(reason: Reason) -> Finding:
    return Finding(reason=reason, growth=Growth(ProgressStatus.NOT_AVAILABLE))


def _score(ratio: Decimal, status: ProgressStatus) -> Decimal:
    slope, rise = {
        ProgressStatus.SUBSTANTIAL_PROGRESS: _SUBSTANTIAL_LINE,
        ProgressStatus.MODERATE_PROGRESS: _MODERATE_LINE,
        ProgressStatus.LIMITED_PROGRESS: _LIMITED_LINE,
    }.get(status, _FALLING_LINE)
    return min(max(figures.on_line(ratio, slope=slope, rise=rise), WORST_SCORE), BEST_SCORE)
