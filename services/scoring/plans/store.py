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
_SAVE_AGENCY: Final = """
with registered as (
    insert into agency (id, body, registered_at) values ($1, $2, $3) on conflict (id) do update
    set body = excluded.body, registered_at = excluded.registered_at
    where agency.registered_at <= excluded.registered_at returning *
) insert into agency_version (id, body, registered_at, known_at) select *, $4 from registered
on conflict (id, known_at) do update set body = excluded.body, registered_at = excluded.registered_at
"""
# greatest() passes over nulls: of a moment before anything was told, or a plan before any progress.
_MOMENT_TO_JUDGE: Final = "select greatest($1::timestamptz, told_at + interval '1 microsecond') from moment"
_MOMENT_TO_CHANGE: Final = """
update moment set told_at = greatest(
    $1::timestamptz, told_at + interval '1 microsecond', (select max(decided_at) from progress)
) returning told_at
"""
_MOMENTS: Final = """
select (select min(known_at) from plan_version where plan = $1) as known_at, (select told_at from moment) as told_at
"""
# The schema holds a view under each table's name. Its function is called so that a role which may not use the schema,
# and so would read the latest, is refused.
_READ_AS_OF: Final = """
select set_config('search_path', 'as_of, ' || current_setting('search_path'), true),
    set_config('tiendo.as_of', $1, true), as_of.moment()
"""
_LOCK: Final = 0x73636F72696E67  # "scoring": held shared by judging, alone by what changes what judging relies on
ONE_MOMENT: Final = "set transaction isolation level repeatable read, read only"
"""The first statement of who counts progress and the silent together: else a filing between the two counts as both."""
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

    async def lock_to_judge(self, *, now: datetime) -> datetime:
        """Lock as `lock_shared` does; return the moment of what is judged: now, or later where that was told already.

        So what was committed by a moment that anybody was told of stays the same.
        """
        await self.lock_shared()
        moment: datetime = await self._connection.fetchval(_MOMENT_TO_JUDGE, now)
        return moment

    async def lock_exclusive(self) -> None:
        """Wait until no judging is under way and hold all of it off until the transaction ends."""
        await self._connection.execute("select pg_advisory_xact_lock($1)", _LOCK)

    async def lock_to_change(self, *, now: datetime) -> datetime:
        """Lock as `lock_exclusive` does; return the moment of what is changed, or counted, meanwhile.

        All that was committed before has this moment or an earlier one, and all that is committed later a later one,
        whatever the clocks of other processes say.
        """
        await self.lock_exclusive()
        moment: datetime = await self._connection.fetchval(_MOMENT_TO_CHANGE, now)
        return moment

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
            "select plan, period, max(least_version) as least_version from replayed_period"
            " where plan = any($1::text[]) group by plan, period",
            list(plans),
        )
        return {ClosedPeriod(row["plan"], row["period"]): row["least_version"] for row in rows}

    async def save_plans(self, events: Sequence[PlanPublished], *, at: datetime) -> None:
        """Keep plan versions as known from this moment on; one that is known already stays as it is."""
        self._saved.update(PlanVersion(each.data.plan, each.data.version) for each in events)
        await self._connection.executemany(
            "insert into plan_version (plan, version, body, known_at) values ($1, $2, $3, $4) on conflict do nothing",
            [(each.data.plan, each.data.version, each.data.model_dump_json(), at) for each in events],
        )

    async def save_agencies(self, events: Sequence[AgencyRegistered], *, at: datetime) -> None:
        """Keep agencies as registered last, known from this moment on."""
        await self._connection.executemany(
            _SAVE_AGENCY, [(each.data.agency, each.data.model_dump_json(), each.time, at) for each in events]
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


async def judging_version(connection: Any, plan: str, period: str) -> int | None:
    """Return the version that a period was closed by, or judged again by since; None where it is open."""
    version: int | None = await connection.fetchval(
        "select greatest(plan_version, max(least_version)) from period_close"
        " left join replayed_period using (plan, period) where plan = $1 and period = $2 group by plan_version",
        plan,
        period,
    )
    return version


async def earliest_moments(connection: Any, plan: str) -> tuple[datetime | None, datetime | None]:
    """Return since when a plan is known, and up to which moment anything was told; None: not at all."""
    row = await connection.fetchrow(_MOMENTS, plan)
    return row["known_at"], row["told_at"]


async def tell_moment(connection: Any, moment: datetime) -> None:
    """Have all that is committed from now on, and what is under way, stand behind a past moment or before it for good.

    What is under way is waited for; what begins later has a later moment.
    """
    await connection.execute("select pg_advisory_xact_lock($1)", _LOCK)
    await connection.execute("update moment set told_at = greatest(told_at, $1)", moment)


async def read_as_of(connection: Any, moment: datetime) -> None:
    """Have every statement of this transaction read rows, registry, plans and closings as they were at the moment."""
    await connection.execute(_READ_AS_OF, moment.isoformat())


class UnitOfWork:
    """One transaction of scoring: its connection, and the plans and agencies that it reads.

    It never commits: who opened the transaction does.
    """

    def __init__(self, connection: Any, *, cache: PlanCache) -> None:
        self.connection: Final = connection
        self.reference: Final = ReferenceStore(connection, cache=cache)
