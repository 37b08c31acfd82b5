"""Publishes the latest progress of every agency and period again, as after a lost topic."""

from typing import Any, Final

from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import PlanCache, UnitOfWork
from services.scoring.progress.events import announcement
from services.scoring.progress.json_rows import written
from services.scoring.progress.store import progress_of
from shared.runtime.database import Database
from shared.runtime.outbox import announce

_AT_ONCE: Final = 500


async def republish(database: Database) -> int:
    """Put the event of every progress into the outbox again, with its own id, and return how many."""
    cache: PlanCache = {}
    after = ("", "", "")
    count = 0
    while True:
        async with database.transaction() as connection:
            # Locked, so that what is judged meanwhile is announced after what is repeated here.
            rows = await connection.fetch(
                "select * from progress where (plan, period, agency) > ($1, $2, $3)"
                " order by plan, period, agency limit $4 for update",
                *after,
                _AT_ONCE,
            )
            if not rows:
                return count
            await _announce(rows, connection=connection, cache=cache)
        after = (rows[-1]["plan"], rows[-1]["period"], rows[-1]["agency"])
        count += len(rows)


async def _announce(rows: Any, *, connection: Any, cache: PlanCache) -> None:
    work = UnitOfWork(connection, cache=cache)
    plans = await work.reference.plans({PlanVersion(row["plan"], row["plan_version"]) for row in rows})
    await announce(
        work.connection,
        [
            announcement(written(progress, plan=plan), plan=plan)
            for progress in map(progress_of, rows)
            for plan in [plans[PlanVersion(progress.key.plan, progress.plan_version)]]
        ],
    )
