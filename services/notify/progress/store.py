"""Plans, agencies and progress on PostgreSQL: a few asyncpg statements for a batch, typed selects for one agency."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlmodel import col, select

from services.notify.progress.model import Plan, PlanAgency, Progress
from services.notify.progress.tables import PlanVersionRow, ProgressRow
from shared.events.adjustments import OutlookChangedData, ProposalChanged, ProposalChangedData
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.events.rollups import RollUpChangedData
from shared.events.vocabulary import LocalizedText, ProposalState
from shared.runtime.database import Session

_PLANS_LOCK: Final = 0x706C616E  # "plan"
_PAIR: Final = "unnest($1::text[], $2::text[]) as pair (plan, agency)"


async def save_agencies(connection: Any, agencies: Sequence[AgencyRegisteredData]) -> None:
    """Save agencies as they were registered last."""
    await connection.executemany(
        "insert into agency (id, body) values ($1, $2) on conflict (id) do update set body = excluded.body",
        [(each.agency, each.model_dump_json()) for each in agencies],
    )


async def save_plans(connection: Any, plans: Sequence[PlanPublishedData], *, now: datetime) -> list[str]:
    """Save plan versions and return the ids of the plans that have a new one."""
    if plans:
        # Progress that another process saves at the same time would not see the plan, nor we that progress.
        await connection.execute("select pg_advisory_xact_lock($1)", _PLANS_LOCK)
    return [
        plan.plan
        for plan in plans
        if await connection.fetchval(
            "insert into plan_version (plan, version, body, known_since) values ($1, $2, $3, $4)"
            " on conflict do nothing returning true",
            plan.plan,
            plan.version,
            plan.model_dump_json(),
            now,
        )
    ]


async def save_progress(connection: Any, progress: Sequence[Progress]) -> list[PlanAgency]:
    """Save progress that is newer than what is stored and return whose progress changed."""
    if not progress:
        return []
    await connection.execute("select pg_advisory_xact_lock_shared($1)", _PLANS_LOCK)
    newest = await _stored(connection, {(row.plan, row.agency, row.period) for row in progress})
    for row in sorted(progress, key=lambda row: row.sequence):
        key = (row.plan, row.agency, row.period)
        before = newest.get(key)
        if before is None or before.sequence < row.sequence:
            newest[key] = row.with_lagging_since(before)
    rows = [newest[key] for key in sorted(newest)]
    changed = await connection.fetch(
        "insert into progress (plan, agency, period, sequence, starts_on, is_filed, is_closed, is_synthetic, body)"
        " select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::date[], $6::bool[],"
        " $7::bool[], $8::bool[], $9::jsonb[])"
        " on conflict (plan, agency, period) do update set sequence = excluded.sequence,"
        " starts_on = excluded.starts_on, is_filed = excluded.is_filed, is_closed = excluded.is_closed,"
        " is_synthetic = excluded.is_synthetic, body = excluded.body where progress.sequence < excluded.sequence"
        " returning plan, agency",
        [row.plan for row in rows],
        [row.agency for row in rows],
        [row.period for row in rows],
        [row.sequence for row in rows],
        [row.period_starts_on for row in rows],
        [row.filing is not None for row in rows],
        [row.is_closed and row.is_owed for row in rows],
        [row.filing is not None and row.filing.is_synthetic for row in rows],
        [row.model_dump_json() for row in rows],
    )
    return [(row["plan"], row["agency"]) for row in changed]


async def _stored(connection: Any, keys: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], Progress]:
    """Return the stored progress of these plans, agencies and periods, locked until it is replaced."""
    plans, agencies, periods = zip(*sorted(keys), strict=True)
    rows = await connection.fetch(
        "select body from progress join unnest($1::text[], $2::text[], $3::text[]) as asked (plan, agency, period)"
        " using (plan, agency, period) order by plan, agency, period for update of progress",
        plans,
        agencies,
        periods,
    )
    stored = [Progress.model_validate_json(row["body"]) for row in rows]
    return {(row.plan, row.agency, row.period): row for row in stored}


async def save_rollups(connection: Any, rollups: Sequence[RollUpChangedData]) -> None:
    """Save of each plan and period the roll-up of the most recent moment, of the same moment the one read last."""
    await connection.executemany(
        "insert into rollup (plan, period, as_of, is_closed, body) values ($1, $2, $3, $4, $5)"
        " on conflict (plan, period) do update set as_of = excluded.as_of, is_closed = excluded.is_closed,"
        " body = excluded.body where rollup.as_of <= excluded.as_of",
        [(each.plan, each.period, each.as_of, each.is_closed, each.model_dump_json()) for each in rollups],
    )


async def latest_rollup(connection: Any, plan: str, period: str) -> RollUpChangedData | None:
    """Return the latest roll-up of the plan in the period, None where none was announced yet."""
    body = await connection.fetchval("select body from rollup where plan = $1 and period = $2", plan, period)
    return None if body is None else RollUpChangedData.model_validate_json(body)


async def save_outlooks(connection: Any, outlooks: Sequence[OutlookChangedData]) -> None:
    """Save of each plan the outlook of the most recent moment, of the same moment the one read last."""
    await connection.executemany(
        "insert into outlook (plan, as_of, body) values ($1, $2, $3) on conflict (plan) do update"
        " set as_of = excluded.as_of, body = excluded.body where outlook.as_of <= excluded.as_of",
        [(each.plan, each.as_of, each.model_dump_json()) for each in outlooks],
    )


async def latest_outlook(connection: Any, plan: str) -> OutlookChangedData | None:
    """Return how the plan's targets look, None where that was not announced yet."""
    body = await connection.fetchval("select body from outlook where plan = $1", plan)
    return None if body is None else OutlookChangedData.model_validate_json(body)


