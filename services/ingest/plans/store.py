"""Plan versions and the registry in PostgreSQL, within the session under way."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select, tuple_

from services.ingest.plans.model import Plan, Registry
from services.ingest.plans.tables import AgencyRow, PlanVersionRow
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.runtime.database import Session


async def lock_plan(session: Session, plan: str) -> None:
    """Let other loads of a plan wait until the transaction ends."""
    await session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended(plan, 0))))


async def lock_registry(session: Session) -> None:
    """Let other changes of the registry wait until the transaction ends."""
    await session.exec(select(func.pg_advisory_xact_lock(func.hashtextextended("registry", 1))))


async def latest_version(session: Session, plan: str) -> PlanVersionRow | None:
    """Return the latest version of a plan; None where there is no such plan."""
    statement = select(PlanVersionRow).where(PlanVersionRow.plan == plan).order_by(col(PlanVersionRow.version).desc())
    return (await session.exec(statement.limit(1))).first()


async def latest_versions(session: Session) -> Mapping[str, int]:
    """Return the number of the latest version by plan."""
    statement = select(PlanVersionRow.plan, func.max(PlanVersionRow.version)).group_by(PlanVersionRow.plan)
    return dict((await session.exec(statement)).all())


async def all_versions(session: Session) -> Sequence[PlanVersionRow]:
    """Return every version of every plan, in order."""
    statement = select(PlanVersionRow).order_by(PlanVersionRow.plan, col(PlanVersionRow.version))
    return (await session.exec(statement)).all()


async def plans_in_force(session: Session) -> list[Plan]:
    """Return the latest version of every plan."""
    latest = select(PlanVersionRow.plan, func.max(PlanVersionRow.version)).group_by(PlanVersionRow.plan)
    rows = await session.exec(
        select(PlanVersionRow)
        .where(tuple_(col(PlanVersionRow.plan), col(PlanVersionRow.version)).in_(latest))
        .order_by(PlanVersionRow.plan)
    )
    return [Plan.model_validate(row.body) for row in rows]


async def registered_agencies(session: Session) -> list[AgencyRegisteredData]:
    """Return all agencies, in the order of their ids."""
    rows = await session.exec(select(AgencyRow).order_by(AgencyRow.id))
    return [AgencyRegisteredData.model_validate(row.body) for row in rows]


async def registry_in_force(session: Session) -> Registry:
    """Return the plans in force and the agencies, without exceptions."""
    return Registry(
        plans={each.plan: each for each in await plans_in_force(session)},
        agencies={each.agency: each for each in await registered_agencies(session)},
    )


async def save_version(
    session: Session, plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], *, now: datetime
) -> None:
    """Store a plan version, and the agencies as they are from now on."""
    session.add(
        PlanVersionRow(
            plan=plan.plan,
            version=plan.version,
            content_hash=plan.content_hash,
            body=plan.model_dump(mode="json"),
            loaded_at=now,
        )
    )
    await session.flush()
    statement = insert(AgencyRow)
    statement = statement.on_conflict_do_update(index_elements=["id"], set_={"body": statement.excluded.body})
    rows: list[dict[str, Any]] = [{"id": each.agency, "body": each.model_dump(mode="json")} for each in agencies]
    await session.exec(statement, params=rows)
