"""Keys in every service: issued by ingest, published, and refused everywhere soon after they were revoked."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.ingest import administration
from services.ingest import settings as ingest_settings
from services.ingest import wiring as ingest
from services.scoring import settings as scoring_settings
from services.scoring import wiring as scoring
from shared.events.vocabulary import Scope
from shared.runtime import keys
from shared.runtime.access import Asker, Guard, guarded_router, require
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure
from shared.runtime.key_ring import KeyRing, keep_keys
from shared.runtime.problems import answer_with_problems
from shared.runtime.serve import application
from shared.runtime.topics import create_topics
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.keys import ISSUED_AT, PEPPER, key_changed, key_kept_in
from tests.support.province import LEAD, PLAN, PLANS
from tests.support.scoring import IN_TIME
from tests.support.waiting import until


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
        await administration.issue_keys(None, database=database, clock=clock, pepper=PEPPER, expires_at=IN_TIME)


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


async def test_a_revoked_key_is_refused_by_scoring_within_five_seconds(
    kafka: TestKafka, make_database: DatabaseMaker
) -> None:
    prefix, clock = kafka.new_prefix(), SteppedClock(IN_TIME)
    await create_topics(kafka.bootstrap_servers, prefix=prefix)
    databases = {service: Database(await make_database(service)) for service in ("ingest", "scoring")}
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
    ]
    await administration.load_plan(PLANS / PLAN, database=databases["ingest"], clock=clock)
    issued = await administration.issue_keys(
        [LEAD], database=databases["ingest"], clock=clock, pepper=PEPPER, scopes=[Scope.READ]
    )
    await asyncio.gather(*(service.start() for service in services))
    transport = httpx.ASGITransport(app=application([services[1]]))
    headers = {"Authorization": f"Bearer {issued[LEAD]}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://scoring", headers=headers) as client:
        try:

            async def is_let_in() -> bool:
                return (await client.get("/v1/progress", params={"plan": PLAN})).status_code == 200

            async def is_refused() -> bool:
                return (await client.get("/v1/progress", params={"plan": PLAN})).status_code == 401

            await until(is_let_in, "scoring knows the key")
            prefix_of_key = keys.prefix_of(issued[LEAD])
            assert prefix_of_key is not None
            await administration.revoke_key(prefix_of_key, database=databases["ingest"], clock=clock)
            revoked_at = time.monotonic()
            await until(is_refused, "scoring refuses the key")
            assert time.monotonic() - revoked_at <= 5
        finally:
            await asyncio.gather(*(service.stop() for service in services))
