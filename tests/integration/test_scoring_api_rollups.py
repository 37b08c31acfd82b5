"""Roll-ups and periods over HTTP: they are what the rows of progress come to."""

import csv
import io
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.support.databases import DatabaseMaker
from tests.support.scoring_asked import (
    AGENCIES,
    CITY,
    COMMUNE,
    DISTRICT,
    MONTHS,
    PLAN,
    SILENT,
    Asked,
    asked_on,
    filed,
    published,
)

MARCH = "2014-03"
BRANCHES = {
    DISTRICT: {DISTRICT, COMMUNE, "ubnd-xa-da-sar-lac-duong"},
    CITY: {CITY, "ubnd-phuong-1-da-lat", "ubnd-xa-ta-nung-da-lat"},
}
STANDINGS = ("met", "on_track", "at_risk", "lagging", "missing", "awaited", "not_assessable")


@pytest.fixture(scope="module")
async def asked(make_database: DatabaseMaker) -> AsyncIterator[Asked]:
    """Lend scoring of a closed first quarter in which something was corrected, over HTTP."""
    async with asked_on(await make_database("scoring")) as lent:
        await lent.scoring.judge(filed(COMMUNE, MARCH, revision=2, pace=40), filed(CITY, MARCH, revision=2, pace=98))
        yield lent


async def rolled(asked: Asked, level: str, **params: Any) -> dict[str, dict[str, Any]]:
    answer = await asked.get("/v1/rollups", plan=PLAN, **{"period": MARCH, "level": level} | params)
    assert answer.status_code == httpx.codes.OK, answer.text
    return {each["id"]: each for each in answer.json()}


async def progress(asked: Asked) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = (await asked.get("/v1/progress", plan=PLAN, period=MARCH)).json()
    return documents


def counted(standings: Iterable[str]) -> dict[str, int]:
    found = Counter(standings)
    return {standing: found[standing] for standing in STANDINGS}


def scored(judgements: Iterable[dict[str, Any]]) -> tuple[Decimal, Decimal]:
    assessed = [each for each in judgements if "points" in each]
    return sum((Decimal(each["points"]) for each in assessed), Decimal()), sum(
        (Decimal(each.get("weight", 1)) for each in assessed), Decimal()
    )


@pytest.mark.parametrize("level", ["district", "kind", "province"])
async def test_a_level_is_what_the_rows_of_its_agencies_come_to(level: str, asked: Asked) -> None:
    rows, found = await progress(asked), await rolled(asked, level)
    groups = {
        "district": BRANCHES,
        "kind": {row["kind"]: {each["agency"] for each in rows if each["kind"] == row["kind"]} for row in rows},
        "province": {"province": set(AGENCIES)},
    }[level]
    assert found.keys() == groups.keys()
    for name, agencies in groups.items():
        members = [row for row in rows if row["agency"] in agencies]
        assert found[name]["agencies"] == counted(row["standing"] for row in members)
        judgements = [each for row in members for each in row["judgements"]]
        points, weight = scored(judgements)
        assert abs(Decimal(found[name]["points"]) - points) < Decimal("1e-20")
        assert Decimal(found[name]["weight"]) == weight
        for each in found[name]["indicators"]:
            of_it = [judgement for judgement in judgements if judgement["indicator"] == each["indicator"]]
            assert each["agencies"] == counted(judgement["standing"] for judgement in of_it)


async def test_a_share_is_pooled_and_compared_with_its_target_and_what_is_expected(asked: Asked) -> None:
    rows = [row for row in await progress(asked) if row["agency"] in BRANCHES[DISTRICT]]
    seen = [each["observed"] for row in rows for each in row["judgements"] if each["indicator"] == "official-email"]
    part = sum((Decimal(each["numerator"]) for each in seen), Decimal())
    pooled = 100 * part / sum((Decimal(each["denominator"]) for each in seen), Decimal())
    (found,) = (await rolled(asked, "district", id=DISTRICT, indicator="official-email"))[DISTRICT]["indicators"]
    assert abs(Decimal(found["value"]) - pooled) < Decimal("1e-20")
    assert (found["unit"], found["basis"], found["target"]) == ("%", "stated", {"comparison": "above", "value": "90"})
    assert (found["verdict"], found["reported"], found["owed"]) == ("met" if pooled > 90 else "not_met", 3, 3)
    assert (found["expected_value"][:5], found["expected_basis"]) == ("22.19", "assumed")


