"""The method `from-baseline`: how much of the way from the baseline to the target is done."""

from services.scoring.judging import figures
from services.scoring.judging.methods.case import Case, Finding
from shared.events.vocabulary import Reason


def from_baseline(case: Case) -> Finding:
    """Return (value − baseline) ÷ (target − baseline); none without a baseline, or where that is the target already.

    Both differences are negative where less is better, so that one formula serves both directions.

    Source: ServiceNow Goal Framework; ESCAP, SDG progress: current status ÷ 10.
    """
    if case.target is None:
        return Finding(reason=Reason.NO_TARGET)
    if case.base is None:
        return Finding(reason=Reason.NO_BASELINE)
    if case.target.value == case.base.value:
        return Finding(reason=Reason.BASE_IS_TARGET)
    return Finding(figures.part_of_way(case.value, first=case.base.value, last=case.target.value))
