"""Keeps changes and announces them: the database saves what the events tell of while those are written and packed."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from services.scoring.bearings import Bearings, PlanVersion
from services.scoring.compiled_judging import NOTHING_COMPILED, Compiled
from services.scoring.judgements import Progress
from services.scoring.model import Key, Plan
from services.scoring.moving import Moved
from services.scoring.native.judging import FirstProgress
from services.scoring.ports import World
from services.scoring.progress_events import announcement
from services.scoring.writing import Written, written
from shared.runtime.outbox import PARCEL_RECORDS, packed
from shared.runtime.parcels import Announcement, Parcel

_WRITTEN_AT_ONCE: Final = 20  # events, between two looks whether the database has something for us: a millisecond


async def save_and_announce(
    changes: Sequence[Progress],
    *,
    before: Mapping[Key, Progress],
    bearings: Bearings,
    world: World,
    compiled: Compiled = NOTHING_COMPILED,
) -> None:
    """Keep changes, move what roll-ups are sums of by them, and announce them.

    What is `compiled` is judged and added up already.
    """
    plans, registry = bearings.plans, bearings.agencies
    texts: list[Written | FirstProgress] = [
        *compiled.progresses,
        *(written(each, plan=plans[PlanVersion(each.key.plan, each.plan_version)]) for each in changes),
    ]
    moved = [Moved(registry[each.key.agency], before.get(each.key), each) for each in changes]

    async def keep() -> None:
        await world.progresses.save(texts)
        await world.tallies.move(moved, plans=plans, registry=registry, brought=compiled.sums)

    keeping = asyncio.create_task(keep())
    try:
        packing = await _packing(texts, plans=plans)
    finally:
        await keeping
    await world.outbox.put([parcel for parcels in await asyncio.gather(*packing) for parcel in parcels])


async def _packing(
    texts: Sequence[Written | FirstProgress], *, plans: Mapping[PlanVersion, Plan]
) -> list[asyncio.Task[list[Parcel]]]:
    """Write events and return the parcels of them, which are being packed."""
    packing: list[asyncio.Task[list[Parcel]]] = []
    some: list[Announcement] = []
    for number, each in enumerate(texts, start=1):
        some.append(announcement(each, plan=plans[_version_of(each)]))
        if len(some) == PARCEL_RECORDS or number == len(texts):
            packing.append(asyncio.create_task(packed(some)))
            some = []
        if number % _WRITTEN_AT_ONCE == 0:
            await asyncio.sleep(0)
    return packing


def _version_of(text: Written | FirstProgress) -> PlanVersion:
    if isinstance(text, FirstProgress):
        return PlanVersion(text.filing.key.plan, text.plan_version)
    return PlanVersion(text.progress.key.plan, text.progress.plan_version)
