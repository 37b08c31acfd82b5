"""Refused attempts to file are kept beside the requests, and shown to those whose keys they were made by."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from services.ingest.register.model import MOST_SENT_BYTES
from services.ingest.register.refused import MOST_A_DAY, MOST_WAITING
from tests.support.databases import DatabaseMaker
from tests.support.ingest import BODY, JSON, LEAD, Ingest, ingest_on
from tests.support.waiting import until

WRONG = {**BODY, "period": "2013-01"}
DISTRICT = "ubnd-huyen-lac-duong"


@pytest.fixture
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


async def shown(ingest: Ingest, query: str = "", *, agency: str = "so-noi-vu") -> list[dict[str, Any]]:
    answer = await ingest.get(f"/v1/submissions/refused?{query}", agency=agency)
    assert answer.status_code == httpx.codes.OK, answer.text
    found: list[dict[str, Any]] = answer.json()["refused"]
    return found


async def kept(ingest: Ingest, count: int) -> list[dict[str, Any]]:
    """Return the refused attempts, the latest first, once there are so many."""

    async def are_there() -> bool:
        return len(await shown(ingest, "limit=50")) == count

    await until(are_there, f"{count} refused attempts are kept")
    return await shown(ingest, "limit=50")


def dropped(reason: str) -> float:
    return REGISTRY.get_sample_value("tiendo_refused_attempts_dropped_total", {"reason": reason}) or 0.0


async def test_it_refused_my_report_is_answered_with_what_was_sent_and_why(ingest: Ingest) -> None:
    refusal = await ingest.post(WRONG)
    assert refusal.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    (attempt,) = await kept(ingest, 1)
    assert attempt["answer"] == refusal.json()
    assert json.loads(attempt["sent"]) == WRONG
    assert attempt["refused_at"] == "2014-04-03T09:00:00+07:00"
    assert (attempt["agency"], attempt["status"], attempt["is_cut"], attempt["times"]) == ("so-noi-vu", 422, False, 1)
    assert attempt["key"] == ingest.keys["so-noi-vu"].split("_")[2]


async def test_no_key_is_kept_not_even_one_in_the_body(ingest: Ingest) -> None:
    key = ingest.keys["so-noi-vu"]
    await ingest.post({**WRONG, "note": f"khóa {key}"})
    (attempt,) = await kept(ingest, 1)
    assert key not in attempt["sent"]
    async with ingest.database.transaction() as connection:
        row = await connection.fetchval("select refused_attempt::text from refused_attempt")
    assert key.encode().hex() not in row


async def test_whatever_is_sent_is_kept_and_no_more_of_it_than_its_beginning(ingest: Ingest) -> None:
    for body in (b"\xff\x00{", json.dumps({**WRONG, "note": "x" * MOST_SENT_BYTES}).encode()):
        assert (await ingest.ask("/v1/submissions", body)).is_client_error
    key = {"Authorization": f"Bearer {ingest.keys['so-noi-vu']}"}
    await ingest.http.post("/v1/submissions", content=b"x=1", headers=key | {"Content-Type": "text/plain"})
    plain, large, unreadable = await kept(ingest, 3)
    assert (plain["status"], plain["sent"], plain["sent_bytes"]) == (415, "", 0)
    assert (large["is_cut"], len(large["sent"]), large["sent_bytes"] > MOST_SENT_BYTES) == (True, MOST_SENT_BYTES, True)
    assert unreadable["sent"] == "\ufffd\0{"


async def test_what_the_database_found_stale_is_kept_and_what_was_accepted_is_not(ingest: Ingest) -> None:
    await ingest.post()
    assert (await ingest.post({**BODY, "revision": 1})).status_code == httpx.codes.CONFLICT
    (attempt,) = await kept(ingest, 1)
    assert attempt["answer"]["faults"][0]["code"] == "stale-revision"


async def test_the_same_sent_blindly_again_is_one_attempt_a_day(ingest: Ingest) -> None:
    for _ in range(5):
        await ingest.post(WRONG)
    await kept(ingest, 1)
    await ingest.post(WRONG)

    async def are_counted() -> bool:
        return bool((await shown(ingest))[0]["times"] == 6)

    await until(are_counted, "six times are counted")
    ingest.clock.advance_to(ingest.clock.now() + timedelta(days=1))
    await ingest.post(WRONG)
    assert [each["times"] for each in await kept(ingest, 2)] == [1, 6]


async def test_who_has_no_key_leaves_nothing(ingest: Ingest) -> None:
    answer = await ingest.http.post("/v1/submissions", content=b"{}", headers=JSON)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    await ingest.post(WRONG)
    await kept(ingest, 1)


async def test_attempts_are_forgotten_after_ninety_days(ingest: Ingest) -> None:
    await ingest.post(WRONG)
    await kept(ingest, 1)
    first = ingest.clock.now()
    ingest.clock.advance_to(first + timedelta(days=90))
    await ingest.post({**WRONG, "period": "2013-02"})
    await kept(ingest, 2)
    ingest.clock.advance_to(first + timedelta(days=90, hours=23))  # the day's look is done already
    ingest.clock.advance_to(first + timedelta(days=91))
    await ingest.post({**WRONG, "period": "2013-03"})

    async def is_first_gone() -> bool:
        return [json.loads(each["sent"])["period"] for each in await shown(ingest)] == ["2013-03", "2013-02"]

    await until(is_first_gone, "the first is forgotten")


async def test_a_refusal_is_answered_while_nothing_can_be_written_and_what_is_too_much_is_counted(
    ingest: Ingest,
) -> None:
    before = dropped("queue-full"), dropped("too-many-a-day")
    async with ingest.database.transaction() as connection:
        await connection.execute("lock table refused_attempt in access exclusive mode")
        await ingest.post(WRONG)  # the writer takes it, and waits
        await until_waiting(ingest)
        for agency in ("so-noi-vu", "so-tai-chinh"):
            for number in range(MOST_WAITING):
                answer = await ingest.post({**WRONG, "note": f"{number}"}, agency=agency)
                assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert dropped("too-many-a-day") - before[1] == MOST_WAITING - (MOST_A_DAY - 1)
    assert dropped("queue-full") - before[0] == MOST_WAITING - (MOST_WAITING - (MOST_A_DAY - 1))

    async def are_written() -> bool:
        return await ingest.count("refused_attempt") == MOST_WAITING + 1

    await until(are_written, "everything that was not dropped is written")


async def until_waiting(ingest: Ingest) -> None:
    async def is_waiting() -> bool:
        async with ingest.database.transaction() as connection:
            return bool(
                await connection.fetchval(
                    "select count(*) from pg_locks where not granted and relation = 'refused_attempt'::regclass"
                )
            )

    await until(is_waiting, "the writer waits for the table")


async def test_pages_lead_to_every_attempt_once(ingest: Ingest) -> None:
    for number in range(5):
        await ingest.post({**WRONG, "note": f"{number}"})
    everything = await kept(ingest, 5)
    seen: list[dict[str, Any]] = []
    path: str | None = "/v1/submissions/refused?limit=2"
    while path:
        page = (await ingest.get(path)).json()
        seen += page["refused"]
        cursor = page["next_cursor"]
        path = f"/v1/submissions/refused?limit=2&cursor={cursor}" if cursor else None
    assert seen == everything


async def test_who_names_another_agency_is_not_shown_to_it(ingest: Ingest) -> None:
    refusal = await ingest.post({**BODY, "agency": "so-tai-chinh"})
    assert refusal.status_code == httpx.codes.FORBIDDEN
    await kept(ingest, 1)
    assert await shown(ingest, agency="so-tai-chinh") == []
    assert len(await shown(ingest, agency=LEAD)) == 1
    assert len(await shown(ingest, "agency=so-noi-vu", agency=LEAD)) == 1
    assert await shown(ingest, "agency=so-tai-chinh", agency=LEAD) == []
