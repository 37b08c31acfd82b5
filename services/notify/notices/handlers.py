"""What notify does on a batch of events: save them, and decide who is due which notice."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.notify.notices import store
from services.notify.notices.composition import contents_of
from services.notify.policy.rules import decide
from services.notify.progress import store as progress_store
from services.notify.progress.model import PlanAgency, Progress
from shared.events.adjustments import OutlookChanged, ProposalChanged
from shared.events.plans import AgencyRegistered, PlanPublished, ReferenceEvent
from shared.events.progress import ProgressChanged
from shared.events.rollups import RollUpChanged

Event = ReferenceEvent | ProgressChanged | RollUpChanged | OutlookChanged | ProposalChanged


async def handle_events(batch: Sequence[Event], *, connection: Any, settling: timedelta, now: datetime) -> None:
    """Save what was announced, the latest of each; decide once for each agency whose progress or plan changed.

    Progress of a plan that is not known yet is decided on when the plan arrives. `settling` is in working hours.
    """
    agencies = [event.data for event in batch if isinstance(event, AgencyRegistered)]
    plans = [event.data for event in batch if isinstance(event, PlanPublished)]
    progress = [Progress.of(event) for event in batch if isinstance(event, ProgressChanged)]
    await progress_store.save_agencies(connection, agencies)
    new_plans = await progress_store.save_plans(connection, plans, now=now)
    changed = await progress_store.save_progress(connection, progress)
    await progress_store.save_rollups(connection, [each.data for each in batch if isinstance(each, RollUpChanged)])
    await progress_store.save_outlooks(connection, [each.data for each in batch if isinstance(each, OutlookChanged)])
    await progress_store.save_proposals(connection, [each for each in batch if isinstance(each, ProposalChanged)])
    pairs = {*changed, *await progress_store.plan_agencies(connection, new_plans)}
    await decide_notices(pairs, connection=connection, settling=settling, now=now)


async def decide_notices(pairs: Collection[PlanAgency], *, connection: Any, settling: timedelta, now: datetime) -> None:
    """Decide which notice each of these agencies is due now."""
    situations = await store.load_situations(connection, pairs)
    decisions = [decide(situation=situation, settling=settling, now=now) for situation in situations]
    due = [
        (decision.due, contents_of(decision.due, situation=situation))
        for situation, decision in zip(situations, decisions, strict=True)
        if decision.due
    ]
    await store.withdraw_notices(connection, [each for made in decisions for each in made.withdrawn], now=now)
    await store.queue_notices(connection, due, now=now)
    await store.mark_recovered(connection, [each for made in decisions for each in made.recovered])
