"""Who has filed nothing yet in a period under way: counted as awaited wherever agencies are, as in the chart."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from services.scoring.charts.cli import chart_of
from shared.events.vocabulary import Language, Standing
from tests.support.databases import DatabaseMaker
from tests.support.scoring_asked import (
    AGENCIES,
    COMMUNE,
    DEPARTMENT,
    DISTRICT,
    MONTHS,
    PLAN,
    Asked,
    asked_on,
    filed,
    registered,
)
from tests.support.scoring_asked import SILENT as SILENT_IN_MARCH

APRIL = "2014-04"
BRANCH = {DISTRICT, COMMUNE, "ubnd-xa-da-sar-lac-duong"}
SILENT = [each for each in sorted(AGENCIES) if each != DEPARTMENT]


@pytest.fixture(scope="module")
async def asked(make_database: DatabaseMaker) -> AsyncIterator[Asked]:
    """Lend scoring over HTTP on a day of April on which one agency has filed for it."""
    async with asked_on(await make_database("scoring")) as lent:
        march = filed(DEPARTMENT, MONTHS[-1], revision=7)
        await lent.scoring.judge(march.model_copy(update={"data": march.data.model_copy(update={"period": APRIL})}))
        yield lent


async def told(asked: Asked, path: str, **params: Any) -> Any:
    answer = await asked.get(path, plan=PLAN, **params)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def test_a_period_counts_them_as_the_chart_does(asked: Asked) -> None:
    (april,) = await told(asked, "/v1/periods", period=APRIL)
    assert (april["filed"], april["agencies"]["awaited"]) == (1, len(SILENT))
    chart = await chart_of(asked.scoring.database, plan=PLAN, period=APRIL, language=Language.EN)
    drawn = {each.value: chart.columns[-1].agencies.get(each, 0) for each in Standing}
    assert drawn == april["agencies"]


async def test_a_period_that_has_not_begun_or_is_closed_has_none(asked: Asked) -> None:
    found = {each["period"]: each for each in await told(asked, "/v1/periods")}
    assert sum(found["2014-05"]["agencies"].values()) == 0
    assert [found[month]["agencies"]["awaited"] for month in MONTHS] == [0, 0, 0]


async def test_a_key_has_its_own_branch_counted(asked: Asked) -> None:
    answer = await asked.get("/v1/periods", key=asked.keys.district, plan=PLAN, period=APRIL)
    assert answer.json()[0]["agencies"]["awaited"] == len(BRANCH)


@pytest.mark.parametrize("level", ["province", "kind", "programme", "district"])
async def test_roll_ups_count_them_at_every_level_and_in_every_indicator(level: str, asked: Asked) -> None:
    found = {each["id"]: each for each in await told(asked, "/v1/rollups", period=APRIL, level=level)}
    closed = {each["id"]: each for each in await told(asked, "/v1/rollups", period="2014-03", level=level)}
    assert {name: sum(each["agencies"].values()) for name, each in found.items()} == {
        name: sum(each["agencies"].values()) for name, each in closed.items()
    }
    for name, each in found.items():
        assert {one["indicator"]: sum(one["agencies"].values()) for one in each["indicators"]} == {
            one["indicator"]: sum(one["agencies"].values()) for one in closed[name]["indicators"]
        }


async def test_coverage_is_over_all_who_owe(asked: Asked) -> None:
    (april,) = await told(asked, "/v1/rollups", period=APRIL, level="province")
    assert april["agencies"]["awaited"] == len(SILENT)
    assert 0 < float(april["coverage_ratio"]) < 0.5
    assert (await told(asked, "/v1/rollups", period="2014-05", level="province")) == []


async def test_they_are_listed_where_they_are_asked_for(asked: Asked) -> None:
    found = await told(asked, "/v1/progress", period=APRIL, has_filed=False)
    assert [each["agency"] for each in found] == SILENT
    assert {(each["standing"], each["filing"], each["rank"], each["sequence"]) for each in found} == {
        ("awaited", None, None, 0)
    }
    assert {one["standing"] for each in found for one in each["judgements"]} == {"awaited"}
    (own,) = await told(asked, "/v1/progress", period=APRIL, agency=COMMUNE)
    assert own["standing"] == "awaited"
    assert [each["agency"] for each in await told(asked, "/v1/progress", period=APRIL)] == [DEPARTMENT]
    communes = await told(asked, "/v1/progress", period=APRIL, has_filed=False, kind="commune", standing="awaited")
    assert {each["kind"] for each in communes} == {"commune"}
    assert await told(asked, "/v1/progress", period=APRIL, has_filed=False, standing="missing") == []
    uptime = await told(asked, "/v1/progress", period=APRIL, has_filed=False, indicator="network-uptime")
    assert 0 < len(uptime) < len(SILENT)
    answer = await asked.get("/v1/progress", key=asked.keys.district, plan=PLAN, period=APRIL, has_filed=False)
    assert {each["agency"] for each in answer.json()} == BRANCH


async def test_pages_lead_through_all_of_them_in_one_order(asked: Asked) -> None:
    whole = [(each["period"], each["agency"]) for each in await told(asked, "/v1/progress", has_filed=False)]
    assert len(whole) == len(MONTHS) + len(SILENT)
    seen: list[tuple[str, str]] = []
    answer = await asked.get("/v1/progress", plan=PLAN, has_filed=False, limit=3)
    while True:
        seen += [(each["period"], each["agency"]) for each in answer.json()]
        if "next" not in answer.links:
            break
        answer = await asked.client.get(answer.links["next"]["url"], headers=dict(asked.keys.reader))
    assert seen == whole


async def test_who_owes_nothing_any_longer_is_not_listed_as_silent(make_database: DatabaseMaker) -> None:
    async with asked_on(await make_database("scoring")) as asked:
        counted, march = (await told(asked, "/v1/periods", period=MONTHS[-1]))[0], {"period": MONTHS[-1]}
        (silent,) = await told(asked, "/v1/progress", has_filed=False, **march)
        known = next(each for each in registered() if each.data.agency == SILENT_IN_MARCH)
        gone = known.data.model_copy(update={"valid_to": date(2014, 3, 15)})
        ended = known.model_copy(update={"data": gone, "time": known.time + timedelta(days=60)})
        await asked.scoring.learn(ended)
        after = (await told(asked, "/v1/periods", **march))[0]
        left = await told(asked, "/v1/progress", has_filed=False, **march)
        chart = await chart_of(asked.scoring.database, plan=PLAN, period=MONTHS[-1], language=Language.EN)
    assert silent["agency"] == SILENT_IN_MARCH
    assert left == []
    assert (counted["not_filed"], after["not_filed"]) == (1, 0)
    drawn = sum(chart.columns[-1].agencies.values())
    assert sum(after["agencies"].values()) == after["filed"] == drawn == counted["filed"]
