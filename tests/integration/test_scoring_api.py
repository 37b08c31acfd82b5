"""How agencies stand, read over HTTP."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from services.scoring.api import Api
from shared.events.vocabulary import Scope
from shared.runtime import keys
from shared.runtime.access import Guard
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.key_ring import KeyRing
from shared.runtime.problems import answer_with_problems
from tests.support.databases import DatabaseMaker
from tests.support.keys import PEPPER, key_kept_in
from tests.support.scoring import AFTER_DUE, scoring_on
from tests.support.scoring_examples import AGENCIES, PLAN, agency_registered, plan_published, submission_accepted


def _client(database: Database, **headers: str) -> httpx.AsyncClient:
    app = FastAPI()
    answer_with_problems(app)
    guard = Guard(KeyRing(database, pepper=PEPPER, clock=SteppedClock(AFTER_DUE)))
    app.include_router(Api(database=database, cache={}, guard=guard).router())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://scoring", headers=headers)


@pytest.fixture
async def client(make_database: DatabaseMaker) -> AsyncIterator[httpx.AsyncClient]:
    """Lend a client of scoring that has judged March and closed the months before."""
    async with scoring_on(await make_database("scoring")) as scoring:
        await scoring.learn(*map(agency_registered, AGENCIES), plan_published())
        await scoring.judge(*(submission_accepted(agency, edoc_exchange=40, oss_priority=60) for agency in AGENCIES))
        await scoring.close()
        reads_all = await key_kept_in(scoring.database, AGENCIES[0], Scope.READ)
        async with _client(scoring.database, **reads_all) as lent:
            yield lent


async def test_a_plans_progress_is_found_by_period_and_agency(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/progress", params={"plan": PLAN, "period": "2014-03", "agency": AGENCIES[0]})
    (found,) = answer.json()
    assert (found["standing"], found["filing"]["revision"]) == ("on_track", 1)
    assert found["judgements"][1]["sentence_vi"] == "60 % / mục tiêu > 50 %: đạt"
    assert "Link" not in answer.headers


async def test_pages_follow_each_other_until_all_was_seen(client: httpx.AsyncClient) -> None:
    seen: list[tuple[str, str]] = []
    answer = await client.get("/v1/progress", params={"plan": PLAN, "limit": 4})
    while True:
        seen += [(each["period"], each["agency"]) for each in answer.json()]
        following = answer.links.get("next")
        if following is None:
            break
        answer = await client.get(following["url"])
    assert seen == [(period, agency) for period in ("2014-01", "2014-02", "2014-03") for agency in AGENCIES]


@pytest.mark.parametrize(
    "query", ["", "plan=%00", "plan=a&period=%00", "plan=a&after=x", "plan=a&limit=0", "plan=a&limit=9999", "plan=a'b"]
)
async def test_what_names_nothing_is_refused(query: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/v1/progress?{query}")).status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_an_unknown_plan_has_no_progress(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/progress", params={"plan": "unknown"})).json() == []


async def test_while_the_database_is_away_the_answer_says_to_try_again() -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/none")
    database._pool = await _pool_that_never_connects(database.url)
    text = keys.issue(pepper=PEPPER).text
    async with _client(database, Authorization=f"Bearer {text}") as client:
        answer = await client.get("/v1/progress", params={"plan": PLAN})
    assert (answer.status_code, answer.headers["Retry-After"]) == (httpx.codes.SERVICE_UNAVAILABLE, "2")


async def _pool_that_never_connects(url: str) -> object:
    return await asyncpg.create_pool(url, min_size=0, max_size=1, timeout=1)
