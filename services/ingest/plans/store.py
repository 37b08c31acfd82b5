"""Plan versions and the registry in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.ingest.plans.events import agency_of, plan_of
from services.ingest.plans.model import Registry
from shared.events.plans import AgencyRegisteredData, PlanPublishedData


class PostgresPlans:
    """Plan versions and agencies, within the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def latest(self, plan: str) -> tuple[int, str] | None:
        """Return version and content hash of a plan's latest version; other loads of the plan wait for this one."""
        await self._connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", plan)
        row = await self._connection.fetchrow(
            "select version, content_hash from plan_version where plan = $1 order by version desc limit 1", plan
        )
        return (row["version"], row["content_hash"]) if row else None

    async def latest_document(self, plan: str) -> str | None:
        """Return a plan's latest version as it was published, in JSON; None where there is no such plan."""
        body: str | None = await self._connection.fetchval(
            "select body from plan_version where plan = $1 order by version desc limit 1", plan
        )
        return body

    async def agency_ids(self) -> list[str]:
        """Return the ids of all agencies, in order."""
        return [row["id"] for row in await self._connection.fetch("select id from agency order by id")]

    async def registry(self) -> Mapping[str, AgencyRegisteredData]:
        """Return all agencies by id; no other folder changes them until the transaction ends."""
        await self._connection.execute("select pg_advisory_xact_lock(hashtextextended('registry', 1))")
        return {each.agency: each for each in await self._agencies()}

    async def newest(self) -> Sequence[PlanPublishedData]:
        """Return the newest version of every plan."""
        rows = await self._connection.fetch(
            "select distinct on (plan) body from plan_version order by plan, version desc"
        )
        return [PlanPublishedData.model_validate_json(row["body"]) for row in rows]

    async def newest_versions(self) -> list[tuple[str, int]]:
        """Return each plan with the number of its newest version."""
        rows = await self._connection.fetch(
            "select plan, max(version) as version from plan_version group by plan order by plan"
        )
        return [(row["plan"], row["version"]) for row in rows]

    async def versions(self) -> list[tuple[PlanPublishedData, datetime]]:
        """Return every version of every plan with the moment at which it was loaded."""
        rows = await self._connection.fetch("select body, loaded_at from plan_version order by plan, version")
        return [(PlanPublishedData.model_validate_json(row["body"]), row["loaded_at"]) for row in rows]

    async def in_force(self) -> Registry:
        """Return the plans in force and the agencies; nothing of what was reopened."""
        return Registry(
            plans={each.plan: plan_of(each) for each in await self.newest()},
            agencies={each.agency: agency_of(each) for each in await self._agencies()},
        )

    async def save(self, plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], *, now: datetime) -> None:
        """Keep a plan version and the registry that came with it."""
        await self._connection.execute(
            "insert into plan_version (plan, version, content_hash, body, loaded_at) values ($1, $2, $3, $4, $5)",
            plan.plan,
            plan.version,
            plan.content_hash,
            plan.model_dump_json(),
            now,
        )
        await self._connection.execute(
            "insert into agency (id, body) select * from unnest($1::text[], $2::jsonb[])"
            " on conflict (id) do update set body = excluded.body",
            [agency.agency for agency in agencies],
            [agency.model_dump_json() for agency in agencies],
        )

    async def _agencies(self) -> list[AgencyRegisteredData]:
        rows = await self._connection.fetch("select body from agency order by id")
        return [AgencyRegisteredData.model_validate_json(row["body"]) for row in rows]
