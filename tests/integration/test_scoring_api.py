"""How agencies stand, read over HTTP: filters, pages, ranks, tags, languages and forms."""

import csv
import io
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import openpyxl
import pytest
from fastapi import FastAPI

from services.scoring.judging.composite import Entrant, ranks
from services.scoring.routes import router
from shared.events.vocabulary import AgencyKind
from shared.runtime.auth import keys
from shared.runtime.auth.key_ring import KeyRing
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.http.access import Guard
from shared.runtime.http.problems import answer_with_problems
from tests.support.databases import DatabaseMaker
from tests.support.keys import PEPPER
from tests.support.scoring import AFTER_DUE
from tests.support.scoring_asked import (
    AGENCIES,
    CITY,
    COMMUNE,
    DEPARTMENT,
    MONTHS,
    PLAN,
    SILENT,
    Asked,
    asked_on,
    filed,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERY = [(month, agency) for month in MONTHS for agency in sorted(AGENCIES)]


@pytest.fixture(scope="module")
async def asked(make_database: DatabaseMaker) -> AsyncIterator[Asked]:
    """Lend scoring of a closed first quarter, over HTTP."""
    async with asked_on(await make_database("scoring")) as lent:
        yield lent


async def found(asked: Asked, **params: Any) -> list[dict[str, Any]]:
    answer = await asked.get("/v1/progress", plan=PLAN, **params)
    assert answer.status_code == httpx.codes.OK, answer.text
    documents: list[dict[str, Any]] = answer.json()
    return documents


async def named(asked: Asked, **params: Any) -> list[tuple[str, str]]:
    return [(each["period"], each["agency"]) for each in await found(asked, **params)]


async def test_a_plans_progress_is_found_by_period_and_agency(asked: Asked) -> None:
    (only,) = await found(asked, period="2014-03", agency=DEPARTMENT)
    assert (only["agency_name"], only["kind"], only["standing_name"]) == ("Sở Nội vụ", "department", "chậm tiến độ")
    assert only["is_closed"] is True
    first = only["judgements"][0]
    assert first["indicator_name"].startswith("Văn bản, tài liệu")
    assert (first["unit"], first["programme"], first["standing_name"]) == ("%", "egov", "đúng tiến độ")


async def test_every_filter_leaves_what_it_says(asked: Asked) -> None:
    everything = await found(asked)
    assert [(each["period"], each["agency"]) for each in everything] == EVERY
    assert await named(asked, kind="commune", period="2014-01") == [
        ("2014-01", agency) for agency in ("ubnd-xa-da-sar-lac-duong", COMMUNE, "ubnd-xa-ta-nung-da-lat")
    ]
    assert await named(asked, has_filed=False) == [
        *((month, SILENT) for month in MONTHS),
        *(("2014-04", agency) for agency in sorted(AGENCIES)),  # of the month under way nobody has filed yet
    ]
    assert len(await named(asked, has_filed=True)) == len(EVERY) - len(MONTHS)
    lagging = await named(asked, standing="lagging")
    assert lagging == [(each["period"], each["agency"]) for each in everything if each["standing"] == "lagging"] != []
    between = await found(asked, min_composite="60", max_composite="80")
    assert between
    assert all(60 <= Decimal(each["composite_score"]) <= 80 for each in between)


async def test_of_an_indicator_or_programme_its_own_judgements_and_standings_are_found(asked: Asked) -> None:
    shown = await found(asked, indicator="official-email", period="2014-03")
    assert {len(each["judgements"]) for each in shown} == {1}
    lagging = await found(asked, programme="egov", standing="missing", period="2014-03")
    assert [each["agency"] for each in lagging] == [SILENT]
    assert {judgement["programme"] for judgement in lagging[0]["judgements"]} == {"egov"}
    assert await found(asked, programme="egov", indicator="oss-training") == []


async def test_agencies_are_ranked_within_their_kind_among_all_that_have_a_score(asked: Asked) -> None:
    everything = await found(asked, period="2014-03")
    places = ranks(
        Entrant(each["agency"], AgencyKind(each["kind"]), Decimal(each["composite_score"]))
        for each in everything
        if "composite_score" in each
    )
    assert {each["agency"]: each["rank"] for each in everything} == {
        agency: places[agency]._asdict() if agency in places else None for agency in AGENCIES
    }
    (own,) = await found(asked, period="2014-03", agency=DEPARTMENT)
    assert own["rank"] == places[DEPARTMENT]._asdict()
    assert Decimal(own["coverage_ratio"]) == Decimal("0.9")


async def test_pages_follow_each_other_until_all_was_seen_whatever_is_filed_meanwhile(asked: Asked) -> None:
    seen: list[tuple[str, str]] = []
    answer = await asked.get("/v1/progress", plan=PLAN, limit=4)
    revision = 2
    while True:
        seen += [(each["period"], each["agency"]) for each in answer.json()]
        following = answer.links.get("next")
        if following is None:
            break
        await asked.scoring.judge(filed(COMMUNE, "2014-02", revision=revision, pace=revision))
        revision += 1
        answer = await asked.client.get(following["url"], headers=dict(asked.keys.reader))
    assert seen == EVERY


async def test_what_a_reader_has_already_is_not_sent_again(asked: Asked) -> None:
    first = await asked.get("/v1/progress", plan=PLAN, period="2014-01")
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await asked.get("/v1/progress", plan=PLAN, period="2014-01", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (httpx.codes.NOT_MODIFIED, b"", tag)
    other = await asked.get("/v1/progress", plan=PLAN, period="2014-01", language="en", headers={"If-None-Match": tag})
    assert other.status_code == httpx.codes.OK
    await asked.scoring.judge(filed(CITY, "2014-01", revision=2, pace=99))
    newer = await asked.get("/v1/progress", plan=PLAN, period="2014-01", headers={"If-None-Match": tag})
    assert (newer.status_code, newer.headers["ETag"] == tag) == (httpx.codes.OK, False)


@pytest.mark.parametrize(
    ("params", "accepted", "language", "name"),
    [
        ({}, None, "vi", "Sở Nội vụ"),
        ({}, "en-GB, vi;q=0.5", "en", "Department of Home Affairs"),
        ({}, "fr, en;q=0", "vi", "Sở Nội vụ"),
        ({"language": "en"}, "vi", "en", "Department of Home Affairs"),
    ],
)
async def test_a_reader_is_told_in_their_language(
    params: dict[str, Any], accepted: str | None, language: str, name: str, asked: Asked
) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    answer = await asked.get("/v1/progress", plan=PLAN, agency=DEPARTMENT, headers=headers, **params)
    assert (answer.headers["Content-Language"], answer.json()[0]["agency_name"]) == (language, name)
    assert "Accept-Language" in answer.headers["Vary"]


async def test_progress_comes_as_a_table_as_a_workbook_and_in_the_long_form(asked: Asked) -> None:
    documents = await found(asked, period="2014-03")
    count = sum(len(each["judgements"]) for each in documents)
    as_csv = await asked.get("/v1/progress", plan=PLAN, period="2014-03", headers={"Accept": "text/csv"})
    assert as_csv.headers["Content-Disposition"] == f'attachment; filename="progress-{PLAN}.csv"'
    rows = list(csv.DictReader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert len(rows) == count
    assert (rows[0]["Cơ quan"], rows[0]["Đơn vị tính"], rows[0]["Căn cứ của mục tiêu"]) == (
        "Sở Nội vụ",
        "%",
        "quyết định nêu",
    )
    as_xlsx = await asked.get("/v1/progress", plan=PLAN, period="2014-03", format="xlsx", language="en")
    assert as_xlsx.headers["Content-Type"] == XLSX
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx.content)).active
    assert sheet is not None
    assert (sheet.max_row, sheet["I1"].value) == (count + 1, "Agency name")
    again = await asked.get(
        "/v1/progress",
        plan=PLAN,
        period="2014-03",
        format="xlsx",
        language="en",
        headers={"If-None-Match": as_xlsx.headers["ETag"]},
    )
    assert again.status_code == httpx.codes.NOT_MODIFIED
    tidy = await asked.get("/v1/progress", plan=PLAN, period="2014-03", format="tidy", language="en")
    long = list(csv.DictReader(io.StringIO(tidy.content.decode("utf-8-sig"))))
    assert {"plan", "agency", "figure", "value", "unit", "basis"} <= long[0].keys()
    assert {row["basis"] for row in long} <= {"reported", "computed", "stated", "assumed"}


async def test_who_takes_no_form_of_ours_is_told_which_there_are(asked: Asked) -> None:
    answer = await asked.get("/v1/progress", plan=PLAN, headers={"Accept": "text/xml"})
    assert answer.status_code == httpx.codes.NOT_ACCEPTABLE
    assert "text/csv" in answer.json()["faults"][0]["en"]
    quiet = await asked.get("/v1/periods", plan=PLAN, headers={"Accept": "text/xml;q=x, */*;q=0.1"})
    assert quiet.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("query", "pointers"),
    [
        ("", ["?plan"]),
        ("plan=%00", ["?plan"]),
        ("plan=a'b&period=%00&cursor=x&limit=0", ["?plan", "?period", "?limit", "?cursor"]),
        ("plan=a&limit=9999&standing=good&kind=ward&colour=red", ["?standing", "?limit", "?colour", "?plan"]),
        (f"plan={PLAN}&min_composite=NaN&max_composite=1e99999&has_filed=perhaps", None),
        ("plan=unknown", ["?plan"]),
        (f"plan={PLAN}&period=2013-01&indicator=x&programme=y", ["?period", "?indicator", "?programme"]),
        (f"plan={PLAN}&min_composite=5&max_composite=4&period=x", ["?min_composite", "?period"]),
        (f"plan={PLAN}&language=fr&format=pdf", ["?language", "?format"]),
        (
            f"plan={PLAN}&limit=0&cursor=x&period=2013-01&agency=x&indicator=x&programme=y",
            ["?limit", "?cursor", "?period", "?agency", "?indicator", "?programme"],
        ),
        (f"plan={PLAN}&max_composite=101&min_composite=5", ["?max_composite"]),
        (f"plan={PLAN}&limit=1_0&min_composite=1%0A", ["?limit", "?min_composite"]),
        (f"plan={PLAN}&limit=%2B3", ["?limit"]),
    ],
)
async def test_everything_that_is_wrong_with_a_query_is_named_at_once(
    query: str, pointers: list[str] | None, asked: Asked
) -> None:
    answer = await asked.client.get(f"/v1/progress?{query}", headers=dict(asked.keys.reader))
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    faults = answer.json()["faults"]
    expected = ["?has_filed", "?min_composite", "?max_composite"] if pointers is None else pointers
    assert {fault["pointer"] for fault in faults} == set(expected)
    assert all(fault["vi"] and fault["en"] for fault in faults)


