"""The feed of decisions: in the order of their commits, none missed, however many are decided at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.ingest.exceptions import store as exceptions
from services.ingest.exceptions.model import Reopening
from services.ingest.reviews import handlers
from services.ingest.submissions.model import Decision, Verdict
from tests.support.databases import DatabaseMaker
from tests.support.ingest import BODY, LEAD, Ingest, ingest_on

OWNER, STRANGER = "so-noi-vu", "so-tai-chinh"


@pytest.fixture
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


async def filed(ingest: Ingest, *, agency: str = OWNER, period: str = "2014-03") -> str:
    return str((await ingest.post({**BODY, "period": period}, agency=agency)).json()["submission"])


async def feed(ingest: Ingest, since: str = "", *, agency: str = LEAD, limit: int = 100) -> tuple[list[Any], str]:
    asked = f"since={since}&" if since else ""
    told = (await ingest.get(f"/v1/decisions?{asked}limit={limit}", agency=agency)).json()
    return told["decisions"], told["next_cursor"]


def reopening(ingest: Ingest, *, agency: str = OWNER) -> Reopening:
    return Reopening("lam-dong-2014", agency, "2014-01", date(2014, 4, 30), "lũ lụt", "Giám đốc Sở", ingest.clock.now())


async def reopens(ingest: Ingest, *, agency: str = OWNER) -> None:
    async with ingest.database.session() as session:
        await exceptions.add(session, reopening(ingest, agency=agency))


async def test_each_decision_is_told_once_in_its_order(ingest: Ingest) -> None:
    assert await feed(ingest) == ([], "0")
    mine, other = await filed(ingest), await filed(ingest, agency=STRANGER)
    await ingest.ask(f"/v1/submissions/{mine}/review", {"outcome": "verified"}, agency=LEAD)
    await ingest.ask(f"/v1/submissions/{other}/withdrawal", {"reason": "Nhầm kỳ"}, agency=STRANGER)
    await reopens(ingest)
    await ingest.ask(f"/v1/submissions/{mine}/review", {"outcome": "returned", "reason": "Sai"}, agency=LEAD)
    await ingest.ask(f"/v1/submissions/{mine}/review", {"outcome": "returned", "reason": "Sai"}, agency=LEAD)
    told, cursor = await feed(ingest)
    assert [(each["decision"], each["submission"], each["agency"]) for each in told] == [
        ("verified", mine, OWNER),
        ("withdrawn", other, STRANGER),
        ("reopened", None, OWNER),
        ("returned", mine, OWNER),
    ]
    assert (told[2]["reopened_until"], told[2]["reason"], told[2]["decided_by"]) == (
        "2014-04-30",
        "lũ lụt",
        "Giám đốc Sở",
    )
    assert (told[3]["revision"], told[3]["period"], told[3]["decided_by"]) == (1, "2014-03", LEAD)
    assert await feed(ingest, cursor) == ([], cursor)
    parts: list[Any] = []
    since = ""
    while (part := await feed(ingest, since, limit=1))[0]:
        parts += part[0]
        since = part[1]
    assert parts == told


async def test_a_decision_that_is_committed_late_is_not_passed_over(ingest: Ingest) -> None:
    """What was begun first and committed last comes last; nobody who asked meanwhile has gone past it."""
    slow, quick = await filed(ingest), await filed(ingest, agency=STRANGER)
    verified = Decision(Verdict.VERIFIED, None, decided_by=LEAD, decided_at=ingest.clock.now())
    async with ingest.database.session() as session:
        await handlers.review(session, UUID(slow), verified)
        at_once = asyncio.create_task(
            ingest.ask(f"/v1/submissions/{quick}/review", {"outcome": "verified"}, agency=LEAD)
        )
        told, cursor = await feed(ingest)
        assert told == []
        finished, _ = await asyncio.wait([at_once], timeout=0.5)
        assert not finished, "positions are given out one transaction after another"
        assert await feed(ingest, cursor) == ([], "0")
    assert (await at_once).is_success
    told, _ = await feed(ingest, cursor)
    assert [each["submission"] for each in told] == [slow, quick]


async def test_who_reads_on_while_many_decide_at_once_misses_none_and_hears_none_twice(ingest: Ingest) -> None:
    periods = ("2014-02", "2014-03")
    filings = [await filed(ingest, agency=agency, period=period) for agency in (OWNER, STRANGER) for period in periods]
    read: list[Any] = []

    async def read_on() -> None:
        since = ""
        while len(read) < 3 * len(filings):
            told, since = await feed(ingest, since, limit=2)
            read.extend(told)
            await asyncio.sleep(0)

    async def decide(submission: str) -> None:
        review = f"/v1/submissions/{submission}/review"
        assert (await ingest.ask(review, {"outcome": "verified"}, agency=LEAD)).is_success
        await reopens(ingest)
        assert (await ingest.ask(review, {"outcome": "returned", "reason": "Sai"}, agency=LEAD)).is_success

    async with asyncio.timeout(60):
        await asyncio.gather(read_on(), *map(decide, filings))
    everything, _ = await feed(ingest)
    assert read == everything
    assert len(everything) == 3 * len(filings)


async def test_a_decision_that_fails_leaves_no_gap(ingest: Ingest) -> None:
    async with ingest.database.session() as session:
        await exceptions.add(session, reopening(ingest))
        await session.rollback()
    await reopens(ingest)
    assert (await feed(ingest))[1] == "1"


async def test_an_agency_is_told_only_what_concerns_it(ingest: Ingest) -> None:
    await reopens(ingest, agency=STRANGER)
    assert await feed(ingest, agency=OWNER) == ([], "0")
    await reopens(ingest)
    told, cursor = await feed(ingest, agency=OWNER)
    assert ([each["agency"] for each in told], cursor) == ([OWNER], "2")
