"""Keeps changes and announces them."""

from collections.abc import Mapping, Sequence

from services.scoring.bearings import Bearings, PlanVersion
from services.scoring.judgements import Progress
from services.scoring.model import Key
from services.scoring.moving import Moved
from services.scoring.ports import World
from services.scoring.progress_events import announcement
from services.scoring.writing import written


async def save_and_announce(
    changes: Sequence[Progress], *, before: Mapping[Key, Progress], bearings: Bearings, world: World
) -> None:
    """Keep changes, move what roll-ups are sums of by them, and announce them."""
    plans, registry = bearings.plans, bearings.agencies
    by = [plans[PlanVersion(each.key.plan, each.plan_version)] for each in changes]
    texts = [written(each, plan=plan) for each, plan in zip(changes, by, strict=True)]
    await world.progresses.save(texts)
    await world.tallies.move(
        [Moved(registry[each.key.agency], before.get(each.key), each) for each in changes],
        plans=plans,
        registry=registry,
    )
    await world.outbox.announce([announcement(each, plan=plan) for each, plan in zip(texts, by, strict=True)])
