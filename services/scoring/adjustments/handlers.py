"""Scoring's handlers for adjustments: how targets look as a period closes, and which proposals a version carries."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from services.scoring.adjustments.outlook import outlooks
from services.scoring.adjustments.proposals import first_to_carry
from services.scoring.adjustments.store import AdjustmentStore
from services.scoring.plans.model import DuePeriod
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.store import ProgressStore

MOST_SLOPES: Final = 4_000_000
"""Between pairs of values, from which forecasts are made as a period closes, while all judging waits.

So many took 2.5 seconds; 1,000 agencies with 14 indicators over a year of months are half of them. What a larger plan
comes to is made when it is asked for.
"""


async def keep_outlooks(closed: Iterable[DuePeriod], *, work: UnitOfWork, now: datetime) -> None:
    """Keep how each target looks as these periods close; nothing of a plan that would hold judging off for long."""
    for each in closed:
        pairs = await ProgressStore(work.connection).filing_pairs(each.plan.id)
        if pairs * len(each.plan.indicators) > MOST_SLOPES:
            continue
        found = outlooks(
            plan=each.plan,
            period=each.period,
            agencies=(await work.reference.agencies(each.plan.agencies)).values(),
            filings=await ProgressStore(work.connection).filings(each.plan.id),
        )
        await AdjustmentStore(work.connection).keep_outlooks(each, found, at=now)


async def put_in_force(plans: Collection[str], *, work: UnitOfWork) -> None:
    """Note which approved proposals the versions of these plans carry by now, each by the first version that does."""
    if not plans:
        return
    approved = await AdjustmentStore(work.connection).approved(plans)
    versions = await work.reference.versions({each.plan for each in approved})
    carriers = {proposal.id: first_to_carry(proposal, versions=versions) for proposal in approved}
    await AdjustmentStore(work.connection).put_in_force(
        {number: version for number, version in carriers.items() if version}
    )
