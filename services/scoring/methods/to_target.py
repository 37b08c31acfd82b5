"""The method `to-target`: a value beside its target."""

from services.scoring import figures
from services.scoring.cases import Case, Finding
from shared.events.vocabulary import Direction, Reason


def to_target(case: Case) -> Finding:
    """Return value ÷ target, or target ÷ value where less is better; none where the target is no positive number.

    A decreasing value of 0 or less has no quotient and lies under any positive target: its attainment is 1 (our rule).

    Source: ServiceNow Goal Framework, progress = actual ÷ planned.
    """
    direction, goal, value, *_ = case
    if goal is None:
        return Finding(reason=Reason.NO_TARGET)
    target = goal.value
    if target <= 0:
        return Finding(reason=Reason.TARGET_ZERO)
    if direction is Direction.INCREASING:
        return Finding(figures.quotient(value, target))
    return Finding(figures.quotient(target, value) if value > 0 else figures.ONE)
