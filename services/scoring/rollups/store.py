"""Which roll-ups were announced last, in PostgreSQL."""

from typing import Any, Final

from services.scoring.judging.model import Plan

_CHANGED: Final = """
select now.period from (
    select period, sum(sequence) as moves from current_progress where plan = $1 group by period
) as now left join rollup_announced as told on told.plan = $1 and told.period = now.period
where (told.moves, told.plan_version) is distinct from (now.moves, $2) order by now.period
"""


class RollUpStore:
    """Roll-ups in PostgreSQL, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep(self, plan: Plan, period: str, *, moves: int) -> None:
        """Note that a period's roll-up was announced, after progress of it had changed so often."""
        await self._connection.execute(
            "insert into rollup_announced (plan, period, plan_version, moves) values ($1, $2, $3, $4)"
            " on conflict (plan, period) do update set plan_version = excluded.plan_version, moves = excluded.moves",
            plan.id,
            period,
            plan.version,
            moves,
        )

    async def changed(self, plan: Plan) -> list[str]:
        """Return the periods of which progress, or the plan's newest version, changed since they were announced."""
        return [row["period"] for row in await self._connection.fetch(_CHANGED, plan.id, plan.version)]