async def test_of_a_yes_no_the_percent_of_agencies_is_told(asked: Asked) -> None:
    (found,) = (await rolled(asked, "province", indicator="doc-management"))["province"]["indicators"]
    assert (found["unit"], found["target"]["value"]) == ("%", "100")


async def test_a_programme_has_its_own_indicators_and_standings(asked: Asked) -> None:
    found = await rolled(asked, "programme", language="en")
    assert found.keys() == {"egov", "industry", "security", "opensource"}
    assert found["security"]["name"] == "Information security"
    assert {each["indicator"] for each in found["opensource"]["indicators"]} == {"oss-priority", "oss-training"}
    assert (await rolled(asked, "programme", id="egov")).keys() == {"egov"}
    assert found["egov"]["agencies"]["missing"] == 1


async def test_targets_are_those_of_the_version_that_the_period_was_closed_by(make_database: DatabaseMaker) -> None:
    async with asked_on(await make_database("scoring")) as asked:
        plan = published(2).data
        first = plan.indicators[0]
        assert first.target is not None
        lower = first.model_copy(update={"target": first.target.model_copy(update={"value": Decimal(60)})})
        await asked.scoring.learn(published(2, indicators=(lower, *plan.indicators[1:])))
        closed = (await rolled(asked, "province"))["province"]
        assert (closed["plan_version"], closed["indicators"][0]["target"]["value"]) == (1, "90")
        async with asked.scoring.database.transaction() as connection:
            await connection.execute("insert into replayed_period values ($1, $2, 2, now())", PLAN, MARCH)
        again = (await rolled(asked, "province"))["province"]
        assert (again["plan_version"], again["indicators"][0]["target"]["value"]) == (2, "60")
        assert (await rolled(asked, "province", period="2014-04"))["province"]["plan_version"] == 2
        assert (await rolled(asked, "province", period="2014-05")) == {}


async def test_versions_side_by_side_are_named_and_ranks_say_that_they_are_mixed(make_database: DatabaseMaker) -> None:
    async with asked_on(await make_database("scoring")) as asked:
        await asked.scoring.learn(published(2))
        before = (await rolled(asked, "province"))["province"]
        correction = filed(COMMUNE, MARCH, revision=2, pace=40)
        data = correction.data.model_copy(update={"plan_version": 2})
        await asked.scoring.judge(correction.model_copy(update={"data": data}))
        after = (await rolled(asked, "province"))["province"]
        assert (before["plan_versions"], after["plan_versions"]) == ([1], [1, 2])
        periods = {each["period"]: each for each in (await asked.get("/v1/periods", plan=PLAN)).json()}
        assert [periods[month]["plan_versions"] for month in ("2014-02", MARCH, "2014-04", "2014-05")] == [
            [1],
            [1, 2],
            [2],
            [],
        ]
        mixed = {each["kind"]: each["rank"]["is_mixed"] for each in await progress(asked) if each["rank"]}
        assert {kind for kind, is_mixed in mixed.items() if is_mixed} == {"commune"}
        text = (await asked.get("/v1/rollups", plan=PLAN, period=MARCH, level="province", format="csv")).text
        assert ",1+2," in text


async def test_an_agency_that_filed_a_part_counts_as_filed_though_it_stands_missing(
    make_database: DatabaseMaker,
) -> None:
    async with asked_on(await make_database("scoring")) as asked:
        (was,) = (await asked.get("/v1/periods", plan=PLAN, period=MARCH)).json()
        whole = filed(COMMUNE, MARCH, revision=2, pace=100)
        data = whole.data.model_copy(update={"observations": whole.data.observations[:1]})
        await asked.scoring.judge(whole.model_copy(update={"data": data}))
        (now,) = (await asked.get("/v1/periods", plan=PLAN, period=MARCH)).json()
        assert now["agencies"]["missing"] == was["agencies"]["missing"] + 1
        assert (now["filed"], now["not_filed"]) == (was["filed"], was["not_filed"]) == (len(AGENCIES) - 1, 1)
        assert now["filed"] + now["not_filed"] == sum(now["agencies"].values())


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("", {"?plan", "?period", "?level"}),
        (f"plan={PLAN}&period={MARCH}&level=galaxy&page=2", {"?level", "?page"}),
        (f"plan={PLAN}&period=2013-01&level=kind&id=village&indicator=x", {"?period", "?id", "?indicator"}),
        (f"plan={PLAN}&period={MARCH}&level=district&id=ubnd-huyen-nowhere", {"?id"}),
        (f"plan={PLAN}&period={MARCH}&level=programme&id=x", {"?id"}),
        (f"plan={PLAN}&period={MARCH}&level=province&id=x", {"?id"}),
        (f"plan=unknown&period={MARCH}&level=province", {"?plan"}),
    ],
)
async def test_what_is_wrong_with_a_query_is_named(query: str, pointers: set[str], asked: Asked) -> None:
    answer = await asked.client.get(f"/v1/rollups?{query}", headers=dict(asked.keys.reader))
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert {fault["pointer"] for fault in answer.json()["faults"]} == pointers