async def save_proposals(connection: Any, events: Sequence[ProposalChanged]) -> None:
    """Save each proposal as it changed last, of the same moment as it was read last."""
    await connection.executemany(
        "insert into proposal (number, plan, state, changed_at, body) values ($1, $2, $3, $4, $5)"
        " on conflict (number) do update set state = excluded.state, changed_at = excluded.changed_at,"
        " body = excluded.body where proposal.changed_at <= excluded.changed_at",
        [
            (each.data.proposal, each.data.plan, each.data.state, each.time, each.data.model_dump_json())
            for each in events
        ],
    )


async def open_proposals(connection: Any, plan: str) -> list[ProposalChangedData]:
    """Return the proposals to change the plan that wait for a decision, the oldest first."""
    rows = await connection.fetch(
        "select body from proposal where plan = $1 and state = $2 order by number", plan, ProposalState.PROPOSED
    )
    return [ProposalChangedData.model_validate_json(row["body"]) for row in rows]


async def plan_agencies(connection: Any, plans: Collection[str]) -> list[PlanAgency]:
    """Return every agency that has progress in these plans."""
    if not plans:
        return []
    rows = await connection.fetch(
        "select distinct plan, agency from progress where plan = any($1::text[])", list(plans)
    )
    return [(row["plan"], row["agency"]) for row in rows]


async def known_plans(connection: Any) -> dict[str, datetime]:
    """Return the ids of all plans, each with the moment at which its first version was known."""
    rows = await connection.fetch("select plan, min(known_since) as since from plan_version group by plan")
    return {row["plan"]: row["since"] for row in rows}


async def latest_plans(connection: Any, plans: Collection[str]) -> dict[str, Plan]:
    """Return the latest version of each of these plans that is known."""
    rows = await connection.fetch(
        "select distinct on (plan) plan, body from plan_version where plan = any($1::text[])"
        " order by plan, version desc",
        list(plans),
    )
    return {row["plan"]: Plan.model_validate_json(row["body"]) for row in rows}


async def agency_names(connection: Any, agencies: Collection[str]) -> dict[str, LocalizedText]:
    """Return the names of the registered ones of these agencies."""
    rows = await connection.fetch(
        "select id, body->>'name_vi' as vi, body->>'name_en' as en from agency where id = any($1::text[])",
        list(agencies),
    )
    return {row["id"]: LocalizedText(vi=row["vi"], en=row["en"]) for row in rows}


async def newest_progress(connection: Any, plans: Iterable[str], agencies: Iterable[str]) -> dict[PlanAgency, Progress]:
    """Return each agency's progress in its latest period with a judgement, also where the filing was withdrawn."""
    rows = await connection.fetch(
        "select newest.plan, newest.agency, newest.body from " + _PAIR + ", lateral (select plan, agency, body"  # noqa: S608  constants only
        " from progress where progress.plan = pair.plan and progress.agency = pair.agency"
        " order by starts_on desc limit 1) as newest",
        list(plans),
        list(agencies),
    )
    return {(row["plan"], row["agency"]): Progress.model_validate_json(row["body"]) for row in rows}


async def decided_progress(connection: Any, plan: str) -> list[Progress]:
    """Return the plan's progress of every agency and period that is filed or closed."""
    rows = await connection.fetch("select body from progress where plan = $1 and (is_filed or is_closed)", plan)
    return [Progress.model_validate_json(row["body"]) for row in rows]


async def unfiled_periods(
    connection: Any, plans: Sequence[str], agencies: Sequence[str]
) -> dict[PlanAgency, tuple[str, ...]]:
    """Return the ids of each agency's closed periods with nothing filed, oldest first."""
    rows = await connection.fetch(
        "select plan, agency, array_agg(period order by starts_on) as periods from progress join "  # noqa: S608  constants only
        + _PAIR
        + " using (plan, agency) where is_closed and not is_filed group by plan, agency",
        plans,
        agencies,
    )
    return {(row["plan"], row["agency"]): tuple(row["periods"]) for row in rows}


async def synthetic_plans(connection: Any, plans: Iterable[str]) -> set[str]:
    """Return those of the plans that hold simulated figures."""
    rows = await connection.fetch(
        "select asked.plan from unnest($1::text[]) as asked (plan)"
        " where exists (select from progress where progress.plan = asked.plan and is_synthetic)",
        list(plans),
    )
    return {row["plan"] for row in rows}


async def latest_plan(session: Session, plan: str) -> Plan:
    """Return the latest version of a plan."""
    versions = select(PlanVersionRow).where(PlanVersionRow.plan == plan).order_by(col(PlanVersionRow.version).desc())
    return (await session.exec(versions.limit(1))).one().body


async def newest_progress_of(session: Session, plan: str, agency: str) -> Progress | None:
    """Return the agency's progress in its latest period with a judgement."""
    rows = select(ProgressRow).where(ProgressRow.plan == plan, ProgressRow.agency == agency)
    newest = (await session.exec(rows.order_by(col(ProgressRow.starts_on).desc()).limit(1))).first()
    return newest.body if newest else None


async def unfiled_periods_of(session: Session, plan: str, agency: str) -> Sequence[str]:
    """Return the ids of the agency's closed periods with nothing filed, oldest first."""
    periods = select(ProgressRow.period).where(
        ProgressRow.plan == plan,
        ProgressRow.agency == agency,
        col(ProgressRow.is_closed),
        ~col(ProgressRow.is_filed),
    )
    return (await session.exec(periods.order_by(col(ProgressRow.starts_on)))).all()
