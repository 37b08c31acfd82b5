"""What roll-ups are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Agency, Period, Plan
from services.scoring.plans.model import PlanVersion


@dataclass(frozen=True, slots=True)
class PeriodProgress:
    """How every agency stands in a period that owes anything for it, those that nothing is known of yet included."""

    plan: Plan  # the version whose rule rolls the period up
    period: Period
    progress: Sequence[Progress]
    plans: Mapping[PlanVersion, Plan]  # the versions that judged
    registry: Mapping[str, Agency]  # with all who are above them
    is_closed: bool
