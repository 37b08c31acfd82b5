"""Plan versions, agencies and closings in PostgreSQL, and the unit of work that reads them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from services.scoring.judging.model import Agency, Plan
from services.scoring.plans.model import ClosedPeriod, DuePeriod, PlanVersion
from services.scoring.plans.translation import agency_of, plan_of
from shared.events.plans import AgencyRegistered, AgencyRegisteredData, PlanPublished, PlanPublishedData
from shared.runtime.database import columns

_WITH_SUPERIORS: Final = """
with recursive named as (
    select id, body from agency where id = any($1::text[])
    union select above.id, above.body from agency above join named on above.id = named.body->>'parent'
) select id, body from named
"""
_LOCK: Final = 0x73636F72696E67  # "scoring": held shared by judging, alone by what changes what judging relies on
PlanCache = dict[PlanVersion, Plan]
"""Plan versions read before; they never change, so a process reads each once."""


class ReferenceStore:
    """Plan versions, agencies and closings in PostgreSQL."""

    def __init__(self, connection: Any, *, cache: PlanCache) -> None:
        self._connection = connection
        self._cache = cache
        self._saved: set[PlanVersion] = set()  # by this transaction: no other may judge by them yet
        self._uncommitted: PlanCache = {}

    async def lock_shared(self) -> None:
        """Keep plans, agencies and closings as they are until the transaction ends; other judging may go on."""
        # A statement of its own: what is read next must see what was committed while this one waited.
        await self._connection.execute("select pg_advisory_xact_lock_shared($1)", _LOCK)

    async def lock_exclusive(self) -> None:
        """Wait until no judging is under way and hold all of it off until the transaction ends."""
        await self._connection.execute("select pg_advisory_xact_lock($1)", _LOCK)

    async def plans(self, versions: Collection[PlanVersion]) -> Mapping[PlanVersion, Plan]:
        """Return those of the plan versions that are known."""
        unread = [each for each in versions if each not in self._cache and each not in self._uncommitted]
        if unread:
            for version, data in (await published_versions(self._connection, unread)).items():
                cache = self._uncommitted if version in self._saved else self._cache
                cache[version] = plan_of(data)
        known = self._cache | self._uncommitted if self._uncommitted else self._cache
        return {version: known[version] for version in versions if version in known}

    async def plan(self, plan: str, version: int) -> Plan:
        """Return a plan version that is known."""
        name = PlanVersion(plan, version)
        return (await self.plans([name]))[name]

    async def newest_plans(self) -> Sequence[Plan]:
        """Return the newest version of every plan."""
        rows = await self._connection.fetch("select plan, max(version) as version from plan_version group by plan")
        return list((await self.plans([PlanVersion(row["plan"], row["version"]) for row in rows])).values())

    async def versions(self, plans: Collection[str]) -> Sequence[Plan]:
        """Return every version of these plans."""
        rows = await self._connection.fetch(
            "select plan, version from plan_version where plan = any($1::text[])", list(plans)
        )
        return list((await self.plans([PlanVersion(row["plan"], row["version"]) for row in rows])).values())

    async def agencies(self, ids: Collection[str]) -> Mapping[str, Agency]:
        """Return those of the agencies that are registered, with all who are above them."""
        rows = await self._connection.fetch(_WITH_SUPERIORS, list(ids))
        return {row["id"]: _agency(row["body"]) for row in rows}

    async def closings(self, plans: Collection[str]) -> Mapping[ClosedPeriod, int]:
        """Return the closed periods of these plans, each with the version that it was closed by."""
        rows = await self._connection.fetch(
            "select plan, period, plan_version from period_close where plan = any($1::text[])", list(plans)
        )
        return {ClosedPeriod(row["plan"], row["period"]): row["plan_version"] for row in rows}

    async def least_versions(self, plans: Collection[str]) -> Mapping[ClosedPeriod, int]:
        """Return, by period of these plans that was replayed, the version that judges it at least."""
        rows = await self._connection.fetch(
            "select plan, period, least_version from replayed_period where plan = any($1::text[])", list(plans)
        )
        return {ClosedPeriod(row["plan"], row["period"]): row["least_version"] for row in rows}

    async def save_plans(self, events: Sequence[PlanPublished]) -> None:
        """Keep plan versions; one that is known already stays as it is."""
        self._saved.update(PlanVersion(each.data.plan, each.data.version) for each in events)
        await self._connection.executemany(
            "insert into plan_version (plan, version, body, published_at) values ($1, $2, $3, $4)"
            " on conflict do nothing",
            [(each.data.plan, each.data.version, each.data.model_dump_json(), each.time) for each in events],
        )

    async def save_agencies(self, events: Sequence[AgencyRegistered]) -> None:
        """Keep agencies as registered last."""
        await self._connection.executemany(
            "insert into agency (id, body, registered_at) values ($1, $2, $3) on conflict (id) do update"
            " set body = excluded.body, registered_at = excluded.registered_at"
            " where agency.registered_at <= excluded.registered_at",
            [(each.data.agency, each.data.model_dump_json(), each.time) for each in events],
        )

    async def close(self, periods: Sequence[DuePeriod], *, at: datetime) -> None:
        """Note that these periods are closed."""
        await self._connection.executemany(
            "insert into period_close (plan, period, plan_version, due_on, closed_at) values ($1, $2, $3, $4, $5)",
            [(each.plan.id, each.period.id, each.plan.version, each.period.due_on, at) for each in periods],
        )


async def published_versions(
    connection: Any, versions: Sequence[PlanVersion]
) -> Mapping[PlanVersion, PlanPublishedData]:
    """Return those of the plan versions that are known, as they were published."""
    rows = await connection.fetch(
        "select plan, version, body from plan_version"
        " join unnest($1::text[], $2::int[]) as wanted (plan, version) using (plan, version)",
        *columns(versions, width=2),
    )
    return {
        PlanVersion(row["plan"], row["version"]): PlanPublishedData.model_validate_json(row["body"]) for row in rows
    }


@lru_cache(maxsize=20_000)
def _agency(body: str) -> Agency:
    """Return an agency as the registry has it; batch after batch it is the same."""
    return agency_of(AgencyRegisteredData.model_validate_json(body))


class UnitOfWork:
    """One transaction of scoring: its connection, and the plans and agencies that it reads.

    It never commits: who opened the transaction does.
    """

    def __init__(self, connection: Any, *, cache: PlanCache) -> None:
        self.connection: Final = connection
        self.reference: Final = ReferenceStore(connection, cache=cache)
