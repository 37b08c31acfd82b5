"""Ingest over HTTP on a real database: what a client is told, and what is kept of it."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime
from urllib.parse import urlsplit

import asyncpg
import httpx
import orjson
import pytest

from services.ingest.persons.cli import revoke_key
from services.ingest.plans.cli import load_plan
from services.ingest.republishing import republish
from shared.runtime.embedded.databases import url_of_database
from tests.support.databases import DatabaseMaker
from tests.support.ingest import BODY, JSON, LEAD, PLAN, Ingest, ingest_on
from tests.support.outboxes import waiting


@pytest.fixture
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


async def test_an_accepted_submission_is_kept_and_waits_for_kafka_in_the_outbox(ingest: Ingest) -> None:
    before = await ingest.count("outbox")
    answer = await ingest.post()
    assert answer.status_code == 202
    receipt = answer.json()
    assert (receipt["agency"], receipt["period"], receipt["revision"]) == ("so-noi-vu", "2014-03", 1)
    assert receipt["received_at"] == "2014-04-03T09:00:00+07:00"
    assert await ingest.count("outbox") == before + 1
    assert await ingest.count("submission") == 1


async def test_a_second_submission_of_the_period_is_its_correction(ingest: Ingest) -> None:
    assert [(await ingest.post()).json()["revision"] for _ in range(3)] == [1, 2, 3]


async def test_a_correction_of_an_older_revision_is_refused_and_takes_no_number(ingest: Ingest) -> None:
    await ingest.post()
    stale = await ingest.post({**BODY, "revision": 1})
    assert (stale.status_code, stale.json()["faults"][0]["code"]) == (409, "stale-revision")
    assert "which is 2" in stale.json()["faults"][0]["en"]
    assert (await ingest.post({**BODY, "revision": 2})).json()["revision"] == 2


async def test_concurrent_submissions_of_one_agency_get_each_a_revision_of_its_own(ingest: Ingest) -> None:
    answers = await asyncio.gather(*(ingest.post() for _ in range(60)))
    assert sorted(answer.json()["revision"] for answer in answers) == list(range(1, 61))


async def test_a_thousand_retries_with_one_idempotency_key_are_one_submission(ingest: Ingest) -> None:
    async def insistently() -> httpx.Response:
        while (answer := await ingest.post(Idempotency_Key="march")).status_code == 503:  # noqa: ASYNC110  as a client would
            await asyncio.sleep(0.1)
        return answer

    answers = await asyncio.gather(*(insistently() for _ in range(1000)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) <= 1
    assert await ingest.count("submission") == 1


async def test_an_idempotency_key_for_another_body_is_refused(ingest: Ingest) -> None:
    await ingest.post(Idempotency_Key="march")
    again = await ingest.post({**BODY, "note": "khác"}, Idempotency_Key="march")
    assert (again.status_code, again.json()["faults"][0]["code"]) == (422, "idempotency-key-reused")


async def test_the_same_said_in_another_order_is_the_same_submission(ingest: Ingest) -> None:
    ahead = b'{"plan":"lam-dong-2014","period":"2014-03","observations":[{"indicator":"network-uptime","value":99.50}]}'
    again = b""" {"observations": [{"value": 9.95E+1, "indicator": "network-uptime"}],
        "period": "2014-03", "plan": "lam-dong\\u002d2014" } """
    other = ahead.replace(b"99.50", b"99.51")
    first, second = [await ingest.insist(body, Idempotency_Key="march") for body in (ahead, again)]
    assert (first.status_code, second.status_code, second.content) == (202, 202, first.content)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (await ingest.insist(other, Idempotency_Key="march")).json()["faults"][0]["code"] == "idempotency-key-reused"
    text = await ingest.insist(ahead.replace(b"99.50", b'"99.50"'), Idempotency_Key="march")
    assert text.status_code == 422  # it is no number, whatever it says
    assert await ingest.count("submission") == 1


async def test_a_correction_that_leaves_indicators_out_is_accepted_with_a_warning(ingest: Ingest) -> None:
    rest = [{"indicator": "doc-management", "yes": True}, {"indicator": "network-uptime", "value": 99}]
    whole = {**BODY, "observations": [*BODY["observations"], *rest]}
    first, whole_again = [await ingest.insist(whole, Idempotency_Key=f"january-{time}") for time in (1, 2)]
    assert (first.json()["warnings"], whole_again.json()["warnings"]) == ([], [])
    corrected = await ingest.insist(Idempotency_Key="march")
    (warning,) = corrected.json()["warnings"]
    assert (corrected.status_code, warning["code"]) == (202, "left-out")
    assert warning["indicators"] == ["doc-management", "network-uptime"]
    assert "2 chỉ tiêu" in warning["vi"]
    assert "2 indicators" in warning["en"]
    again = await ingest.insist(Idempotency_Key="march")
    assert again.content == corrected.content
    shown = await ingest.get(corrected.json()["status_url"], agency=LEAD)
    assert shown.json()["warnings"] == [warning]
    told = [each["data"].get("warnings") for each in await ingest.outbox()]
    assert told == [None, None, [{"code": "left-out", "indicators": ["doc-management", "network-uptime"]}]]


async def test_of_corrections_that_share_a_commit_each_is_held_to_the_one_before(ingest: Ingest) -> None:
    uptime = {**BODY, "observations": [{"indicator": "network-uptime", "value": 99}]}
    answers = await asyncio.gather(
        *(ingest.insist(BODY if number % 2 else uptime, Idempotency_Key=str(number)) for number in range(20))
    )
    by_revision = {answer.json()["revision"]: answer.json() for answer in answers}
    async with ingest.database.transaction() as connection:
        events = {
            row["revision"]: orjson.loads(row["event"])["data"]
            for row in await connection.fetch("select revision, event from submission")
        }
    filed = {revision: {each["indicator"] for each in data["observations"]} for revision, data in events.items()}
    for revision in range(2, 21):
        left_out = {name for each in by_revision[revision]["warnings"] for name in each["indicators"]}
        assert left_out == filed[revision - 1] - filed[revision]


async def test_a_retry_after_the_period_was_locked_gets_its_receipt_all_the_same(ingest: Ingest) -> None:
    first = await ingest.post(Idempotency_Key="march")
    ingest.clock.advance_to(datetime.fromisoformat("2014-12-01T09:00+07:00"))
    again = await ingest.post(Idempotency_Key="march")
    assert (again.status_code, again.content) == (202, first.content)
    assert (await ingest.post(Idempotency_Key="another")).json()["faults"][0]["code"] == "period-locked"


async def test_a_plan_is_looked_up_by_any_text(ingest: Ingest) -> None:
    key = {"Authorization": f"Bearer {ingest.keys['so-noi-vu']}"}
    assert (await ingest.http.get("/v1/plans/lam-dong-2014", headers=key)).json()["version"] == 1
    for nothing in ("%00", "lam-dong-2014%00"):
        assert (await ingest.http.get(f"/v1/plans/{nothing}", headers=key)).status_code == 404


async def test_two_agencies_may_choose_the_same_idempotency_key(ingest: Ingest) -> None:
    await ingest.post(Idempotency_Key="march")
    other = await ingest.post(agency="so-tai-chinh", Idempotency_Key="march")
    assert (other.status_code, other.json()["agency"]) == (202, "so-tai-chinh")


async def test_a_stale_revision_may_be_mended_under_the_same_idempotency_key(ingest: Ingest) -> None:
    stale = await ingest.post({**BODY, "revision": 2}, Idempotency_Key="march")
    assert stale.status_code == 409
    assert (await ingest.post({**BODY, "revision": 1}, Idempotency_Key="march")).status_code == 202


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer key_live_aaaaaaaa_x", "Basic a2V5", "Bearer " + "x" * 5000])
async def test_without_a_key_of_ours_nothing_is_taken(ingest: Ingest, header: str) -> None:
    answer = await ingest.http.post("/v1/submissions", json=BODY, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    (fault,) = answer.json()["faults"]
    assert (fault["pointer"], "key_live_" in fault["vi"], "key_live_" in fault["en"]) == ("Authorization", True, True)


async def test_a_revoked_key_is_refused_within_five_seconds(ingest: Ingest) -> None:
    assert (await ingest.post()).status_code == 202
    prefix = ingest.keys["so-noi-vu"].split("_")[2]
    await revoke_key(prefix, database=ingest.database, clock=ingest.clock)
    async with asyncio.timeout(5):
        while (await ingest.post()).status_code != 401:  # noqa: ASYNC110  as a client would, again and again
            await asyncio.sleep(0.1)


async def test_no_key_is_kept_in_the_database(ingest: Ingest) -> None:
    async with ingest.database.transaction() as connection:
        rows = await connection.fetch("select * from api_key")
    kept = repr([dict(row) for row in rows])
    assert not any(key.split("_")[3] in kept for key in ingest.keys.values())


async def test_a_district_files_for_its_commune_and_for_no_other(ingest: Ingest) -> None:
    async with ingest.database.transaction() as connection:
        communes = await connection.fetch(
            "select id, body->>'parent' as parent from agency where body->>'kind' = 'commune'"
        )
    own = next(row["id"] for row in communes if row["parent"] == "ubnd-huyen-lac-duong")
    other = next(row["id"] for row in communes if row["parent"] != "ubnd-huyen-lac-duong")
    body = {**BODY, "observations": [{"indicator": "official-email", "numerator": 20, "denominator": 25}]}
    filed = await ingest.post({**body, "agency": own}, agency="ubnd-huyen-lac-duong")
    refused = await ingest.post({**body, "agency": other}, agency="ubnd-huyen-lac-duong")
    assert (filed.status_code, filed.json()["agency"]) == (202, own)
    assert (refused.status_code, refused.json()["faults"][0]["code"]) == (403, "not-your-agency")


async def test_a_receipt_is_shown_to_its_own_agency_only(ingest: Ingest) -> None:
    location = (await ingest.post()).headers["location"]
    mine = await ingest.http.get(location, headers={"Authorization": f"Bearer {ingest.keys['so-noi-vu']}"})
    theirs = await ingest.http.get(location, headers={"Authorization": f"Bearer {ingest.keys['so-tai-chinh']}"})
    assert (mine.status_code, mine.json()["observations"][0]["numerator"]) == (200, "412")
    assert theirs.status_code == 404


async def test_a_refused_submission_leaves_nothing_behind(ingest: Ingest) -> None:
    outbox = await ingest.count("outbox")
    answer = await ingest.post(
        {**BODY, "observations": [{"indicator": "edoc-exchange", "numerator": 2, "denominator": 1}]}
    )
    assert answer.status_code == 422
    assert (await ingest.count("submission"), await ingest.count("filing_head"), await ingest.count("outbox")) == (
        0,
        0,
        outbox,
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Length": "2000000"}, 413),
        ({"Idempotency-Key": "x" * 256}, 400),
    ],
)
async def test_what_cannot_be_a_submission_is_refused_before_it_is_read(
    ingest: Ingest, headers: dict[str, str], status: int
) -> None:
    key = {"Authorization": f"Bearer {ingest.keys['so-noi-vu']}"}
    answer = await ingest.http.post("/v1/submissions", content=b"{}", headers=key | JSON | headers)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert status == 415 or answer.json()["faults"][0]["vi"]


async def test_faults_of_form_and_of_the_rules_are_named_at_once_in_the_order_of_the_submission(ingest: Ingest) -> None:
    observations = [
        {"indicator": "edoc-exchange", "numerator": "12,5", "denominator": 510},
        {"indicator": "eoffice-commune", "yes": True},
        {"indicator": "network-uptime", "value": 101},
    ]
    answer = await ingest.post({**BODY, "period": "2014-04", "observations": observations, "note": ""})
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["faults"]] == [
        ("/period", "period-not-over"),
        ("/observations/0/numerator", "ambiguous-number"),
        ("/observations/1/indicator", "not-reported-by-agency"),
        ("/observations/2/value", "out-of-range"),
        ("/note", "bad-text"),
    ]


async def test_a_body_larger_than_a_mebibyte_is_cut_off(ingest: Ingest) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100_000

    key = {"Authorization": f"Bearer {ingest.keys['so-noi-vu']}"}
    answer = await ingest.http.post("/v1/submissions", content=endless(), headers=key | JSON)
    assert answer.status_code == 413


async def test_while_the_database_is_away_the_answer_is_try_again_and_then_all_is_well(
    ingest: Ingest, make_database: DatabaseMaker
) -> None:
    location = (await ingest.post()).headers["location"]
    assert (await ingest.get(location)).status_code == 200
    name = urlsplit(ingest.database.url).path.lstrip("/")
    server = await asyncpg.connect(url_of_database(make_database.server_url, "postgres"))
    await server.execute(f'alter database "{name}" with allow_connections false')
    await server.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
    asked_at = time.monotonic()
    answer = await ingest.post()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert time.monotonic() - asked_at < 3
    withdrawal = await ingest.ask(f"{location}/withdrawal", {"reason": "Nhầm kỳ"})
    assert {withdrawal.status_code, (await ingest.get(location)).status_code} == {503}
    await server.execute(f'alter database "{name}" with allow_connections true')
    await server.close()
    async with asyncio.timeout(5):  # a connection that was killed under the relay's hands may be lent once more
        while (answer := await ingest.post()).status_code == 503:
            assert answer.headers["retry-after"] == "2"
            await asyncio.sleep(0.1)
    assert answer.json()["revision"] == 2
    assert (await ingest.get(location)).status_code == 200


@pytest.mark.parametrize(
    ("breaks", "mends"),
    [
        ("alter table submission rename to submission_once", "alter table submission_once rename to submission"),
        ("alter table submission rename column event to once", "alter table submission rename column once to event"),
    ],
)
async def test_while_a_table_or_a_column_is_missing_the_answer_is_try_again(
    ingest: Ingest, breaks: str, mends: str
) -> None:
    location = (await ingest.post()).headers["location"]
    async with ingest.database.transaction() as connection:
        await connection.execute(breaks)
    assert {answer.status_code for answer in (await ingest.post(), await ingest.get(location))} == {503}
    async with ingest.database.transaction() as connection:
        await connection.execute(mends)
    assert (await ingest.post()).json()["revision"] == 2
    assert (await ingest.get(location)).status_code == 200


async def test_loading_the_same_plan_again_changes_nothing(ingest: Ingest) -> None:
    before = await ingest.count("outbox")
    again = await load_plan(PLAN, database=ingest.database, clock=ingest.clock)
    assert (again.version, again.is_new) == (1, False)
    assert await ingest.count("outbox") == before


async def test_republishing_announces_the_same_events_again(ingest: Ingest) -> None:
    await ingest.post()
    async with ingest.database.transaction() as connection:
        first = {orjson.loads(record.value or b"")["id"] for record in await waiting(connection)}
        await connection.execute("delete from outbox")
    count = await republish(database=ingest.database)
    async with ingest.database.transaction() as connection:
        again = [orjson.loads(record.value or b"")["id"] for record in await waiting(connection)]
    assert len(again) == count
    assert set(again) == first
