"""Who sees what of scoring: every route, by key of an agency, a district, a reader and one who decides."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from shared.events.vocabulary import Scope
from tests.support.databases import DatabaseMaker
from tests.support.keys import key_kept_in
from tests.support.scoring_asked import AGENCIES, CITY, COMMUNE, DEPARTMENT, DIC, DISTRICT, PLAN, Asked, asked_on

MARCH = "2014-03"
CHANGES = {"thresholds": {"on_track_ratio": "0.9"}}
PROPOSAL = {"plan": PLAN, "changes": CHANGES, "reason": "thử"}
SEEN = {
    "department": {DEPARTMENT},
    "district": {DISTRICT, COMMUNE, "ubnd-xa-da-sar-lac-duong"},
    "commune": {COMMUNE},
    "foreign": set[str](),
    "reader": set(AGENCIES),
    "admin": set(AGENCIES),
    "decider": set(AGENCIES),
}
SCOPES = {"foreign": ("so-of-another-province", Scope.SUBMIT), "decider": (DIC, Scope.ADMIN)}
READERS = {"reader", "admin", "decider"}


@pytest.fixture(scope="module")
async def asked(make_database: DatabaseMaker) -> AsyncIterator[Asked]:
    """Lend scoring of a closed first quarter with one proposal, over HTTP."""
    async with asked_on(await make_database("scoring")) as lent:
        assert (await lent.post("/v1/adjustments", PROPOSAL)).status_code == httpx.codes.CREATED
        yield lent


@pytest.fixture(params=SEEN)
async def who(request: pytest.FixtureRequest) -> str:
    """Lend who asks, one after the other."""
    name: str = request.param
    return name


async def key_of(asked: Asked, who: str) -> Mapping[str, str]:
    if who in SCOPES:
        return await key_kept_in(asked.scoring.database, *SCOPES[who])
    key: Mapping[str, str] = getattr(asked.keys, who)
    return key


async def told(asked: Asked, who: str, path: str, **params: Any) -> Any:
    answer = await asked.get(path, key=await key_of(asked, who), plan=PLAN, **params)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def is_told(asked: Asked, who: str, path: str, **params: Any) -> bool:
    """Return whether something is told; what is not there and what is not seen are refused in the same words."""
    answer = await asked.get(path, key=await key_of(asked, who), plan=PLAN, **params)
    if answer.status_code == httpx.codes.OK:
        return bool(answer.json())
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    ((pointer, name),) = [(f"?{each}", params[each]) for each in ("agency", "id") if each in params]
    (fault,) = answer.json()["faults"]
    assert (fault["pointer"], fault["code"]) == (pointer, "unknown-agency")
    assert fault["en"] == f"There is no agency “{name}” that this key sees here."
    return False


async def test_progress_is_seen_of_the_own_agency_and_its_communes(who: str, asked: Asked) -> None:
    assert {each["agency"] for each in await told(asked, who, "/v1/progress")} == SEEN[who]
    assert await is_told(asked, who, "/v1/progress", agency=CITY) is (CITY in SEEN[who])
    assert not await is_told(asked, who, "/v1/progress", agency="nowhere")
    rows = (await asked.get("/v1/progress", key=await key_of(asked, who), plan=PLAN, format="tidy")).text
    assert {agency for agency in AGENCIES if f",{agency}," in rows} == SEEN[who]


async def test_periods_count_what_is_seen(who: str, asked: Asked) -> None:
    (march,) = await told(asked, who, "/v1/periods", period=MARCH)
    assert sum(march["agencies"].values()) == len(SEEN[who])


async def test_roll_ups_are_seen_of_the_branch_that_one_heads(who: str, asked: Asked) -> None:
    branches = {each["id"] for each in await told(asked, who, "/v1/rollups", period=MARCH, level="district")}
    assert branches == {DISTRICT, CITY} & SEEN[who]
    for named in ("ubnd-huyen-nowhere", DEPARTMENT, CITY):
        is_seen = named == CITY and CITY in SEEN[who]
        assert await is_told(asked, who, "/v1/rollups", period=MARCH, level="district", id=named) is is_seen
    for level in ("kind", "programme", "province"):
        answer = await asked.get("/v1/rollups", key=await key_of(asked, who), plan=PLAN, period=MARCH, level=level)
        assert answer.status_code == (httpx.codes.OK if who in READERS else httpx.codes.FORBIDDEN)


async def test_forecasts_are_seen_of_the_own_agency_and_findings_by_readers(who: str, asked: Asked) -> None:
    document = await told(asked, who, "/v1/adjustments", period=MARCH)
    shown = {each["agency"] for outlook in document["outlooks"] for each in outlook["forecasts"]}
    assert shown == SEEN[who]
    is_reader = who in READERS
    for outlook in document["outlooks"]:
        assert (outlook["sentence"] is not None, outlook["reaches"] is not None) == (is_reader, is_reader)
    assert bool(document["proposals"]) is is_reader
    filtered = await told(asked, who, "/v1/adjustments", period=MARCH, adjustment="long-exceeded")
    assert is_reader or not filtered["outlooks"], "what is found over all is not told by what is left"
    answer = await asked.get("/v1/adjustments/1", key=await key_of(asked, who))
    assert answer.status_code == (httpx.codes.OK if is_reader else httpx.codes.FORBIDDEN)


async def test_changes_are_tried_by_readers_and_proposed_and_decided_by_who_decides(who: str, asked: Asked) -> None:
    key = await key_of(asked, who)
    is_reader, is_decider = who in READERS, who in {"admin", "decider"}
    answer = await asked.post("/v1/what-if", CHANGES, key=key, plan=PLAN)
    assert answer.status_code == (httpx.codes.OK if is_reader else httpx.codes.FORBIDDEN)
    answer = await asked.post("/v1/adjustments", PROPOSAL, key=key)
    assert answer.status_code == (httpx.codes.CREATED if is_decider else httpx.codes.FORBIDDEN)
    answer = await asked.post("/v1/adjustments/99/decision", {"outcome": "approved", "reason": "x"}, key=key)
    assert answer.status_code == (httpx.codes.NOT_FOUND if is_decider else httpx.codes.FORBIDDEN)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/progress"),
        ("GET", "/v1/rollups"),
        ("GET", "/v1/periods"),
        ("GET", "/v1/adjustments"),
        ("GET", "/v1/adjustments/1"),
        ("POST", "/v1/adjustments"),
        ("POST", "/v1/adjustments/1/decision"),
        ("POST", "/v1/what-if"),
    ],
)
async def test_without_a_key_nothing_is_seen_nor_said(method: str, path: str, asked: Asked) -> None:
    answer = await asked.client.request(method, path)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert answer.headers["WWW-Authenticate"] == "Bearer"
