"""What agencies come to together, as roll-ups are read."""

from typing import Final

from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.store import progress_in, rows_of_period
from services.scoring.rollups.cells import Cell, Tally, cells_of
from tests.support.scoring import Scoring
from tests.support.scoring_examples import PLAN

MONTHS: Final = tuple(f"2014-{month:02d}" for month in range(1, 13))


async def rolled_up(scoring: Scoring) -> dict[Cell, Tally]:
    """Return what every cell of the year comes to."""
    async with scoring.database.transaction() as connection:
        progresses = [progress_in(row) for month in MONTHS for row in await rows_of_period(connection, PLAN, month)]
        reference = UnitOfWork(connection, cache={}).reference
        registry = await reference.agencies({each.key.agency for each in progresses})
        plans = await reference.plans({PlanVersion(each.key.plan, each.plan_version) for each in progresses})
    return cells_of(progresses, plans=plans, registry=registry)
