"""Keeps how targets looked when periods closed, and proposals with what was decided on them, in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter

from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.proposals import Author, Decision, Proposal
from services.scoring.judging.model import Period, Plan
from services.scoring.plans.model import DuePeriod
from services.scoring.what_if.changes import Change
from services.scoring.what_if.rules import Counts
from shared.events.vocabulary import ProposalOutcome

_OUTLOOKS: Final = TypeAdapter(tuple[Outlook, ...])
_CHANGE: Final = TypeAdapter(Change)
_COUNTS: Final = TypeAdapter(Counts)
_PERIODS: Final = TypeAdapter(tuple[str, ...])
_DECISIONS: Final = TypeAdapter(tuple[Decision, ...])
_LOCKED: Final = "select * from proposal where id = $1 for update"
_MOVES: Final = (
    "select coalesce(sum(sequence), 0)::bigint from current_progress where plan = $1 and period = any($2::text[])"
)
_NO_DECISION: Final = "[]"


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
            "select * from proposal where plan = any($1::text[]) and in_force_version is null"
            " and decisions -> -1 ->> 'outcome' = $2 order by id for update",
            list(plans),
            ProposalOutcome.APPROVED.value,
        )
        return list(map(_proposal_of, rows))

    async def put_in_force(self, proposal: Proposal, *, version: int, at: datetime) -> Proposal:
        """Note which plan version carries a proposal and return it."""
        row = await self._connection.fetchrow(
            "update proposal set in_force_version = $2, in_force_at = $3 where id = $1 returning *",
            proposal.id,
            version,
            at,
        )
        return _proposal_of(row)

    async def propose(
        self,
        change: Change,
        *,
        plan: str,
        plan_version: int,
        reason: str,
        by: Author,
        at: datetime,
        counts: Counts,
        periods: Sequence[str],
    ) -> Proposal:
        """Keep a new proposal and return it."""
        row = await self._connection.fetchrow(
            "insert into proposal (plan, plan_version, change, reason, agency, key, created_at, counts, periods,"
            " decisions) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *",
            plan,
            plan_version,
            _CHANGE.dump_json(change).decode(),
            reason,
            *by,
            at,
            _COUNTS.dump_json(counts).decode(),
            _PERIODS.dump_json(tuple(periods)).decode(),
            _NO_DECISION,
        )
        return _proposal_of(row)

    async def decide(self, proposal: Proposal, decision: Decision) -> Proposal:
        """Keep what was decided on a proposal, which is locked, and return it."""
        row = await self._connection.fetchrow(
            "update proposal set decisions = $2 where id = $1 returning *",
            proposal.id,
            _DECISIONS.dump_json((*proposal.decisions, decision)).decode(),
        )
        return _proposal_of(row)

    async def proposal(self, number: int, *, is_locked: bool = False) -> Proposal | None:
        """Return the proposal of this number, None where there is none."""
        row = await self._connection.fetchrow(_LOCKED if is_locked else "select * from proposal where id = $1", number)
        return _proposal_of(row) if row else None

    async def all_proposals(self) -> Sequence[Proposal]:
        """Return the proposals of all plans, the oldest first."""
        return list(map(_proposal_of, await self._connection.fetch("select * from proposal order by id")))

    async def proposals(self, plan: str, *, limit: int, before: int | None) -> Sequence[Proposal]:
        """Return the proposals of a plan, the newest first, before one of this number."""
        rows = await self._connection.fetch(
            "select * from proposal where plan = $1 and ($2::bigint is null or id < $2) order by id desc limit $3",
            plan,
            before,
            limit,
        )
        return list(map(_proposal_of, rows))


def _proposal_of(row: Any) -> Proposal:
    return Proposal(
        id=row["id"],
        plan=row["plan"],
        plan_version=row["plan_version"],
        change=_CHANGE.validate_json(row["change"]),
        reason=row["reason"],
        by=Author(row["agency"], row["key"]),
        at=row["created_at"],
        counts=_COUNTS.validate_json(row["counts"]),
        periods=_PERIODS.validate_json(row["periods"]),
        decisions=_DECISIONS.validate_json(row["decisions"]),
        in_force_version=row["in_force_version"],
        in_force_at=row["in_force_at"],
    )
