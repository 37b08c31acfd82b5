"""The method `to-target`: a value beside its target."""

from services.scoring.judging import figures
from services.scoring.judging.methods.case import Case, Finding
from shared.events.vocabulary import Direction, Reason


def to_target(case: Case) -> Finding:
    """Return value ÷ target, or target ÷ value where less is better; none where no quotient leads to the target.

    A decreasing value of 0 or less has no quotient and meets any target from 0: its attainment is 1 (our rule). Of a
    decreasing target of 0 every value above it attains 0. None leads to an increasing target of 0, or to one below 0.

    Source: ServiceNow Goal Framework, progress = actual ÷ planned.
    """
    direction, goal, value, *_ = case
    if goal is None:
        return Finding(reason=Reason.NO_TARGET)
    target = goal.value
    if target < 0 or (target == 0 and direction is Direction.INCREASING):
        return Finding(reason=Reason.TARGET_ZERO)
    if direction is Direction.INCREASING:
        return Finding(figures.quotient(value, target))
    return Finding(figures.quotient(target, value) if value > 0 else figures.ONE)
