"""Up to which moment roll-ups were announced, in PostgreSQL."""

from datetime import datetime
from typing import Any, Final

from services.scoring.plans.model import ClosedPeriod

_CHANGED: Final = """
with told as (select coalesce(rolled_up_at, '-infinity') as since from moment)
select plan, period from progress, told where decided_at > since
union select plan, period from progress where plan in (select plan from plan_version, told where known_at > since)
"""


class RollUpStore:
    """Roll-ups in PostgreSQL, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep(self, as_of: datetime) -> None:
        """Note that the roll-ups were announced of all that was committed by this moment: what follows has a later."""
        await self._connection.execute("update moment set rolled_up_at = $1, told_at = greatest(told_at, $1)", as_of)

    async def changed(self) -> list[ClosedPeriod]:
        """Return the periods of which progress, or the plan's newest version, changed since they were announced."""
        return [ClosedPeriod(*row) for row in await self._connection.fetch(_CHANGED)]
