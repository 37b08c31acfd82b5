"""What an operator does to ingest from the command line: plans, keys, reopened periods, publishing again."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg
from pydantic import TypeAdapter

from services.ingest.caches import read_registry
from services.ingest.handlers import RegistryContradicted, reference_announcements, take_plan
from services.ingest.key_store import PostgresKeys
from services.ingest.model import Reopening
from services.ingest.plan_files import PlanFaults, load, render
from services.ingest.reopening import ReopeningState, objections, states
from services.ingest.reopening_store import PostgresReopenings
from services.ingest.store import PostgresOutbox, PostgresPlans
from shared.events import topics
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.events.vocabulary import Scope
from shared.runtime.auth import keys
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure, counted
from shared.runtime.outbox import Announcement, announce
from shared.runtime.text import UnfitText, composed

_AT_ONCE: Final = 500
_TEXT_LENGTH: Final = 1000


class LoadedVersion(NamedTuple):
    """What loading a plan folder came to."""

    plan: str
    version: int
    is_new: bool
    indicators: int
    agencies: int


async def load_plan(
    folder: Path, *, database: Database, clock: Clock, is_registry_changed: bool = False
) -> LoadedVersion:
    """Check a plan folder whole, store it as the plan's next version and publish it; the same again changes nothing.

    `is_registry_changed` says that what contradicts the registry is taken all the same.

    Raises:
        StartFailure: the folder has faults, or contradicts the registry; the text names all of it with what would be
            accepted.
    """
    try:
        loaded = load(folder)
    except PlanFaults as error:
        found = counted(len(error.faults), "fault")
        raise StartFailure(f"the plan in {folder} has {found}\n{render(error.faults)}") from None
    try:
        async with database.transaction() as connection:
            version, is_new = await take_plan(
                content_hash=loaded.content_hash,
                plan_id=loaded.plan_id,
                plan_of=loaded.to_plan_data,
                agencies=loaded.agencies,
                plans=PostgresPlans(connection, clock=clock),
                outbox=PostgresOutbox(connection),
                now=clock.now(),
                is_registry_changed=is_registry_changed,
            )
    except RegistryContradicted as contradicted:
        found = counted(len(contradicted.differences), "contradiction")
        raise StartFailure(
            f"the registry, which all plans share, and agencies.csv in {folder} have {found}; nothing was loaded\n"
            f"{contradicted}\n"
            "with --change-registry it is taken all the same; closed periods then change only by a replay"
        ) from None
    plan = loaded.to_plan_data(version)
    return LoadedVersion(plan.plan, version, is_new, len(plan.indicators), len(loaded.agencies))


async def issue_keys(
    agencies: Sequence[str] | None,
    *,
    database: Database,
    clock: Clock,
    pepper: str,
    scopes: Sequence[Scope] = (Scope.SUBMIT,),
    expires_at: datetime | None = None,
) -> dict[str, str]:
    """Issue a key to each agency, or to every agency where none is named; return agency → key, shown this once.

    Raises:
        StartFailure: an agency is not registered, or the key would be refused from the start.
    """
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        raise StartFailure(
            f"a key that expires on {expires_at:%Y-%m-%d} is refused today, {now:%Y-%m-%d}; name a later day"
        )
    async with database.transaction() as connection:
        known = [row["id"] for row in await connection.fetch("select id from agency order by id")]
        wanted = known if agencies is None else agencies
        if unknown := [agency for agency in wanted if agency not in set(known)]:
            raise StartFailure(f"no such agency: {', '.join(unknown)}; load a plan first")
        issued = {agency: keys.issue(pepper=pepper) for agency in wanted}
        await PostgresKeys(connection).add(issued, scopes=scopes, expires_at=expires_at, now=now)
    return {agency: key.text for agency, key in issued.items()}


async def revoke_key(prefix: str, *, database: Database, clock: Clock) -> None:
    """Revoke the key with this prefix; every service refuses it within five seconds.

    Raises:
        StartFailure: there is no such key in force.
    """
    async with database.transaction() as connection:
        if not await PostgresKeys(connection).revoke(prefix, now=clock.now()):
            raise StartFailure(f"no key in force begins with key_live_{prefix}")


async def reopen_period(
    *, plan: str, agency: str, period: str, last_on: date, reason: str, by: str, database: Database, clock: Clock
) -> None:
    """Record that a period takes corrections of an agency up to and on a day; ingest honours it within two seconds.

    Raises:
        StartFailure: something speaks against it; the text names all of it with what would be accepted.
    """
    texts = {name: _line(text) for name, text in (("reason", reason), ("by", by))}
    unfit = [f"--{name} cannot be taken: {text}" for name, text in texts.items() if isinstance(text, UnfitText)]
    reopening = Reopening(
        plan, agency, period, last_on, str(texts["reason"]), granted_by=str(texts["by"]), granted_at=clock.now()
    )
    async with database.transaction() as connection:
        if found := [*unfit, *objections(reopening, registry=await read_registry(connection))]:
            raise StartFailure("; ".join(found) if len(found) == 1 else "\n".join(["not reopened:", *found]))
        await PostgresReopenings(connection).add(reopening)


def _line(text: str) -> str | UnfitText:
    try:
        return composed(text, longest=_TEXT_LENGTH)
    except UnfitText as found:
        return found


async def recorded_reopenings(
    *, plan: str | None, agency: str | None, database: Database, clock: Clock
) -> list[tuple[Reopening, ReopeningState]]:
    """Return what was recorded for a plan and an agency, or for all, oldest first, each with what it still does."""
    async with database.transaction() as connection:
        recorded = await PostgresReopenings(connection).recorded(plan=plan, agency=agency)
    return list(zip(recorded, states(recorded, today=clock.now().date()), strict=True))


async def republish(*, database: Database) -> int:
    """Publish all reference data, keys and submissions again, as after a lost topic; return how many events.

    Event ids are those of the first time, so that consumers apply nothing twice.
    """
    count = 0
    async with database.transaction() as connection:
        outbox = PostgresOutbox(connection)
        agencies = TypeAdapter(list[AgencyRegisteredData]).validate_json(
            f"[{','.join(row['body'] for row in await connection.fetch('select body from agency order by id'))}]"  # noqa: S608  only our own names
        )
        for row in await connection.fetch("select body, loaded_at from plan_version order by plan, version"):
            plan = PlanPublishedData.model_validate_json(row["body"])
            again = reference_announcements(plan, agencies, now=row["loaded_at"])
            await outbox.announce(again)
            count += len(again)
        count += await PostgresKeys(connection).announce_all()
        count += await _republish_submissions(connection)
    return count


async def _republish_submissions(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    count = await _announce_all(
        connection,
        "select agency, 'submission.accepted.v1' as event_type, event from submission order by filed_at, revision",
    )
    return count + await _announce_all(
        connection,
        "select agency, 'submission.' || verdict || '.v1' as event_type, decision.event"
        " from decision join submission on submission.id = decision.submission"
        " where decision.event is not null order by decided_at",
    )


async def _announce_all(connection: "asyncpg.Connection[asyncpg.Record]", query: str) -> int:
    count = 0
    some: list[Announcement] = []
    async for row in connection.cursor(query, prefetch=_AT_ONCE):
        some.append(Announcement(topics.SUBMISSIONS, row["agency"], row["event_type"], row["event"]))
        if len(some) == _AT_ONCE:
            await announce(connection, some)
            count, some = count + len(some), []
    await announce(connection, some)
    return count + len(some)
