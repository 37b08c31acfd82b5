"""What roll-ups are sums of, as kept and as added up anew from every row."""

from typing import Final

from services.scoring.bearings import PlanVersion
from services.scoring.moving import Moved, differences
from services.scoring.progress_store import progress_of
from services.scoring.rollup import Cell, Tally
from services.scoring.store import world_of
from services.scoring.tally_store import PostgresTallies
from tests.support.scoring import Scoring
from tests.support.scoring_examples import PLAN

MONTHS: Final = tuple(f"2014-{month:02d}" for month in range(1, 13))


async def kept(scoring: Scoring) -> dict[Cell, Tally]:
    async with scoring.database.transaction() as connection:
        tallies = PostgresTallies(connection)
        return {
            cell: tally
            for month in MONTHS
            for cell, tally in (await tallies.of_period(PLAN, month)).items()
            if tally != Tally()
        }


async def added_up(scoring: Scoring) -> dict[Cell, Tally]:
    """Return what every row of progress comes to, added up anew."""
    async with scoring.database.transaction() as connection:
        progresses = [progress_of(row) for row in await connection.fetch("select * from progress")]
        reference = world_of(connection, cache={}).reference
        registry = await reference.agencies({each.key.agency for each in progresses})
        plans = await reference.plans({PlanVersion(each.key.plan, each.plan_version) for each in progresses})
    changes = [Moved(registry[each.key.agency], None, each) for each in progresses]
    return differences(changes, plans=plans, registry=registry)
