"""What a picture is made of: a plan's period and those before it, as one transaction saw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Agency, Period, Plan
from shared.events.vocabulary import Standing


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a plan's period and of those before it, as one transaction saw it."""

    plan: Plan
    title: str
    names: Mapping[str, str]  # of indicators
    period: Period
    agencies: Mapping[str, Agency]
    progress: Sequence[Progress]  # of the period
    standings: Mapping[str, Mapping[str, Standing]]  # by period up to this one, and agency
    cut_off_at: datetime | None  # when the latest of it was decided
    is_synthetic: bool
    is_rehearsal: bool
