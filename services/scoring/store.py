"""Scoring's handlers' ports on PostgreSQL, within one transaction each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from services.scoring.adjustment_store import PostgresAdjustments
from services.scoring.bearings import ClosedPeriod, PlanVersion
from services.scoring.closing import DuePeriod
from services.scoring.ending_store import PostgresEndings
from services.scoring.model import Agency, Key, Plan
from services.scoring.ports import World
from services.scoring.progress_store import PostgresProgresses, columns
from services.scoring.translation import agency_of, plan_of
from shared.events.plans import AgencyRegistered, AgencyRegisteredData, PlanPublished, PlanPublishedData
from shared.events.submissions import SubmissionAccepted
from shared.runtime.outbox import Announcement, announce

_WITH_SUPERIORS: Final = """
with recursive named as (
    select id, body from agency where id = any($1::text[])
    union select above.id, above.body from agency above join named on above.id = named.body->>'parent'
) select id, body from named
"""
_LOCK: Final = 0x73636F72696E67  # "scoring": held shared by judging, alone by what changes what judging relies on
PlanCache = dict[PlanVersion, Plan]
"""Plan versions read before; they never change, so a process reads each once."""


class PostgresReference:
    """Plan versions, agencies and closings in PostgreSQL."""

    def __init__(self, connection: Any, *, cache: PlanCache) -> None:
        self._connection = connection
        self._cache = cache
        self._saved: set[PlanVersion] = set()  # by this transaction: no other may judge by them yet
        self._uncommitted: PlanCache = {}

    async def share(self) -> None:
        """Keep plans, agencies and closings as they are until the transaction ends; other judging may go on."""
        # A statement of its own: what is read next must see what was committed while this one waited.
        await self._connection.execute("select pg_advisory_xact_lock_shared($1)", _LOCK)

    async def take_alone(self) -> None:
        """Wait until no judging is under way and hold all of it off until the transaction ends."""
        await self._connection.execute("select pg_advisory_xact_lock($1)", _LOCK)

    async def plans(self, versions: Collection[PlanVersion]) -> Mapping[PlanVersion, Plan]:
        """Return those of the plan versions that are known."""
        unread = [each for each in versions if each not in self._cache and each not in self._uncommitted]
        if unread:
            rows = await self._connection.fetch(
                "select plan, version, body from plan_version"
                " join unnest($1::text[], $2::int[]) as wanted (plan, version) using (plan, version)",
                *columns(unread, width=2),
            )
            for row in rows:
                version = PlanVersion(row["plan"], row["version"])
                cache = self._uncommitted if version in self._saved else self._cache
                cache[version] = plan_of(PlanPublishedData.model_validate_json(row["body"]))
        known = self._cache | self._uncommitted if self._uncommitted else self._cache
        return {version: known[version] for version in versions if version in known}

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

    async def closed(self, plans: Collection[str]) -> Collection[ClosedPeriod]:
        """Return the closed periods of these plans."""
        rows = await self._connection.fetch(
            "select plan, period from period_close where plan = any($1::text[])", list(plans)
        )
        return {ClosedPeriod(row["plan"], row["period"]) for row in rows}

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


class PostgresWaiting:
    """Submissions that wait for their plan version or agency, in PostgreSQL."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def keep(self, events: Sequence[SubmissionAccepted], *, faults: Sequence[str | None]) -> None:
        """Keep submissions until they can be judged; one with a fault stays for a person to look at."""
        await self._connection.executemany(
            "insert into waiting_submission (event_id, plan, plan_version, period, agency, event, fault)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict (event_id) do nothing",
            [
                (each.id, data.plan, data.plan_version, data.period, data.agency, each.to_bytes(), fault)
                for each, fault in zip(events, faults, strict=True)
                for data in [each.data]
            ],
        )

    async def release(self, *, limit: int) -> list[SubmissionAccepted]:
        """Return and forget up to `limit` submissions whose plan version and agency are known by now."""
        rows = await self._connection.fetch(
            "delete from waiting_submission where event_id in ("
            " select event_id from waiting_submission as waiting"
            " join plan_version on plan_version.plan = waiting.plan and version = waiting.plan_version"
            " join agency on agency.id = waiting.agency where fault is null limit $1) returning event",
            limit,
        )
        return [SubmissionAccepted.model_validate_json(row["event"]) for row in rows]

    async def keys(self, plans: Collection[str]) -> set[Key]:
        """Return the agencies and periods of these plans for which a submission waits."""
        rows = await self._connection.fetch(
            "select plan, agency, period from waiting_submission where plan = any($1::text[])", list(plans)
        )
        return {Key(plan=row["plan"], agency=row["agency"], period=row["period"]) for row in rows}


class PostgresOutbox:
    """The outbox of the transaction under way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def announce(self, announcements: Sequence[Announcement]) -> None:
        """Put events into the transaction under way."""
        await announce(self._connection, announcements)


@lru_cache(maxsize=20_000)
def _agency(body: str) -> Agency:
    """Return an agency as the registry has it; batch after batch it is the same."""
    return agency_of(AgencyRegisteredData.model_validate_json(body))


def world_of(connection: Any, *, cache: PlanCache) -> World:
    """Return scoring's ports on this connection's transaction."""
    return World(
        reference=PostgresReference(connection, cache=cache),
        progresses=PostgresProgresses(connection),
        waiting=PostgresWaiting(connection),
        endings=PostgresEndings(connection),
        adjustments=PostgresAdjustments(connection),
        outbox=PostgresOutbox(connection),
    )
