"""Keeps changes and announces them."""

from collections.abc import Mapping, Sequence

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.events import announcement
from services.scoring.progress.json_rows import written
from services.scoring.progress.store import ProgressStore
from shared.runtime.outbox import announce


async def save_and_announce(
    changes: Sequence[Progress], *, plans: Mapping[PlanVersion, Plan], work: UnitOfWork
) -> None:
    """Keep changes and announce them; `plans` holds the versions that judged them."""
    by = [plans[PlanVersion(each.key.plan, each.plan_version)] for each in changes]
    texts = [written(each, plan=plan) for each, plan in zip(changes, by, strict=True)]
    await ProgressStore(work.connection).save(texts)
    await announce(work.connection, [announcement(each, plan=plan) for each, plan in zip(texts, by, strict=True)])
