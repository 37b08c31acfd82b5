"""What was filed is withdrawn, verified or returned over HTTP, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import uuid4

import httpx
import pytest

from migrations.run import differences
from services.ingest.republishing import republish
from tests.support.databases import DatabaseMaker
from tests.support.ingest import BODY, LEAD, Ingest, ingest_on

WRONG = {"reason": "Nhầm kỳ báo cáo"}
RETURNED = {"outcome": "returned", "reason": "Mẫu số không khớp biên chế"}
DISTRICT = "ubnd-huyen-lac-duong"


@pytest.fixture
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


async def _filed(ingest: Ingest, *, agency: str = "so-noi-vu") -> str:
    return str((await ingest.post(agency=agency)).json()["status_url"])


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["faults"][0]["code"]


async def test_the_migrated_database_is_what_the_tables_say(ingest: Ingest) -> None:
    assert await differences("ingest", ingest.database.url) == []


async def test_a_withdrawal_is_told_once_and_seen_by_who_looks(ingest: Ingest) -> None:
    filed = await _filed(ingest)
    answers = [await ingest.ask(f"{filed}/withdrawal", WRONG) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1, "again is the same again"
    accepted, withdrawn = await ingest.outbox()
    assert (withdrawn["type"], withdrawn["causationid"]) == ("submission.withdrawn.v1", accepted["id"])
    assert withdrawn["data"] == {
        **{name: accepted["data"][name] for name in ("submission", "plan", "plan_version", "agency", "period")},
        "revision": 1,
        "withdrawn_at": "2014-04-03T09:00:00+07:00",
        "withdrawn_by": "so-noi-vu",
        **WRONG,
    }
    shown = (await ingest.get(filed)).json()
    assert (shown["status"], shown["decisions"][0]["reason"]) == ("withdrawn", WRONG["reason"])
    assert _code(await ingest.ask(f"{filed}/withdrawal", {"reason": "khác"})) == (409, "already-withdrawn")


async def test_after_a_withdrawal_the_period_is_filed_again_by_the_next_revision(ingest: Ingest) -> None:
    first = await _filed(ingest)
    await ingest.ask(f"{first}/withdrawal", WRONG)
    second = await ingest.post()
    assert second.json()["revision"] == 2
    assert (await ingest.get(first)).json()["status"] == "withdrawn"
    assert (await ingest.get(second.json()["status_url"])).json()["status"] == "accepted"


async def test_only_the_latest_revision_is_withdrawn_or_reviewed(ingest: Ingest) -> None:
    first, _ = await _filed(ingest), await _filed(ingest)
    assert _code(await ingest.ask(f"{first}/withdrawal", WRONG)) == (409, "not-latest-revision")
    assert _code(await ingest.ask(f"{first}/review", RETURNED, agency=LEAD)) == (409, "not-latest-revision")


async def test_a_correction_and_a_withdrawal_at_once_leave_no_doubt_which_came_first(ingest: Ingest) -> None:
    for _ in range(8):
        filed = await _filed(ingest)
        withdrawal, correction = await asyncio.gather(ingest.ask(f"{filed}/withdrawal", WRONG), ingest.post())
        assert correction.status_code == 202
        assert withdrawal.status_code in {200, 409}
    told = [event["data"]["revision"] for event in await ingest.outbox() if event["type"].endswith("withdrawn.v1")]
    assert len(told) == len(set(told))


async def test_an_agency_withdraws_nothing_of_another_and_does_not_learn_that_it_is_there(ingest: Ingest) -> None:
    filed = await _filed(ingest)
    for path in (filed, f"/v1/submissions/{uuid4()}"):
        answer = await ingest.ask(f"{path}/withdrawal", WRONG, agency="so-tai-chinh")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert (await ingest.get(filed)).json()["status"] == "accepted"


async def test_a_district_withdraws_what_it_filed_for_its_commune(ingest: Ingest) -> None:
    async with ingest.database.transaction() as connection:
        commune = await connection.fetchval(
            "select id from agency where body->>'kind' = 'commune' and body->>'parent' = $1 limit 1", DISTRICT
        )
    observations = [{"indicator": "official-email", "numerator": 20, "denominator": 25}]
    filed = await ingest.post({**BODY, "agency": commune, "observations": observations}, agency=DISTRICT)
    answer = await ingest.ask(f"{filed.json()['status_url']}/withdrawal", WRONG, agency=DISTRICT)
    assert (answer.status_code, answer.json()["agency"]) == (200, commune)
    assert (await ingest.outbox())[-1]["data"]["withdrawn_by"] == DISTRICT


async def test_a_locked_period_takes_no_withdrawal_but_tells_again_what_it_told(ingest: Ingest) -> None:
    first, other = await _filed(ingest), await _filed(ingest, agency="so-tai-chinh")
    told = await ingest.ask(f"{first}/withdrawal", WRONG)
    ingest.clock.advance_to(datetime.fromisoformat("2014-12-01T09:00+07:00"))
    refused = await ingest.ask(f"{other}/withdrawal", WRONG, agency="so-tai-chinh")
    assert _code(refused) == (409, "period-locked")
    assert (await ingest.ask(f"{first}/withdrawal", WRONG)).content == told.content


async def test_the_dic_returns_a_submission_with_a_reason(ingest: Ingest) -> None:
    filed = await _filed(ingest)
    assert _code(await ingest.ask(f"{filed}/review", {"outcome": "returned"}, agency=LEAD)) == (422, "required")
    answers = [await ingest.ask(f"{filed}/review", RETURNED, agency=LEAD) for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["returned", "returned"]
    _, returned = await ingest.outbox()
    assert returned["type"] == "submission.returned.v1"
    assert (returned["data"]["returned_by"], returned["data"]["reason"]) == (LEAD, RETURNED["reason"])
    assert _code(await ingest.ask(f"{filed}/withdrawal", WRONG)) == (409, "already-returned")
    verified = await ingest.ask(f"{filed}/review", {"outcome": "verified"}, agency=LEAD)
    assert _code(verified) == (409, "already-returned")


async def test_what_was_verified_tells_nobody_and_may_still_be_returned_or_withdrawn(ingest: Ingest) -> None:
    for path, body, agency, status in (
        ("review", RETURNED, LEAD, "returned"),
        ("withdrawal", WRONG, "so-noi-vu", "withdrawn"),
    ):
        filed = await _filed(ingest)
        before = len(await ingest.outbox())
        for _ in range(2):
            verified = await ingest.ask(f"{filed}/review", {"outcome": "verified"}, agency=LEAD)
            assert verified.json()["status"] == "verified"
        again = await ingest.ask(f"{filed}/review", {"outcome": "verified", "reason": "khác"}, agency=LEAD)
        assert _code(again) == (409, "already-verified")
        assert len(await ingest.outbox()) == before
        assert (await ingest.ask(f"{filed}/{path}", body, agency=agency)).json()["status"] == status


async def test_only_a_key_that_decides_for_the_province_reviews(ingest: Ingest) -> None:
    filed = await _filed(ingest)
    assert _code(await ingest.ask(f"{filed}/review", RETURNED)) == (403, "scope-needed")
    assert _code(await ingest.ask(f"{filed}/withdrawal", WRONG, agency=LEAD)) == (403, "scope-needed")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("withdrawal", {}, 422, "required"),
        ("withdrawal", {"reason": " "}, 422, "bad-text"),
        ("withdrawal", {"reason": "x", "at": 1}, 422, "unknown-field"),
        ("withdrawal", [], 422, "malformed"),
        ("review", {"outcome": "eaten", "reason": "x"}, 422, "malformed"),
        ("review", {"outcome": "returned", "reason": 5}, 422, "bad-text"),
    ],
)
async def test_what_is_not_of_the_form_is_refused_with_every_fault(
    ingest: Ingest, path: str, body: object, status: int, code: str
) -> None:
    filed = await _filed(ingest)
    agency = LEAD if path == "review" else "so-noi-vu"
    answer = await ingest.ask(f"{filed}/{path}", body, agency=agency)
    assert answer.status_code == status
    assert code in {fault["code"] for fault in answer.json()["faults"]} or code == "bad-text"


async def test_a_body_that_cannot_be_read_and_one_of_another_type_are_refused(ingest: Ingest) -> None:
    filed = f"{await _filed(ingest)}/withdrawal"
    key = {"Authorization": f"Bearer {ingest.keys['so-noi-vu']}"}
    unreadable = await ingest.http.post(filed, content=b"{", headers=key | {"Content-Type": "application/json"})
    assert _code(unreadable) == (400, "not-json")
    assert (await ingest.http.post(filed, content=b"{}", headers=key | {"Content-Type": "text/plain"})).status_code == (
        415
    )


async def test_republishing_tells_of_withdrawals_and_returns_again(ingest: Ingest) -> None:
    await ingest.ask(f"{await _filed(ingest)}/withdrawal", WRONG)
    returned = await _filed(ingest, agency="so-tai-chinh")
    await ingest.ask(f"{returned}/review", RETURNED, agency=LEAD)
    first = await ingest.outbox()
    async with ingest.database.transaction() as connection:
        await connection.execute("delete from outbox")
    await republish(database=ingest.database)
    again = await ingest.outbox()
    assert {event["id"]: event for event in again} == {event["id"]: event for event in first}
