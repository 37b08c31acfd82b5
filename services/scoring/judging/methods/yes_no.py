"""The method `yes-no`: done or not."""

from services.scoring.judging import figures
from services.scoring.judging.methods.case import Case, Finding
from shared.events.vocabulary import Reason


def yes_no(case: Case) -> Finding:
    """Return 1 for yes and 0 for no.

    Source: ServiceNow Goal Framework, milestone goals: reached is green, not reached is red.
    """
    if case.target is None:
        return Finding(reason=Reason.NO_TARGET)
    return Finding(figures.ONE if case.target.is_met_by(case.value) else figures.ZERO)
