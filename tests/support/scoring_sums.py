"""What agencies come to together, as roll-ups are read."""

from typing import Final

from services.scoring.bearings import PlanVersion
from services.scoring.progress_store import progress_of, rows_of_period
from services.scoring.rollup import Cell, Tally, cells_of
from services.scoring.store import world_of
from tests.support.scoring import Scoring
from tests.support.scoring_examples import PLAN

MONTHS: Final = tuple(f"2014-{month:02d}" for month in range(1, 13))


async def rolled_up(scoring: Scoring) -> dict[Cell, Tally]:
    """Return what every cell of the year comes to."""
    async with scoring.database.transaction() as connection:
        progresses = [progress_of(row) for month in MONTHS for row in await rows_of_period(connection, PLAN, month)]
        reference = world_of(connection, cache={}).reference
        registry = await reference.agencies({each.key.agency for each in progresses})
        plans = await reference.plans({PlanVersion(each.key.plan, each.plan_version) for each in progresses})
    return cells_of(progresses, plans=plans, registry=registry)
