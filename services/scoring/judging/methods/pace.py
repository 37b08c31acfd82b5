"""The method `pace`: actual growth beside the growth that would reach the target in time."""

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
from services.scoring.judging.methods.no_target import no_target
from services.scoring.judging.model import Base, Target
from shared.events.vocabulary import REQUIRED_LIMITS, ProgressStatus, Reason

_LIMITS: Final = Limits(*REQUIRED_LIMITS)
_UPPER_LINE: Final = (Decimal("7.1429"), Decimal("-4.2857"))
_LOWER_LINE: Final = (Decimal("4.1667"), Decimal("-2.5"))
_NOTHING: Final = Growth(ProgressStatus.NOT_AVAILABLE)


def pace(case: Case) -> Finding:
    """Return the ratio R of actual to required growth, with its score and status, and attainment: R, 1 or more if met.

    A value that meets its target has achieved it whatever R is, and though R may not exist. Without a target the method
    is `no-target`.

    Source: Eurostat, SDG monitoring; Open SDG's progress measure, as Statistics Canada publishes it:
    R = sign × direction × CAGRᵢ ÷ |CAGR_T|.
    """
    target, base = case.target, case.base
    if target is None:
        return no_target(case)
    obstacle = _obstacle(case, target=target, base=base)
    compared = _compared(case, target=target, base=base) if base is not None and obstacle is None else _NOTHING
    if target.is_met_by(case.value):
        achieved = compared._replace(status=ProgressStatus.TARGET_ACHIEVED, score=BEST_SCORE)
        attainment = max(compared.ratio, figures.ONE) if compared.ratio is not None else figures.ONE
        return Finding(attainment, reason=Reason.TARGET_MET, growth=achieved)
    return Finding(compared.ratio, reason=obstacle or REASONS[compared.status], growth=compared)


def _obstacle(case: Case, *, target: Target, base: Base | None) -> Reason | None:
    """Return why there is no ratio, None where there is one."""
    if base is None or case.at <= moment_of(base):
        return Reason.ONE_OBSERVATION
    if case.due <= moment_of(base):
        return Reason.BASE_NOT_BEFORE_TARGET
    first, last = usable(base.value), usable(target.value)
    if are_of_other_signs(first, case.value) or are_of_other_signs(first, last):
        return Reason.MIXED_SIGNS
    return Reason.BASE_IS_TARGET if first == last else None


def _compared(case: Case, *, target: Target, base: Base) -> Growth:
    years, years_in_all = years_between(moment_of(base), case.at), years_between(moment_of(base), case.due)
    first, last = usable(base.value), usable(target.value)
    required = figures.compound_rate(first, last, years=years_in_all).copy_abs()
    actual = figures.product(towards_better(case, base=base), growth_since(base, value=case.value, years=years))
    ratio = figures.kept(figures.quotient(actual, required))
    return Growth(
        status=_LIMITS.status_of(ratio),
        ratio=ratio,
        score=_score(ratio),
        expected_value=figures.grown(first, last, part=figures.quotient(years, years_in_all)),
    )


def _score(ratio: Decimal) -> Decimal:
    slope, rise = _UPPER_LINE if ratio >= _LIMITS.moderate else _LOWER_LINE
    return min(max(figures.on_line(ratio, slope=slope, rise=rise), WORST_SCORE), BEST_SCORE)
