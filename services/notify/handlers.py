"""What notify does on a batch of events: keep it, and decide who is due what."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from services.notify.facts import contents_of
from services.notify.notices import Situation
from services.notify.policy import decide
from services.notify.ports import Book, Decided, Pair
from services.notify.translation import agency_of, plan_of, progress_of
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.progress import ProgressChanged
from shared.events.topics import AnyEvent


async def take_in(batch: Sequence[AnyEvent], *, book: Book, settling: timedelta, now: datetime) -> None:
    """Keep plans, agencies and progress; decide for each agency touched, once, whatever the batch held of it.

    Progress of a plan not known yet waits until the plan arrives. `settling` is in working hours.
    """
    await book.keep_agencies([agency_of(event.data) for event in batch if isinstance(event, AgencyRegistered)])
    arrived = await book.keep_plans(
        [plan_of(event.data) for event in batch if isinstance(event, PlanPublished)], now=now
    )
    changed = await book.keep_progress([progress_of(event) for event in batch if isinstance(event, ProgressChanged)])
    await decide_again({*changed, *await book.pairs_of(arrived)}, book=book, settling=settling, now=now)


async def decide_again(pairs: Collection[Pair], *, book: Book, settling: timedelta, now: datetime) -> None:
    """Decide what each of these agencies is due now."""
    situations = await book.situations(pairs)
    await book.save([_decided(situation, settling=settling, now=now) for situation in situations], now=now)


def _decided(situation: Situation, *, settling: timedelta, now: datetime) -> Decided:
    decision = decide(situation=situation, settling=settling, now=now)
    contents = contents_of(decision.due, situation=situation) if decision.due else None
    return Decided(plan=situation.plan.id, agency=situation.agency.id, decision=decision, contents=contents)
