"""Keeps replays, how far they have come and what they would change, in PostgreSQL."""

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import orjson

from services.scoring.judging.history import Difference, Terms
from services.scoring.replay.model import Order, Replay, State
from shared.runtime.database import columns

_COLUMNS: Final = (
    "id, plan, plan_version, first_period, last_period, agencies, state, started_at, through, judged, observations,"
    " announced, otherwise"
)
_CHANGE: Final = """
insert into replay_change (replay, agency, period, version_before, version_after, standing_before, standing_after,
    score_before, score_after, indicators)
select $1, * from unnest($2::text[], $3::text[], $4::int[], $5::int[], $6::text[], $7::text[], $8::numeric[],
    $9::numeric[], $10::jsonb[])
"""
_CHANGE_WIDTH: Final = 9


class ReplayStore:
    """Replays in PostgreSQL, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def unfinished(self, plan: str) -> Replay | None:
        """Return the plan's replay that is not announced yet."""
        row = await self._connection.fetchrow(
            f"select {_COLUMNS} from replay where plan = $1 and state <> $2",  # noqa: S608  our names
            plan,
            State.ANNOUNCED,
        )
        return _replay_of(row) if row else None

    async def begin(self, replay: Replay) -> None:
        """Keep a new replay and forget what earlier ones of the plan would have changed."""
        order = replay.order
        await self._connection.execute(
            "delete from replay_change where replay in (select id from replay where plan = $1)", order.plan
        )
        await self._connection.execute(
            f"insert into replay ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",  # noqa: S608  our names
            replay.id,
            order.plan,
            order.version,
            order.first,
            order.last,
            orjson.dumps(order.agencies).decode(),
            replay.state,
            replay.started_at,
            replay.through,
            replay.judged,
            replay.observations,
            replay.announced,
            replay.otherwise,
        )

    async def save(self, replay: Replay) -> None:
        """Keep how far a replay has come."""
        await self._connection.execute(
            "update replay set state = $2, through = $3, judged = $4, observations = $5, announced = $6,"
            " otherwise = $7 where id = $1",
            replay.id,
            replay.state,
            replay.through,
            replay.judged,
            replay.observations,
            replay.announced,
            replay.otherwise,
        )

    async def discard(self, replay: Replay) -> None:
        """Forget a replay and what it would have changed."""
        await self._connection.execute("delete from replay where id = $1", replay.id)

    async def note(self, replay: Replay, differences: Iterable[Difference]) -> None:
        """Keep what the replay would change, to be shown."""
        await self._connection.execute(
            _CHANGE, replay.id, *columns(list(map(_change, differences)), width=_CHANGE_WIDTH)
        )

    async def shown(self, replay: Replay, agencies: Collection[str]) -> set[tuple[str, str, str, Decimal | None]]:
        """Return what was shown of these agencies: agency, period, standing and score."""
        rows = await self._connection.fetch(
            "select agency, period, standing_after, score_after from replay_change"
            " where replay = $1 and agency = any($2::text[])",
            replay.id,
            list(agencies),
        )
        return {tuple(row) for row in rows}

    async def raise_least(self, plan: str, periods: Collection[str], *, version: int, at: datetime) -> None:
        """Have what is filed for these periods judged by this version at least, from this moment on."""
        await self._connection.execute(
            "insert into replayed_period (plan, period, least_version, replayed_at) select $1, period, $3, $4"
            " from unnest($2::text[]) as replayed (period) on conflict do nothing",
            plan,
            list(periods),
            version,
            at,
        )

    async def agencies(self, plan: str) -> set[str]:
        """Return all agencies that progress of the plan is known of."""
        rows = await self._connection.fetch("select distinct agency from progress where plan = $1", plan)
        return {row["agency"] for row in rows}

    async def count(self, terms: Terms, agencies: Collection[str]) -> int:
        """Return of how many periods of agencies progress is known that is to be judged again."""
        found: int = await self._connection.fetchval(
            "select count(*) from current_progress where plan = $1 and period = any($2::text[])"
            " and (cardinality($3::text[]) = 0 or agency = any($3::text[]))",
            terms.plan,
            list(terms.again),
            list(agencies),
        )
        return found


def _replay_of(row: Any) -> Replay:
    return Replay(
        id=row["id"],
        order=Order(
            row["plan"],
            row["first_period"],
            row["last_period"],
            row["plan_version"],
            tuple(orjson.loads(row["agencies"])),
        ),
        started_at=row["started_at"],
        state=State(row["state"]),
        through=row["through"],
        judged=row["judged"],
        observations=row["observations"],
        announced=row["announced"],
        otherwise=row["otherwise"],
    )


def _change(difference: Difference) -> tuple[Any, ...]:
    before, after = difference
    was = {each.indicator: each for each in before.judgements} if before else {}
    now = {each.indicator: each for each in after.judgements}
    indicators = [
        [name, was[name].standing if name in was else None, now[name].standing if name in now else None]
        for name in {**was, **now}
        if was.get(name) != now.get(name)
    ]
    return (
        after.key.agency,
        after.key.period,
        before.plan_version if before else None,
        after.plan_version,
        before.standing if before else None,
        after.standing,
        before.composite_score if before else None,
        after.composite_score,
        orjson.dumps(indicators).decode(),
    )