@pytest.mark.parametrize(
    ("path", "pointers"),
    [
        ("rollups?period=2013-01&level=district&id=x&indicator=x&format=pdf", ["format", "period", "indicator", "id"]),
        ("rollups?period=2013-01&level=kind&id=x&colour=red", ["colour", "period", "id"]),
        ("rollups?period=2013-01&level=ward&indicator=x", ["level"]),  # at which level comes first
        ("periods?period=2013-01&language=fr", ["language", "period"]),
        (
            "adjustments?period=2013-01&indicator=x&adjustment=cut&before=0",
            ["adjustment", "before", "period", "indicator"],
        ),
    ],
)
async def test_what_has_no_form_does_not_hide_what_is_not_there(path: str, pointers: list[str], asked: Asked) -> None:
    answer = await asked.client.get(f"/v1/{path}&plan={PLAN}", headers=dict(asked.keys.reader))
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [fault["pointer"] for fault in answer.json()["faults"]] == [f"?{each}" for each in pointers]


async def test_while_the_database_is_away_the_answer_says_to_try_again() -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/none")
    database._pool = await _pool_that_never_connects(database.url)
    app, clock = FastAPI(), SteppedClock(AFTER_DUE)
    answer_with_problems(app)
    guard = Guard(KeyRing(database, pepper=PEPPER, clock=clock))
    app.include_router(router(database=database, cache={}, guard=guard, clock=clock))
    headers = {"Authorization": f"Bearer {keys.issue(pepper=PEPPER).text}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://scoring") as client:
        answer = await client.get("/v1/progress", params={"plan": PLAN}, headers=headers)
    assert (answer.status_code, answer.headers["Retry-After"]) == (httpx.codes.SERVICE_UNAVAILABLE, "2")


async def _pool_that_never_connects(url: str) -> object:
    return await asyncpg.create_pool(url, min_size=0, max_size=1, timeout=1)


async def test_a_filter_given_twice_is_refused_and_never_half_heard(asked: Asked) -> None:
    for query, name in (
        (f"plan={PLAN}&standing=lagging&standing=missing", "standing"),
        (f"plan={PLAN}&plan=b", "plan"),
    ):
        answer = await asked.client.get(f"/v1/progress?{query}", headers=dict(asked.keys.reader))
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert [(each["pointer"], each["code"]) for each in answer.json()["faults"]] == [(f"?{name}", "given-twice")]
    many = f"/v1/what-if?plan={PLAN}&period=2014-02&period=2014-03"
    tried = await asked.client.post(
        many, json={"thresholds": {"on_track_ratio": "0.9"}}, headers=dict(asked.keys.admin)
    )
    assert tried.json()["periods"] == ["2014-02", "2014-03"]
