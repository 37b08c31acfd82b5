"""What scoring's peers take from us: the plan as our rules read it, and the pure rules themselves."""

from pathlib import Path
from typing import Final

from services.scoring.judging.agency import judge_agency
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Agency, Filing, Plan
from services.scoring.plans.translation import agency_of, plan_of
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.topics import REFERENCE
from shared.runtime.kafka.decoding import Decoder

_DECODER: Final = Decoder([REFERENCE])


class Rules:
    """The plan and the agencies, read once from a file, and what our rules make of a filing by them."""

    def __init__(self, reference: Path) -> None:
        events = [_DECODER.read(line) for line in reference.read_bytes().splitlines()]
        read = [plan_of(event.data) for event in events if isinstance(event, PlanPublished)]
        self.plans: dict[tuple[str, int], Plan] = {(plan.id, plan.version): plan for plan in read}
        self.agencies: dict[str, Agency] = {
            event.data.agency: agency_of(event.data) for event in events if isinstance(event, AgencyRegistered)
        }

    def judge(self, filing: Filing) -> tuple[Judgement, ...]:
        """Return how a filing is judged while its period is open."""
        plan = self.plans[filing.key.plan, filing.plan_version]
        return judge_agency(
            plan=plan,
            agency=self.agencies[filing.key.agency],
            period=plan.period_by_id[filing.key.period],
            filing=filing,
            is_closed=False,
        )
