"""What notify does on a batch of events: keep it, and decide who is due what."""

from collections.abc import Sequence
from datetime import datetime

from services.notify.facts import contents_of
from services.notify.notices import Situation
from services.notify.policy import decide
from services.notify.ports import Book, Decided
from services.notify.translation import agency_of, plan_of, progress_of
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.progress import ProgressChanged
from shared.events.topics import AnyEvent


async def take_in(batch: Sequence[AnyEvent], *, book: Book, now: datetime) -> None:
    """Keep plans, agencies and progress; decide for each agency touched, once, whatever the batch held of it.

    Progress of a plan not known yet waits until the plan arrives.
    """
    await book.keep_agencies([agency_of(event.data) for event in batch if isinstance(event, AgencyRegistered)])
    arrived = await book.keep_plans(
        [plan_of(event.data) for event in batch if isinstance(event, PlanPublished)], now=now
    )
    changed = await book.keep_progress([progress_of(event) for event in batch if isinstance(event, ProgressChanged)])
    situations = await book.situations({*changed, *await book.pairs_of(arrived)})
    await book.save([_decided(situation, now=now) for situation in situations], now=now)


def _decided(situation: Situation, *, now: datetime) -> Decided:
    decision = decide(situation=situation, now=now)
    contents = contents_of(decision.due, situation=situation) if decision.due else None
    return Decided(plan=situation.plan.id, agency=situation.agency.id, decision=decision, contents=contents)
