"""A change of a plan, tried over HTTP: the standings that would change, and nothing written."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.scoring.what_if import trial
from tests.support.databases import DatabaseMaker
from tests.support.scoring_asked import COMMUNE, DEPARTMENT, MONTHS, PLAN, SILENT, Asked, asked_on

MARCH = "2014-03"
HIGHER = {"indicators": [{"indicator": "official-email", "target": {"comparison": "at-least", "value": "100"}}]}
STRICTER = {"thresholds": {"on_track_ratio": "1", "at_risk_ratio": 0.9}}


def target(**changes: Any) -> dict[str, Any]:
    return {"indicators": [{"indicator": "edoc-exchange", "target": changes}]}


@pytest.fixture(scope="module")
async def asked(make_database: DatabaseMaker) -> AsyncIterator[Asked]:
    """Lend scoring of a closed first quarter, over HTTP."""
    async with asked_on(await make_database("scoring")) as lent:
        yield lent


async def tried(asked: Asked, body: Any, **params: Any) -> dict[str, Any]:
    answer = await asked.post("/v1/what-if", body, key=asked.keys.reader, plan=PLAN, **params)
    assert answer.status_code == httpx.codes.OK, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def test_a_change_says_which_standings_it_would_change(asked: Asked) -> None:
    found = await tried(asked, HIGHER | STRICTER, period=MARCH)
    assert (found["plan_version"], found["periods"]) == (1, [MARCH])
    assert found["thresholds"]["after"] == {"on_track_ratio": "1", "at_risk_ratio": "0.9"}
    (email,) = found["indicators"]
    assert (email["before"]["target"], email["after"]["target"]) == (
        {"comparison": "above", "value": "90"},
        {"comparison": "at-least", "value": "100"},
    )
    assert (email["before"]["basis"], email["after"]["basis"]) == ("stated", "assumed")
    assert email["name"].startswith("Cán bộ")
    assert sum(email["counts"]["before"].values()) == sum(email["counts"]["after"].values())
    assert found["standings"]
    for each in found["standings"]:
        assert each["before"] != each["after"] or each["indicators"]
        assert all(one["before"] != one["after"] for one in each["indicators"])


async def test_before_is_how_agencies_stand_and_all_of_it_can_be_shown(asked: Asked) -> None:
    found = await tried(asked, HIGHER, period=list(MONTHS), all="true")
    told = (await asked.get("/v1/progress", plan=PLAN)).json()
    assert {(each["agency"], each["period"]): each["before"] for each in found["standings"]} == {
        (each["agency"], each["period"]): each["standing"] for each in told
    }
    silent = next(each for each in found["standings"] if each["agency"] == SILENT)
    assert (silent["before"], silent["after"], silent["agency_name"]) == ("missing", "missing", "Sở Tư pháp")


async def test_nothing_is_written(asked: Asked) -> None:
    before = await everything(asked)
    await tried(asked, HIGHER | STRICTER, all="true")
    assert await everything(asked) == before


async def everything(asked: Asked) -> dict[str, list[tuple[Any, ...]]]:
    async with asked.scoring.database.transaction() as connection:
        tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        return {
            table: [tuple(row) for row in await connection.fetch(_ROWS.format(table))]
            for table in (row["tablename"] for row in tables)
        }


_ROWS = 'select xmin::text, one::text from "{}" as one order by 2'


async def test_live_yardsticks_are_not_pushed_out(asked: Asked) -> None:
    from services.scoring.judging import criteria  # noqa: PLC0415  the file, not what it is called by

    (plan,) = [each for each in asked.scoring.cache.values() if each.id == PLAN]
    kept = criteria.criteria_of(plan, plan.period_by_id[MARCH])
    for on_track in range(80, 95):
        await tried(asked, {"thresholds": {"on_track_ratio": f"0.{on_track}", "at_risk_ratio": "0.5"}})
    assert criteria.criteria_of(plan, plan.period_by_id[MARCH]) is kept


async def test_by_default_the_latest_closed_periods_are_looked_at(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await tried(asked, STRICTER))["periods"] == list(MONTHS)
    monkeypatch.setattr(trial, "USUAL_PERIODS", 2)
    assert (await tried(asked, STRICTER))["periods"] == list(MONTHS[1:])
    assert (await tried(asked, STRICTER, period=["2014-03", "2014-01", "2014-01"]))["periods"] == ["2014-01", MARCH]


async def test_before_anything_is_closed_what_was_filed_is_looked_at(make_database: DatabaseMaker) -> None:
    async with asked_on(await make_database("scoring"), is_closed=False) as asked:
        assert (await tried(asked, STRICTER))["periods"] == list(MONTHS)


async def test_of_a_large_plan_few_periods_can_be_tried_at_once(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MOST_JUDGED", 25)
    assert (await tried(asked, STRICTER))["periods"] == list(MONTHS[1:])
    answer = await asked.post("/v1/what-if", STRICTER, plan=PLAN, period=list(MONTHS))
    assert answer.json()["faults"][0]["code"] == "too-many"
    assert "2 periods" in answer.json()["faults"][0]["en"]


@pytest.mark.parametrize(
    ("body", "params", "pointers"),
    [
        ({}, {"plan": PLAN}, {""}),
        (HIGHER, {}, {"?plan"}),
        (HIGHER, {"plan": "unknown"}, {"?plan"}),
        (HIGHER, {"plan": PLAN, "period": "2013-01", "pages": "1"}, {"?pages"}),
        (
            {"indicators": [{"indicator": "x"}]},
            {"plan": PLAN, "period": "2013-01"},
            {"?period", "/indicators/0/indicator"},
        ),
        (target(value="12,5"), {"plan": PLAN}, {"/indicators/0/target/value"}),
        (
            {
                "indicators": [{"indicator": "a b", "target": {"value": True, "on": "31/12/2014", "comparison": ">"}}],
                "thresholds": {"on_track_ratio": "1e3"},
                "x": 1,
            },
            {"plan": PLAN},
            {
                "/indicators/0/indicator",
                "/indicators/0/target/value",
                "/indicators/0/target/on",
                "/indicators/0/target/comparison",
                "/thresholds/on_track_ratio",
                "/x",
            },
        ),
        (target(on="9999-12-31"), {"plan": PLAN}, {"/indicators/0/target/on"}),
        (
            {
                "indicators": [
                    {"indicator": "edoc-exchange", "target": {"value": "x"}},
                    {"indicator": "x"},
                    {"indicator": "official-email", "target": {"value": "101"}},
                    {"indicator": "official-email"},
                ],
                "thresholds": {"on_track_ratio": "0.5"},
            },
            {"plan": PLAN, "period": "2013-01"},
            {
                "?period",
                "/indicators/0/target/value",
                "/indicators/1/indicator",
                "/indicators/2/target/value",
                "/indicators/3/indicator",
                "/thresholds",
            },
        ),
        ({**HIGHER, "x": 1}, {"plan": "unknown"}, {"?plan", "/x"}),
        (
            {"indicators": 1, "thresholds": {"at_risk_ratio": "x"}},
            {"plan": PLAN},
            {"/indicators", "/thresholds/at_risk_ratio"},
        ),
        ([], {"plan": "unknown"}, {"", "?plan"}),
    ],
)
async def test_everything_that_is_wrong_is_named_at_once(
    body: Any, params: dict[str, Any], pointers: set[str], asked: Asked
) -> None:
    answer = await asked.post("/v1/what-if", body, **params)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert {fault["pointer"] for fault in answer.json()["faults"]} == pointers
    assert all(fault["vi"] and fault["en"] for fault in answer.json()["faults"])


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"thresholds": {"on_track_ratio": NaN}}', "application/json", 422),
        (b'{"thresholds": {"on_track_ratio": 1e99999999999999999999}}', "application/json", 422),
        (b'{"thresholds": {}, "thresholds": {}}', "application/json", 422),
        (b'{"thresholds": {"on_track_ratio": 1' + b"0" * 5_000 + b"}}", "application/json", 422),
        (b'{"thresholds": {"\\ud800": 1}}', "application/json", 422),
        (b"[]", "application/json", 422),
        (b" " * 1_100_000, "application/json", 413),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_and_never_a_fault_of_ours(
    content: bytes, media_type: str, status: int, asked: Asked
) -> None:
    headers = {**asked.keys.admin, "Content-Type": media_type}
    answer = await asked.client.post(f"/v1/what-if?plan={PLAN}", content=content, headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert DEPARTMENT not in answer.text
    assert COMMUNE not in answer.text
