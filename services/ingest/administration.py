"""What an operator does to ingest from the command line: load a plan, issue and revoke keys, publish again."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg
from pydantic import TypeAdapter
from sqlmodel import select

from services.ingest import keys
from services.ingest.handlers import reference_announcements, take_plan
from services.ingest.plan_files import PlanFaults, load, render
from services.ingest.store import PostgresOutbox, PostgresPlans
from services.ingest.tables import AgencyRow, ApiKeyRow
from shared.events import topics
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure, counted

_SUBMIT: Final = ["submit"]


class LoadedVersion(NamedTuple):
    """What loading a plan folder came to."""

    plan: str
    version: int
    is_new: bool
    indicators: int
    agencies: int


async def load_plan(folder: Path, *, database: Database, clock: Clock) -> LoadedVersion:
    """Check a plan folder whole, store it as the plan's next version and publish it; the same again changes nothing.

    Raises:
        StartFailure: the folder has faults; the text names every one with file, line and what would be accepted.
    """
    try:
        loaded = load(folder)
    except PlanFaults as error:
        found = counted(len(error.faults), "fault")
        raise StartFailure(f"the plan in {folder} has {found}\n{render(error.faults)}") from None
    async with database.transaction() as connection:
        version, is_new = await take_plan(
            content_hash=loaded.content_hash,
            plan_id=loaded.plan_id,
            plan_of=loaded.to_plan_data,
            agencies=loaded.agencies,
            plans=PostgresPlans(connection, clock=clock),
            outbox=PostgresOutbox(connection),
            now=clock.now(),
        )
    plan = loaded.to_plan_data(version)
    return LoadedVersion(plan.plan, version, is_new, len(plan.indicators), len(loaded.agencies))


async def issue_keys(
    agencies: Sequence[str] | None, *, database: Database, clock: Clock, pepper: str, expires_at: datetime | None = None
) -> dict[str, str]:
    """Issue a key to each agency, or to every agency where none is named; return agency → key, shown this once.

    Raises:
        StartFailure: an agency is not registered.
    """
    async with database.session() as session:
        known = (await session.exec(select(AgencyRow.id).order_by(AgencyRow.id))).all()
        wanted = known if agencies is None else agencies
        if unknown := [agency for agency in wanted if agency not in set(known)]:
            raise StartFailure(f"no such agency: {', '.join(unknown)}; load a plan first")
        issued = {agency: keys.issue(pepper=pepper) for agency in wanted}
        session.add_all(
            ApiKeyRow(
                prefix=key.prefix,
                digest=key.digest,
                agency=agency,
                scopes=_SUBMIT,
                issued_at=clock.now(),
                expires_at=expires_at,
            )
            for agency, key in issued.items()
        )
    return {agency: key.text for agency, key in issued.items()}


async def revoke_key(prefix: str, *, database: Database, clock: Clock) -> None:
    """Revoke the key with this prefix; it is refused within five seconds.

    Raises:
        StartFailure: there is no such key in force.
    """
    async with database.session() as session:
        key = await session.get(ApiKeyRow, prefix, with_for_update=True)
        if key is None or key.revoked_at is not None:
            raise StartFailure(f"no key in force begins with key_live_{prefix}")
        key.revoked_at = clock.now()
        session.add(key)


async def republish(*, database: Database) -> int:
    """Publish all reference data and submissions again, as after a lost topic; return how many events.

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
        count += await _republish_submissions(connection)
    return count


async def _republish_submissions(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    status: str = await connection.execute(
        "insert into outbox (topic, key, event_type, value)"
        " select $1::text, agency, $2::text, event from submission order by filed_at, revision",
        topics.SUBMISSIONS.name,
        "submission.accepted.v1",
    )
    return int(status.rsplit(" ", 1)[1])
