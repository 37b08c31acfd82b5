"""Which roll-ups were announced last, in PostgreSQL."""

from typing import Any, Final

_CHANGED: Final = """
select now.period from (
    select period, sum(sequence) as moves from current_progress where plan = $1 group by period
) as now left join rollup_announced as told on told.plan = $1 and told.period = now.period
where told.moves is distinct from now.moves order by now.period
"""


class RollUpStore:
    """Roll-ups in PostgreSQL, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep(self, plan: str, period: str, *, moves: int) -> None:
        """Note that a period's roll-up was announced, after progress of it had changed so often."""
        await self._connection.execute(
            "insert into rollup_announced (plan, period, moves) values ($1, $2, $3)"
            " on conflict (plan, period) do update set moves = excluded.moves",
            plan,
            period,
            moves,
        )

    async def changed(self, plan: str) -> list[str]:
        """Return the periods of a plan in which progress changed since their roll-ups were announced."""
        return [row["period"] for row in await self._connection.fetch(_CHANGED, plan)]
