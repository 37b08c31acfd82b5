"""Fills scoring's database with progress of many provinces: a few file, the others are copies of what those came to."""

from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Final

from bench.scoring.material import REHEARSED_FROM, Material
from services.scoring.plans.store import PlanCache, UnitOfWork
from services.scoring.progress.handlers import judge_submissions, learn_reference
from shared.events.envelope import event_id
from shared.events.plans import PlanPublished
from shared.events.submissions import SubmissionAccepted
from shared.runtime.database import Database

_THAT_FILE: Final = 4  # provinces
_AT_ONCE: Final = 200
_NOW: Final = datetime.fromisoformat(REHEARSED_FROM)
_COPY: Final = """
insert into progress ({names}) select {values} from progress where right(agency, 3) = $2
"""
_OWN: Final = {"agency": "left(agency, -3) || $1", "submission": "gen_random_uuid()"}


async def fill(database: Database, *, provinces: int) -> int:
    """Have so many provinces file for a year, and return of how many periods of agencies progress is known then."""
    material = Material(provinces=provinces)
    cache: PlanCache = {}
    async with database.transaction() as connection:
        await learn_reference(material.reference(), work=UnitOfWork(connection, cache=cache), now=_NOW)
    filed = iter(material.year_of(range(min(provinces, _THAT_FILE))))
    while some := [SubmissionAccepted.model_validate_json(each.value) for each in islice(filed, _AT_ONCE)]:
        async with database.transaction() as connection:
            await judge_submissions(some, work=UnitOfWork(connection, cache=cache), now=_NOW)
    async with database.transaction() as connection:
        rows = await connection.fetch(
            "select column_name from information_schema.columns where table_name = 'progress' order by ordinal_position"
        )
        names = [row["column_name"] for row in rows]
    copy = _COPY.format(names=", ".join(names), values=", ".join(_OWN.get(name, name) for name in names))
    for province in range(_THAT_FILE, provinces):
        async with database.transaction() as connection:
            await connection.execute(copy, f"{province:03}", f"{province % _THAT_FILE:03}")
    async with database.transaction() as connection:
        await connection.execute("truncate outbox")
        known: int = await connection.fetchval("select count(*) from progress")
    async with database.pool.acquire() as lent:
        await lent.execute("vacuum analyze progress")
    return known


async def ask_for_more(database: Database, *, provinces: int) -> None:
    """Publish a second version of the plan, whose every indicator weighs twice as much."""
    plan = Material(provinces=provinces).plan
    heavier = tuple(each.model_copy(update={"weight": Decimal(2)}) for each in plan.indicators)
    first = next(event for event in Material(provinces=1).reference() if isinstance(event, PlanPublished))
    second = first.model_copy(
        update={
            "id": event_id("bench", plan.plan, 2),
            "data": plan.model_copy(update={"version": 2, "indicators": heavier}),
        }
    )
    async with database.transaction() as connection:
        await learn_reference([second], work=UnitOfWork(connection, cache={}), now=_NOW)
