"""Keeps changes and announces them."""

from collections.abc import Mapping, Sequence

from services.scoring.bearings import PlanVersion
from services.scoring.judgements import Progress
from services.scoring.model import Plan
from services.scoring.ports import World
from services.scoring.progress_events import announcement
from services.scoring.writing import written


async def save_and_announce(changes: Sequence[Progress], *, plans: Mapping[PlanVersion, Plan], world: World) -> None:
    """Keep changes and announce them; `plans` holds the versions that judged them."""
    by = [plans[PlanVersion(each.key.plan, each.plan_version)] for each in changes]
    texts = [written(each, plan=plan) for each, plan in zip(changes, by, strict=True)]
    await world.progresses.save(texts)
    await world.outbox.announce([announcement(each, plan=plan) for each, plan in zip(texts, by, strict=True)])
