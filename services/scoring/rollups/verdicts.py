"""Says whether what agencies come to together meets its target, while some of them may be silent."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.bounds import Bounds, bounds_of
from services.scoring.judging.model import Indicator, Target
from services.scoring.rollups.cells import pooled
from shared.events.vocabulary import Measure, RollUp, Verdict

_NO_BOUNDS: Final = Bounds()
_PERCENT: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class PooledVerdict:
    """Whether the target is met, None where there is none or nothing to compare; `reported` of `owed` agencies."""

    verdict: Verdict | None
    reported: int
    owed: int
    is_incomplete: bool  # judged after the lock over those that reported, while others are silent


def pooled_verdict(
    indicator: Indicator,
    *,
    target: Target | None,
    part: Decimal,
    whole: Decimal,
    reported: int,
    owed: int,
    is_locked: bool,
    silent_weight: Decimal | None = None,
) -> PooledVerdict:
    """Return the verdict on the sums of those that reported; a target on a share of yes is in percent of agencies.

    `part` and `whole` are what the roll-up rule adds up; `silent_weight` is the staff of the silent, None: unknown.
    While reports can still come it is met or not met only where no missing report could change it. After the lock it is
    judged over those that reported, but what asks for all is not met while anyone is silent.

    Source: domain rules, section 5, "Roll-ups": silence is never success.
    """
    value = pooled(indicator.roll_up, part=part, whole=whole)
    silent = owed - reported
    if target is None:
        verdict = None
    elif silent and not is_locked:
        weight = silent_weight if indicator.roll_up is RollUp.MEAN_BY_STAFF else Decimal(silent)
        possible = _possible(indicator, part=part, whole=whole, owed=owed, silent_weight=weight)
        verdict = _of_possible(target, possible)
    elif silent and _asks_for_all(indicator, target):
        verdict = Verdict.NOT_MET
    else:
        verdict = None if value is None else _of_value(target, value)
    return PooledVerdict(verdict, reported=reported, owed=owed, is_incomplete=is_locked and silent > 0)


def _of_value(target: Target, value: Decimal) -> Verdict:
    return Verdict.MET if target.is_met_by(value) else Verdict.NOT_MET


def _of_possible(target: Target, possible: Bounds) -> Verdict:
    """Return the verdict that holds wherever within its bounds the value comes to lie."""
    worst, best = (possible.lowest, possible.highest) if target.is_rising else (possible.highest, possible.lowest)
    if worst is not None and target.is_met_by(worst):
        return Verdict.MET
    return Verdict.NOT_MET if best is not None and not target.is_met_by(best) else Verdict.NOT_YET_KNOWN


def _possible(
    indicator: Indicator, *, part: Decimal, whole: Decimal, owed: int, silent_weight: Decimal | None
) -> Bounds:
    """Return between which values the whole can come to lie once the silent have reported."""
    rule, each = indicator.roll_up, _bounds_of_one(indicator)
    if rule is RollUp.SHARE_OF_YES:
        asked, said_no = Decimal(owed), figures.difference(whole, part)
        return Bounds(
            pooled(rule, part=part, whole=asked), pooled(rule, part=figures.difference(asked, said_no), whole=asked)
        )
    if rule is RollUp.POOLED or silent_weight is None:
        return _NO_BOUNDS  # of how much the missing parts are shares nobody knows
    lowest, highest = (
        None
        if end is None
        else pooled(
            rule,
            part=figures.added(part, figures.product(end, silent_weight)),
            whole=figures.added(whole, silent_weight),
        )
        for end in each
    )
    return Bounds(lowest, highest)


def _bounds_of_one(indicator: Indicator) -> Bounds:
    """Return between which values one agency's lies: a count from 0, a percentage from 0 to its limit."""
    bounds = bounds_of(indicator)
    if indicator.measure is Measure.PERCENT:
        return Bounds(bounds.lowest, _PERCENT if indicator.limit is None else indicator.limit)
    return bounds


def _asks_for_all(indicator: Indicator, target: Target) -> bool:
    """Return whether the target is one that every agency has to meet: each a yes, or a sum of nothing."""
    if indicator.roll_up is RollUp.SHARE_OF_YES:
        return target.is_rising and target.value == _PERCENT
    return indicator.roll_up is RollUp.SUM and not target.is_rising and target.value == 0
