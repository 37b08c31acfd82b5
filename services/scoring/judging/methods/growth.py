"""Growth: how fast a value moves in a year, and what statistical offices call that."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring.judging import figures
from services.scoring.judging.methods.case import Case
from services.scoring.judging.model import Base
from shared.events.vocabulary import Direction, ProgressStatus, Reason

BEST_SCORE: Final = Decimal(5)
WORST_SCORE: Final = Decimal(-5)
# Between these two scores, 0 and the best, the statuses of a group change.
_HALF_SCORE: Final = Decimal("2.5")
_NEXT_TO_ZERO: Final = Decimal("0.001")
_MONTHS: Final = 12
_DAYS: Final = 365
REASONS: Final = {
    ProgressStatus.TARGET_ACHIEVED: Reason.TARGET_MET,
    ProgressStatus.SUBSTANTIAL_PROGRESS: Reason.SUBSTANTIAL_PROGRESS,
    ProgressStatus.MODERATE_PROGRESS: Reason.MODERATE_PROGRESS,
    ProgressStatus.LIMITED_PROGRESS: Reason.LIMITED_PROGRESS,
    ProgressStatus.DETERIORATION: Reason.DETERIORATION,
}
"""Why a standing is what it is, by the status that was found."""


class Limits(NamedTuple):
    """From which ratio on progress is substantial, moderate or limited; below that it is deterioration."""

    substantial: Decimal
    moderate: Decimal
    limited: Decimal

    def status_of(self, ratio: Decimal) -> ProgressStatus:
        """Return what progress of this ratio is called."""
        if ratio >= self.substantial:
            return ProgressStatus.SUBSTANTIAL_PROGRESS
        if ratio >= self.moderate:
            return ProgressStatus.MODERATE_PROGRESS
        return ProgressStatus.LIMITED_PROGRESS if ratio >= self.limited else ProgressStatus.DETERIORATION


def moment_of(base: Base) -> date:
    """Return the moment of a base: it was measured at the end of its day."""
    return base.on + figures.ONE_DAY


def years_between(first: date, last: date) -> Decimal:
    """Return the years between two moments: whole months as twelfths, days beyond them as 365ths (our rule).

    Whole years are whole numbers, leap years or not, as in the published series.
    """
    months = (last.year - first.year) * _MONTHS + last.month - first.month
    return figures.sum_of_quotients((months, _MONTHS), (last.day - first.day, _DAYS))


def usable(value: Decimal) -> Decimal:
    """Return a base or a target from which growth can be reckoned: 0.001 instead of 0.

    Source: Open SDG, progress measure: a base value or target of zero is calculated with as 0.001.
    """
    return value or _NEXT_TO_ZERO


def towards_better(case: Case, *, base: Base) -> Decimal:
    """Return 1 or −1: with which sign growth from the base is an improvement.

    Source: Open SDG, progress measure: direction × sign, the sign being −1 where the base lies below zero.
    """
    is_rising = (case.direction is Direction.INCREASING) == (base.value >= 0)
    return figures.ONE if is_rising else -figures.ONE


def growth_since(base: Base, *, value: Decimal, years: Decimal) -> Decimal:
    """Return the compound growth in a year (a ratio) from the base to the value, which is not of the other sign.

    What has not changed has not grown, zero too (our rule).

    Source: Eurostat, SDG monitoring: CAGR = (y ÷ y₀)^(1 ÷ (t − t₀)) − 1.
    """
    if value == base.value:
        return figures.ZERO
    return figures.compound_rate(usable(base.value), value, years=years)


def are_of_other_signs(one: Decimal, other: Decimal) -> bool:
    """Return whether one lies below zero and the other above it."""
    return (one > 0 > other) or (one < 0 < other)


def group_score(scores: Iterable[Decimal | None]) -> Decimal | None:
    """Return the score (−5 … 5) of a group of series: the mean of those that have one; None where none has.

    Source: Open SDG, progress measure: an indicator's score is the mean of its series' scores.
    """
    known = [score for score in scores if score is not None]
    return figures.mean(known) if known else None


def group_status(score: Decimal | None, *, is_all_achieved: bool) -> ProgressStatus:
    """Return what the progress of a group with this score is called.

    Source: Open SDG, progress measure: achieved where every series' target is; else by 2.5, 0 and −2.5.
    """
    if is_all_achieved:
        return ProgressStatus.TARGET_ACHIEVED
    if score is None:
        return ProgressStatus.NOT_AVAILABLE
    return Limits(substantial=_HALF_SCORE, moderate=figures.ZERO, limited=-_HALF_SCORE).status_of(score)
