"""Keys in every service: issued by ingest, published, and refused everywhere soon after they were revoked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from services.ingest import settings as ingest_settings
from services.ingest import wiring as ingest
from services.ingest.persons.cli import issue_keys, revoke_key
from services.ingest.plans.cli import load_plan
from services.ingest.republishing import republish
from services.notify import settings as notify_settings
from services.notify import wiring as notify
from services.scoring import settings as scoring_settings
from services.scoring import wiring as scoring
from shared.events.vocabulary import Scope
from shared.runtime.auth import keys
from shared.runtime.auth.key_ring import KeyRing, keep_keys
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure
from shared.runtime.http.access import Asker, Guard, guarded_router, require
from shared.runtime.http.problems import answer_with_problems
from shared.runtime.kafka.topics import create_topics
from shared.runtime.process.server import application
from shared.runtime.process.service import Service
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.keys import ISSUED_AT, PEPPER, key_changed, key_kept_in
from tests.support.province import LEAD, PLAN, PLANS
from tests.support.scoring import IN_TIME
from tests.support.waiting import until

REFUSED_WITHIN_SECONDS: Final = 5.0


@pytest.fixture
async def database(make_database: DatabaseMaker) -> AsyncIterator[Database]:
    """Lend a database of a service that keeps keys."""
    lent = Database(await make_database("scoring"))
    await lent.open()
    yield lent
    await lent.close()


def _door(database: Database, *, clock: SteppedClock) -> httpx.AsyncClient:
    """Return a client of two guarded routes: one for any key, one for those who decide."""
    app = FastAPI()
    answer_with_problems(app)
    router = guarded_router(Guard(KeyRing(database, pepper=PEPPER, clock=clock)))

    @router.get("/whose")
    async def whose(asker: Asker, number: int = 1) -> str:
        return f"{asker.agency} {asker.sees_all} {number}"

    @router.get("/decides")
    async def decides(asker: Asker) -> None:
        require(asker, Scope.ADMIN)

    app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://door")


async def test_a_key_says_whose_it_is_and_what_for(database: Database) -> None:
    async with _door(database, clock=SteppedClock(IN_TIME)) as door:
        own = await key_kept_in(database, "so-noi-vu")
        all_and_later = await key_kept_in(database, LEAD, Scope.READ, Scope.ADMIN)
        assert (await door.get("/whose", headers=own)).json() == "so-noi-vu False 1"
        assert (await door.get("/whose", headers=all_and_later)).json() == f"{LEAD} True 1"
        assert (await door.get("/decides", headers=all_and_later)).status_code == 200
        refused = await door.get("/decides", headers=own)
        assert (refused.status_code, refused.json()["faults"][0]["code"]) == (403, "scope-needed")


async def test_no_key_is_issued_that_is_refused_from_the_start(database: Database) -> None:
    clock = SteppedClock(IN_TIME)
    with pytest.raises(StartFailure, match="name a later day"):
        await issue_keys(None, database=database, clock=clock, pepper=PEPPER, expires_at=IN_TIME)


async def test_a_scope_of_a_later_version_is_passed_over(database: Database) -> None:
    key = keys.issue(pepper=PEPPER)
    async with database.transaction() as connection:
        await keep_keys(connection, [key_changed(key, "so-noi-vu", scopes=("of-a-later-version", "read"))])
    holder = await KeyRing(database, pepper=PEPPER, clock=SteppedClock(IN_TIME)).holder(key.text)
    assert holder is not None
    assert holder.scopes == {Scope.READ}


async def test_every_key_that_is_not_in_force_is_answered_alike(database: Database) -> None:
    clock = SteppedClock(IN_TIME)
    async with _door(database, clock=clock) as door:
        good = await key_kept_in(database, "so-noi-vu", expires_at=IN_TIME + timedelta(hours=1))
        unknown = {"Authorization": f"Bearer {keys.issue(pepper=PEPPER).text}"}
        another_pepper = {"Authorization": f"Bearer {keys.issue(pepper='another pepper').text}"}
        expired = await key_kept_in(database, "so-noi-vu", expires_at=IN_TIME)
        revoked = await key_kept_in(database, "so-noi-vu", revoked_at=IN_TIME)
        text = good["Authorization"]
        mistyped = {"Authorization": text[:-1] + ("a" if text[-1] != "a" else "b")}
        other_scheme = {"Authorization": text.replace("Bearer", "Basic")}
        refused: tuple[dict[str, str], ...] = (
            unknown,
            another_pepper,
            expired,
            revoked,
            mistyped,
            other_scheme,
            {},
            {"Authorization": "Bearer"},
        )
        answers = [await door.get("/whose?number=x", headers=each) for each in refused]
        assert {answer.status_code for answer in answers} == {401}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].headers["www-authenticate"] == "Bearer"
        assert answers[0].headers["content-type"] == "application/problem+json"
        assert (await door.get("/whose?number=x", headers=good)).status_code == 422, "a valid key is told what is wrong"
        clock.advance_to(IN_TIME + timedelta(hours=1))
        assert (await door.get("/whose", headers=good)).status_code == 401, "also while it is remembered"


async def test_a_key_that_was_revoked_stays_so_in_whatever_order_it_is_told(database: Database) -> None:
    key = keys.issue(pepper=PEPPER)
    issued, revoked = key_changed(key, "so-noi-vu"), key_changed(key, "so-noi-vu", revoked_at=ISSUED_AT)
    async with database.transaction() as connection:
        await keep_keys(connection, [revoked])
        await keep_keys(connection, [issued])
    assert await KeyRing(database, pepper=PEPPER, clock=SteppedClock(IN_TIME)).holder(key.text) is None


@dataclass(frozen=True)
class Province:
    """The three services, with a plan published and a key known to all of them."""

    databases: dict[str, Database]
    clock: SteppedClock
    rings: dict[str, KeyRing]
    scoring: Service

    async def issue(self) -> str:
        """Issue a key of the lead agency and return it."""
        issued = await issue_keys(
            [LEAD], database=self.databases["ingest"], clock=self.clock, pepper=PEPPER, scopes=[Scope.READ]
        )
        return issued[LEAD]

    async def revoke(self, key: str) -> None:
        """Revoke a key."""
        prefix = keys.prefix_of(key)
        assert prefix is not None
        await revoke_key(prefix, database=self.databases["ingest"], clock=self.clock)

    async def let_in_by(self, key: str) -> set[str]:
        """Return the services that take this key."""
        return {name for name, ring in self.rings.items() if await ring.holder(key)}

    async def everywhere(self, key: str, *, is_let_in: bool) -> None:
        """Wait until every service takes the key, or none does; five seconds at most, once they have joined."""
        wanted = set(self.rings) if is_let_in else set()

        async def is_so() -> bool:
            return await self.let_in_by(key) == wanted

        await until(is_so, f"the key is taken by {sorted(wanted)} alone", within_seconds=REFUSED_WITHIN_SECONDS)


@asynccontextmanager
async def a_province(kafka: TestKafka, make_database: DatabaseMaker) -> AsyncIterator[Province]:
    prefix, clock = kafka.new_prefix(), SteppedClock(IN_TIME)
    await create_topics(kafka.bootstrap_servers, prefix=prefix)
    databases = {service: Database(await make_database(service)) for service in ("ingest", "scoring", "notify")}
    for each in databases.values():
        await each.open()
    given: dict[str, Any] = {
        "kafka_bootstrap_servers": kafka.bootstrap_servers,
        "kafka_topic_prefix": prefix,
        "key_pepper": PEPPER,
    }
    services = [
        ingest.build(
            settings=ingest_settings.Settings(database_url=databases["ingest"].url, **given),
            clock=clock,
            database=databases["ingest"],
        ),
        scoring.build(
            settings=scoring_settings.Settings(database_url=databases["scoring"].url, **given),
            clock=clock,
            database=databases["scoring"],
        ),
        notify.build(
            settings=notify_settings.Settings(
                database_url=databases["notify"].url, smtp_url="smtp://127.0.0.1:1", **given
            ),
            clock=clock,
            database=databases["notify"],
        ),
    ]
    await load_plan(PLANS / PLAN, database=databases["ingest"], clock=clock)
    rings = {name: KeyRing(database, pepper=PEPPER, clock=clock) for name, database in databases.items()}
    lent = Province(databases, clock, rings, services[1])
    await asyncio.gather(*(service.start() for service in services))
    try:
        first = await lent.issue()

        async def is_known() -> bool:  # the groups have joined
            plans = [await _known_plans(databases[name]) for name in ("scoring", "notify")]
            return all(plans) and await lent.let_in_by(first) == set(rings)

        await until(is_known, "scoring and notify know plan and key")
        yield lent
    finally:
        await asyncio.gather(*(service.stop() for service in services))


async def _known_plans(database: Database) -> int:
    async with database.transaction() as connection:
        return int(await connection.fetchval("select count(*) from plan_version"))


async def test_a_revoked_key_is_refused_by_every_service_within_five_seconds(
    kafka: TestKafka, make_database: DatabaseMaker
) -> None:
    async with a_province(kafka, make_database) as province:
        key = await province.issue()
        await province.everywhere(key, is_let_in=True)
        transport = httpx.ASGITransport(app=application([province.scoring]))
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://scoring", headers=headers) as client:
            assert (await client.get("/v1/progress", params={"plan": PLAN})).status_code == 200
            await province.revoke(key)
            await province.everywhere(key, is_let_in=False)
            await until_refused(client)


async def until_refused(client: httpx.AsyncClient) -> None:
    async def is_refused() -> bool:
        return (await client.get("/v1/progress", params={"plan": PLAN})).status_code == 401

    await until(is_refused, "scoring refuses the key", within_seconds=REFUSED_WITHIN_SECONDS)


async def test_keys_are_issued_and_revoked_while_the_reference_groups_stand_still(
    any_kafka: TestKafka, make_database: DatabaseMaker
) -> None:
    async with a_province(any_kafka, make_database) as province, AsyncExitStack() as stack:
        key = await province.issue()
        await province.everywhere(key, is_let_in=True)
        for name in ("scoring", "notify"):
            holding = await stack.enter_async_context(locked(province.databases[name].url, table="agency"))
            # Published again, they are new to whoever has not seen them, and no one can keep them.
            await holding.execute("truncate inbox")
        await republish(database=province.databases["ingest"])
        for name in ("scoring", "notify"):
            await until(partial(is_held_up, province.databases[name]), f"the reference group of {name} waits")
        await province.revoke(key)
        await province.everywhere(key, is_let_in=False)
        await province.everywhere(await province.issue(), is_let_in=True)


@asynccontextmanager
async def locked(url: str, *, table: str) -> AsyncIterator[Any]:
    """Hold a table so that nobody can write to it."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(f"lock table {table} in share row exclusive mode")
            other = await asyncpg.connect(url)
            try:
                yield other
            finally:
                await other.close()
    finally:
        await connection.close()


async def is_held_up(database: Database) -> bool:
    """Return whether somebody waits for a lock."""
    connection = await asyncpg.connect(database.url)
    try:
        return bool(
            await connection.fetchval("select count(*) from pg_locks where not granted and database is not null")
        )
    finally:
        await connection.close()
