"""The register over HTTP on a real database: what was filed, with its revisions and decisions, and what is owed."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from services.ingest.exceptions.cli import reopen_period
from tests.support.databases import DatabaseMaker
from tests.support.ingest import BODY, LEAD, Ingest, ingest_on
from tests.support.waiting import until

OWNER, STRANGER, DISTRICT, COMMUNE = "so-noi-vu", "so-tai-chinh", "ubnd-huyen-lac-duong", "ubnd-xa-lat-lac-duong"
FIRST = {
    **BODY,
    "note": "Lần đầu",
    "observations": [
        {"indicator": "edoc-exchange", "numerator": 412, "denominator": 510},
        {"indicator": "doc-management", "yes": True},
    ],
}
SECOND = {
    **BODY,
    "observations": [
        {"indicator": "edoc-exchange", "numerator": 430, "denominator": "510.0"},
        {"indicator": "network-uptime", "value": "99.2"},
    ],
}
RETURNED = {"outcome": "returned", "reason": "Mẫu số không khớp biên chế"}


@pytest.fixture
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


async def filed(ingest: Ingest, body: object = None, *, agency: str = OWNER) -> str:
    answer = await ingest.post(body, agency=agency)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return str(answer.json()["submission"])


async def listed(ingest: Ingest, query: str = "", *, agency: str = LEAD) -> list[dict[str, Any]]:
    answer = await ingest.get(f"/v1/submissions?{query}", agency=agency)
    assert answer.status_code == httpx.codes.OK, answer.text
    found: list[dict[str, Any]] = answer.json()["submissions"]
    return found


async def test_submissions_are_listed_latest_first_and_found_by_each_filter(ingest: Ingest) -> None:
    first = await filed(ingest, FIRST)
    other = await filed(ingest, agency=STRANGER)
    ingest.clock.advance_to(datetime.fromisoformat("2014-04-04T09:00+07:00"))
    second = await filed(ingest, SECOND)
    await ingest.ask(f"/v1/submissions/{other}/review", RETURNED, agency=LEAD)
    assert (await listed(ingest))[0]["submission"] == second
    for query, expected in {
        "": {first, other, second},
        "plan=lam-dong-2014": {first, other, second},
        f"agency={OWNER}": {first, second},
        f"filed_by={STRANGER}": {other},
        "period=2014-03": {first, other, second},
        "period=2014-04": set(),
        "state=accepted": {second},
        "state=replaced": {first},
        "state=returned": {other},
        "state=verified": set(),
        "flagged=true": {second},  # it leaves doc-management out
        f"flagged=false&agency={OWNER}": {first},
    }.items():
        assert {each["submission"] for each in await listed(ingest, query)} == expected, query


async def test_pages_lead_to_every_submission_once_also_where_moments_are_the_same(ingest: Ingest) -> None:
    expected = {await filed(ingest) for _ in range(7)}
    seen: list[str] = []
    path = "/v1/submissions?limit=3"
    while True:
        page = (await ingest.get(path)).json()
        seen += [each["submission"] for each in page["submissions"]]
        if page["next_cursor"] is None:
            break
        path = f"/v1/submissions?limit=3&cursor={page['next_cursor']}"
    assert (len(seen), set(seen)) == (7, expected)


async def test_one_submission_shows_all_revisions_and_who_decided_what(ingest: Ingest) -> None:
    first = await filed(ingest, FIRST)
    await ingest.ask(f"/v1/submissions/{first}/review", {"outcome": "verified"}, agency=LEAD)
    await ingest.ask(f"/v1/submissions/{first}/review", RETURNED, agency=LEAD)
    second = await filed(ingest, SECOND)
    shown = (await ingest.get(f"/v1/submissions/{first}")).json()
    assert (shown["status"], shown["state"], shown["note"], shown["filed_by"]) == (
        "returned",
        "replaced",
        "Lần đầu",
        OWNER,
    )
    assert [(each["submission"], each["revision"], each["state"]) for each in shown["revisions"]] == [
        (second, 2, "accepted"),
        (first, 1, "replaced"),
    ]
    decided = [(each["verdict"], each["decided_by"], each["reason"]) for each in shown["revisions"][1]["decisions"]]
    assert decided == [("verified", LEAD, None), ("returned", LEAD, RETURNED["reason"])]
    assert shown["decisions"] == shown["revisions"][1]["decisions"]


async def test_differences_name_each_indicator_before_and_after(ingest: Ingest) -> None:
    first, second, third = await filed(ingest, FIRST), await filed(ingest, SECOND), await filed(ingest, FIRST)
    told = (await ingest.get(f"/v1/submissions/{second}/differences")).json()
    assert (told["before_revision"], told["after_revision"]) == (1, 2)
    assert told["note"] == {"before": "Lần đầu", "after": None}
    found = {each["indicator"]: (each["before"], each["after"]) for each in told["indicators"]}
    before, after = found.pop("edoc-exchange")
    assert (before["numerator"], after["numerator"]) == ("412", "430")
    assert found["network-uptime"][0] is None
    assert found["doc-management"][1] is None
    same = (await ingest.get(f"/v1/submissions/{third}/differences?with=1")).json()
    assert (same["before_revision"], same["note"], same["indicators"]) == (1, None, [])
    new = (await ingest.get(f"/v1/submissions/{first}/differences")).json()
    assert (new["before_revision"], len(new["indicators"])) == (None, 2)
    unknown = await ingest.get(f"/v1/submissions/{first}/differences?with=4")
    assert (unknown.status_code, unknown.json()["faults"][0]["code"]) == (422, "unknown-revision")
    assert "1 to 3" in unknown.json()["faults"][0]["en"]


@pytest.mark.parametrize(
    ("path", "faults"),
    [
        ("submissions?state=eaten&flagged=perhaps", {"?state": "unknown-word", "?flagged": "malformed"}),
        (
            "submissions?plan=x&agency=so-khong-co&filed_by=so-khong-co&limit=0",
            {
                "?plan": "unknown-plan",
                "?agency": "unknown-agency",
                "?filed_by": "unknown-agency",
                "?limit": "out-of-range",
            },
        ),
        ("submissions?period=2013-01&cursor=1", {"?period": "unknown-period", "?cursor": "malformed"}),
        ("submissions?colour=red&agency=%00", {"?colour": "unknown-name", "?agency": "malformed"}),
        ("submissions?state=returned&state=verified", {"?state": "given-twice"}),
        ("submissions/refused?agency=so-khong-co&cursor=x", {"?agency": "unknown-agency", "?cursor": "malformed"}),
        ("submissions/refused?limit=51", {"?limit": "out-of-range"}),
        ("submissions/not-a-uuid", {"{submission}": "malformed"}),
        ("obligations?agency=so-khong-co&plan=x", {"?agency": "unknown-agency", "?plan": "unknown-plan"}),
        ("decisions?since=-1&limit=201", {"?since": "malformed", "?limit": "out-of-range"}),
    ],
)
async def test_everything_that_is_wrong_with_a_query_is_named_in_both_languages(
    ingest: Ingest, path: str, faults: dict[str, str]
) -> None:
    answer = await ingest.get(f"/v1/{path}", agency=LEAD)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert {each["pointer"]: each["code"] for each in answer.json()["faults"]} == faults
    assert all(each["vi"] and each["en"] and each["vi"] != each["en"] for each in answer.json()["faults"])


async def owed(ingest: Ingest, query: str = "", *, agency: str = OWNER) -> list[dict[str, Any]]:
    answer = await ingest.get(f"/v1/obligations?{query}", agency=agency)
    assert answer.status_code == httpx.codes.OK, answer.text
    found: list[dict[str, Any]] = answer.json()["obligations"]
    return found


async def test_what_is_owed_is_told_with_unit_help_target_and_what_was_filed_last(ingest: Ingest) -> None:
    january, february, march = await owed(ingest)
    assert [each["window"] for each in (january, february, march)] == ["locked", "open", "open"]
    assert (march["period"], march["state"], march["submission"], march["due_on"]) == (
        "2014-03",
        "not_filed",
        None,
        "2014-04-07",
    )
    await filed(ingest, {**FIRST, "period": "2014-02"})
    _, february, march = await owed(ingest)
    assert (february["state"], february["revision"]) == ("filed", 1)
    by_indicator = {each["indicator"]: each for each in march["indicators"]}
    documents = by_indicator["edoc-exchange"]
    assert documents["last"]["period"] == "2014-02"
    assert documents["last"]["value"]["numerator"] == "412"
    assert documents["target"] == {"comparison": "above", "value": "90"}
    assert (documents["unit_vi"], documents["help_vi"][:6]) == ("%", "Tử số:")
    assert by_indicator["network-uptime"]["last"] is None
    assert "eoffice-commune" not in by_indicator
    assert march["progress_url"] == f"/v1/progress?plan=lam-dong-2014&agency={OWNER}&period=2014-03"


async def test_what_was_returned_is_owed_with_the_reason_and_is_nobodys_last_value(ingest: Ingest) -> None:
    returned = await filed(ingest, {**FIRST, "period": "2014-02"})
    await ingest.ask(f"/v1/submissions/{returned}/review", RETURNED, agency=LEAD)
    _, february, march = await owed(ingest)
    assert (february["state"], february["submission"], february["reason"]) == ("returned", returned, RETURNED["reason"])
    assert march["indicators"][0]["last"] is None


async def test_a_reopened_period_says_until_when_and_a_locked_one_that_it_is(ingest: Ingest) -> None:
    ingest.clock.advance_to(datetime.fromisoformat("2014-05-12T09:00+07:00"))
    await reopen_period(
        plan="lam-dong-2014",
        agency=OWNER,
        period="2014-03",
        last_on=datetime.fromisoformat("2014-05-20").date(),
        reason="lũ lụt",
        by="Giám đốc Sở",
        database=ingest.database,
        clock=ingest.clock,
    )

    async def is_reopened() -> bool:
        return bool((await owed(ingest))[2]["window"] == "reopened")

    await until(is_reopened, "the exception is honoured")
    _, february, march, april = await owed(ingest)
    assert (february["window"], february["reopened_until"]) == ("locked", None)
    assert (march["reopened_until"], march["locked_on"]) == ("2014-05-20", "2014-05-21")
    assert april["window"] == "open"


async def test_a_plan_that_takes_nothing_more_is_told_only_by_its_name(ingest: Ingest) -> None:
    ingest.clock.advance_to(datetime.fromisoformat("2015-12-01T09:00+07:00"))
    assert await owed(ingest) == []
    assert {each["window"] for each in await owed(ingest, "plan=lam-dong-2014")} == {"locked"}


async def test_a_district_sees_what_its_commune_owes(ingest: Ingest) -> None:
    (*_, march) = await owed(ingest, f"agency={COMMUNE}", agency=DISTRICT)
    assert {each["indicator"] for each in march["indicators"]} == {"official-email", "eoffice-commune"}
