"""Publishes the latest progress of every agency and period and all proposals again, as after a lost topic."""

from typing import Final

from services.scoring.adjustments.handlers import announce_proposal
from services.scoring.adjustments.store import AdjustmentStore
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.store import announcement
from shared.runtime.database import Database
from shared.runtime.outbox import announce

_AT_ONCE: Final = 500
_NEXT: Final = """
select plan, period, agency, sequence from current_progress where (plan, period, agency) > ($1, $2, $3)
order by plan, period, agency limit $4
"""


async def republish(database: Database) -> int:
    """Put the event of every progress and proposal into the outbox again, with its own id, and return how many.

    The running service announces all roll-ups and outlooks anew, as of the moment at which it does.
    """
    after = ("", "", "")
    count = 0
    while True:
        async with database.transaction() as connection:
            # So that what is judged meanwhile is announced after what is repeated here.
            work = UnitOfWork(connection, cache={})
            await work.reference.lock_exclusive()
            rows = await connection.fetch(_NEXT, *after, _AT_ONCE)
            if not rows:
                proposals = await AdjustmentStore(connection).proposals()
                for proposal in proposals:
                    await announce_proposal(proposal, work=work)
                await connection.execute("update moment set rolled_up_at = null")
                return count + len(proposals)
            await announce(connection, [announcement(**row) for row in rows])
        after = (rows[-1]["plan"], rows[-1]["period"], rows[-1]["agency"])
        count += len(rows)
