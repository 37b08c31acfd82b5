"""Keeps how targets looked when periods closed, and proposals with what was decided on them, in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.proposals import Proposal
from services.scoring.judging.model import Period, Plan
from services.scoring.plans.model import DuePeriod
from shared.events.vocabulary import ProposalState

_OUTLOOKS: Final = TypeAdapter(tuple[Outlook, ...])
_PROPOSAL: Final = TypeAdapter(Proposal)
_MOVES: Final = (
    "select coalesce(sum(sequence), 0)::bigint from current_progress where plan = $1 and period = any($2::text[])"
)


class KeptOutlooks(NamedTuple):
    """How a plan's targets looked when a period closed, by which version, and when."""

    outlooks: tuple[Outlook, ...]
    plan_version: int
    made_at: datetime
    moves: int | None = None


class AdjustmentStore:
    """Outlooks and proposals in PostgreSQL, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep_outlooks(self, closed: DuePeriod, outlooks: Sequence[Outlook], *, at: datetime) -> None:
        """Keep how a plan's targets look as a period closes."""
        await self._connection.execute(
            "insert into outlook (plan, period, plan_version, made_at, moves, outlooks) values ($1, $2, $3, $4, $5, $6)"
            " on conflict (plan, period) do update set plan_version = excluded.plan_version,"
            " made_at = excluded.made_at, moves = excluded.moves, outlooks = excluded.outlooks",
            closed.plan.id,
            closed.period.id,
            closed.plan.version,
            at,
            await self.moves(closed.plan, closed.period),
            _OUTLOOKS.dump_json(tuple(outlooks)).decode(),
        )

    async def outlooks(self, plan: str, period: str) -> KeptOutlooks | None:
        """Return how the targets looked when a period closed; None where that was not kept."""
        row = await self._connection.fetchrow("select * from outlook where plan = $1 and period = $2", plan, period)
        if row is None:
            return None
        return KeptOutlooks(_OUTLOOKS.validate_json(row["outlooks"]), row["plan_version"], row["made_at"], row["moves"])

    async def moves(self, plan: Plan, until: Period) -> int:
        """Return how often progress up to this period has changed: where it has not, its outlooks have not either."""
        periods = [each.id for each in plan.periods if each.ends_on <= until.ends_on]
        moves: int = await self._connection.fetchval(_MOVES, plan.id, periods)
        return moves

    async def approved(self, plans: Collection[str]) -> Sequence[Proposal]:
        """Return the approved proposals of these plans that no plan version carries yet, locked."""
        rows = await self._connection.fetch(
            "select body from proposal where plan = any($1::text[]) and state = $2 order by id for update",
            list(plans),
            ProposalState.APPROVED,
        )
        return list(map(_proposal_of, rows))

    async def next_number(self) -> int:
        """Return the number of the proposal that is made next."""
        number: int = await self._connection.fetchval("select nextval(pg_get_serial_sequence('proposal', 'id'))")
        return number

    async def save(self, proposal: Proposal) -> None:
        """Save a proposal as it stands; one that is decided on is locked."""
        await self._connection.execute(
            "insert into proposal (id, plan, state, body) values ($1, $2, $3, $4)"
            " on conflict (id) do update set state = excluded.state, body = excluded.body",
            proposal.id,
            proposal.plan,
            proposal.state,
            _PROPOSAL.dump_json(proposal).decode(),
        )

    async def proposal(self, number: int, *, is_locked: bool = False) -> Proposal | None:
        """Return the proposal of this number, None where there is none."""
        locking = " for update" if is_locked else ""
        row = await self._connection.fetchrow(f"select body from proposal where id = $1{locking}", number)  # noqa: S608  ours
        return _proposal_of(row) if row else None

    async def proposals(
        self, plan: str | None = None, *, limit: int | None = None, before: int | None = None
    ) -> Sequence[Proposal]:
        """Return the proposals of a plan, or of all, the newest first, before one of this number."""
        rows = await self._connection.fetch(
            "select body from proposal where ($1::text is null or plan = $1) and ($2::bigint is null or id < $2)"
            " order by id desc limit $3",
            plan,
            before,
            limit,
        )
        return list(map(_proposal_of, rows))


def _proposal_of(row: Any) -> Proposal:
    return _PROPOSAL.validate_json(row["body"])