async def test_roll_ups_are_exported_with_units_and_basis(asked: Asked) -> None:
    answer = await asked.get("/v1/rollups", plan=PLAN, period=MARCH, level="province", format="tidy", language="en")
    assert answer.headers["Content-Disposition"].endswith(f'"rollups-{PLAN}-{MARCH}-province-tidy.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    target = next(row for row in rows if (row["indicator"], row["figure"]) == ("edoc-exchange", "target"))
    assert (target["value"], target["unit"], target["basis"]) == ("90", "%", "stated")
    people = await asked.get("/v1/rollups", plan=PLAN, period=MARCH, level="province", format="csv")
    whole, first = list(csv.DictReader(io.StringIO(people.content.decode("utf-8-sig"))))[:2]
    assert (whole["Mã chỉ tiêu"], first["Mã chỉ tiêu"]) == ("", "edoc-exchange")
    assert first["Căn cứ của mục tiêu"] == "quyết định nêu"
    book = await asked.get("/v1/rollups", plan=PLAN, period=MARCH, level="province", format="xlsx")
    again = await asked.get("/v1/rollups", plan=PLAN, period=MARCH, level="province", format="xlsx")
    assert book.headers["ETag"] == again.headers["ETag"]


async def test_periods_say_when_they_are_due_locked_and_closed_and_who_stands_how(asked: Asked) -> None:
    answer = await asked.get("/v1/periods", plan=PLAN)
    found = {each["period"]: each for each in answer.json()}
    assert list(found) == [f"2014-{month:02}" for month in range(1, 13)]
    march, april = found[MARCH], found["2014-04"]
    assert (march["starts_on"], march["due_on"], march["locked_on"]) == ("2014-03-01", "2014-04-07", "2014-05-09")
    assert (march["is_closed"], march["closed_at"]) == (True, "2014-04-09T00:05:00+07:00")
    assert (march["filed"], march["agencies"]) == (
        len(AGENCIES) - 1,
        counted(row["standing"] for row in await progress(asked)),
    )
    assert (april["is_closed"], april["closed_at"]) == (False, None)
    assert april["agencies"] == counted(["awaited"] * len(AGENCIES))
    assert sum(found["2014-05"]["agencies"].values()) == 0
    assert (march["not_filed"], april["filed"], april["not_filed"]) == (1, 0, len(AGENCIES))
    (only,) = (await asked.get("/v1/periods", plan=PLAN, period=MARCH)).json()
    assert only == march
    assert SILENT in {row["agency"] for row in await progress(asked) if row["standing"] == "missing"}


async def test_periods_are_exported_and_tagged(asked: Asked) -> None:
    answer = await asked.get("/v1/periods", plan=PLAN, format="csv", language="en")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Period"] for row in rows if row["Due date has passed"] == "true"] == list(MONTHS)
    tidy = await asked.get("/v1/periods", plan=PLAN, period=MARCH, format="tidy", language="en")
    figures = {row["figure"] for row in csv.DictReader(io.StringIO(tidy.content.decode("utf-8-sig")))}
    assert figures == {"filed", "not_filed", *(f"agencies_{standing}" for standing in STANDINGS)}
    known = {"If-None-Match": answer.headers["ETag"]}
    again = await asked.get("/v1/periods", plan=PLAN, format="csv", language="en", headers=known)
    assert again.status_code == httpx.codes.NOT_MODIFIED
    wrong = await asked.get("/v1/periods", plan="unknown", period="x")
    assert wrong.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await asked.get("/v1/periods", plan=PLAN, period="2013-01")).json()["faults"][0]["pointer"] == "?period"
