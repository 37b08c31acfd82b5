"""What the DIC types to reopen a locked period, and what the agency is told before, meanwhile and after."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from migrations.run import differences
from services.ingest import wiring
from services.ingest.exceptions.cli import recorded_reopenings, reopen_period
from services.ingest.exceptions.model import Reopening
from services.ingest.exceptions.rules import ReopeningState
from services.ingest.persons.cli import issue_keys
from services.ingest.plans.cli import load_plan
from services.ingest.settings import Settings
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure
from shared.runtime.process.server import application
from tests.support.commands import typed_to
from tests.support.databases import DatabaseMaker

PLAN = Path(__file__).parents[2] / "plans" / "lam-dong-2014"
PEPPER = "a pepper for tests only"
NOBODY = "127.0.0.1:9"  # no Kafka: ingest answers all the same
MARCH: dict[str, str] = {"plan": PLAN.name, "agency": "so-noi-vu", "period": "2014-03"}
BODY = {
    "plan": PLAN.name,
    "period": "2014-03",
    "observations": [{"indicator": "edoc-exchange", "numerator": 412, "denominator": 510}],
}


@dataclass
class Office:
    """Ingest with two agencies' keys, on a day on which March is locked."""

    http: httpx.AsyncClient
    database: Database
    clock: SteppedClock
    keys: dict[str, str]

    async def files(self, *, agency: str = "so-noi-vu") -> httpx.Response:
        key = {"Authorization": f"Bearer {self.keys[agency]}", "Content-Type": "application/json"}
        return await self.http.post("/v1/submissions", content=orjson.dumps(BODY), headers=key)

    async def reopens(self, *, until: str, reason: str = "mất điện", **other: str) -> None:
        await reopen_period(
            plan=PLAN.name,
            agency=other.get("agency", "so-noi-vu"),
            period=other.get("period", "2014-03"),
            last_on=date.fromisoformat(until),
            reason=reason,
            by="Giám đốc Sở",
            database=self.database,
            clock=self.clock,
        )

    async def recorded(self) -> list[tuple[Reopening, ReopeningState]]:
        return await recorded_reopenings(plan=None, agency=None, database=self.database, clock=self.clock)

    async def until_honoured(self, status: int) -> httpx.Response:
        """Return the first answer of this status, which comes within a few seconds of what was typed."""
        async with asyncio.timeout(5):
            while (answer := await self.files()).status_code != status:  # noqa: ASYNC110  as a client would
                await asyncio.sleep(0.1)
        return answer


@pytest.fixture
async def office(make_database: DatabaseMaker) -> AsyncIterator[Office]:
    url = await make_database("ingest")
    database = Database(url)
    await database.open()
    clock = SteppedClock(datetime.fromisoformat("2014-05-12T09:00+07:00"))
    await load_plan(PLAN, database=database, clock=clock)
    agencies = ["so-noi-vu", "so-tai-chinh"]
    keys = await issue_keys(agencies, database=database, clock=clock, pepper=PEPPER)
    settings = Settings(database_url=url, kafka_bootstrap_servers=NOBODY, key_pepper=PEPPER)
    service = wiring.build(settings=settings, clock=clock, database=database)
    app = application([service])
    await service.start()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://ingest") as http:
        yield Office(http, database, clock, keys)
    await service.stop()


def told(answer: httpx.Response) -> dict[str, Any]:
    (fault,) = answer.json()["faults"]
    assert isinstance(fault, dict)
    return fault


async def test_a_locked_period_says_whom_to_ask(office: Office) -> None:
    answer = await office.files()
    assert (answer.status_code, told(answer)["code"]) == (409, "period-locked")
    assert "Sở Thông tin và Truyền thông" in told(answer)["vi"]
    assert "Department of Information and Communications" in told(answer)["en"]


async def test_a_reopened_period_takes_one_agencys_correction_which_stays_late(office: Office) -> None:
    await office.files()
    await office.reopens(until="2014-05-20")
    assert (await office.until_honoured(202)).json()["revision"] == 1
    assert (await office.files(agency="so-tai-chinh")).status_code == 409
    async with office.database.transaction() as connection:
        event = orjson.loads(await connection.fetchval("select event from submission"))
    due_on = next(
        period["due_on"]
        for period in (await office.http.get("/v1/plans/lam-dong-2014", headers=_key(office))).json()["periods"]
        if period["id"] == "2014-03"
    )
    assert event["data"]["filed_at"] > due_on  # by which scoring and notify call it late


async def test_an_exception_ends_by_itself_and_with_a_later_one(office: Office) -> None:
    await office.reopens(until="2014-05-20")
    await office.until_honoured(202)
    office.clock.advance_to(datetime.fromisoformat("2014-05-20T23:59:59+07:00"))
    assert (await office.files()).status_code == 202
    office.clock.advance_to(datetime.fromisoformat("2014-05-21T00:00+07:00"))
    assert "2014-05-21" in told(await office.files())["en"]
    await office.reopens(until="2014-06-30")
    await office.until_honoured(202)
    await office.reopens(until="2014-05-21", reason="nhầm ngày")
    office.clock.advance_to(datetime.fromisoformat("2014-05-22T08:00+07:00"))
    await office.until_honoured(409)
    assert [state for _, state in await office.recorded()] == [
        ReopeningState.REPLACED,
        ReopeningState.REPLACED,
        ReopeningState.ENDED,
    ]


async def test_what_cannot_be_reopened_is_told_all_at_once_and_not_recorded(office: Office) -> None:
    sign = "It holds signs that are not taken: U+200B ZERO WIDTH SPACE at position 3"
    with pytest.raises(StartFailure) as refused:
        await office.reopens(until="2014-05-01", agency="so-khong-co", period="2014-Q1", reason="lũ\u200blụt")
    assert str(refused.value).splitlines() == [
        "not reopened:",
        f"--reason cannot be taken: {sign}; delete or retype them.",
        "--until 2014-05-01 is past; accepted: 2014-05-12 or later",
        "plan lam-dong-2014 has no agency so-khong-co; accepted: one of the 175 that report in it",
        "plan lam-dong-2014 has no period 2014-Q1; accepted: 2014-01 … 2014-12",
    ]
    assert await office.recorded() == []


async def test_the_migrated_database_is_the_one_in_the_code(office: Office) -> None:
    assert await differences("ingest", office.database.url) == []


async def test_what_an_operator_types_is_recorded_and_listed(office: Office) -> None:
    url = office.database.url
    words = [f"--{name}={value}" for name, value in MARCH.items()]
    granted = ("--until=2090-05-20", "--reason=lũ lụt", "--by=Phó Giám đốc")
    assert await _typed("reopen", *words, *granted, url=url) == (
        0,
        "2014-03 takes corrections of so-noi-vu until 2090-05-20, that day included\n",
        "",
    )
    status, said, _ = await _typed("exceptions", "--plan=lam-dong-2014", url=url)
    line = "lam-dong-2014 2014-03 so-noi-vu until 2090-05-20, in force; Phó Giám đốc on "
    assert (status, said.startswith(line), said.endswith(": lũ lụt\n")) == (0, True, True)
    assert await _typed("exceptions", "--agency=so-tai-chinh", url=url) == (0, "", "")
    status, _, complained = await _typed("reopen", *words, "--until=2014-05-01", *granted[1:], url=url)
    assert (status, complained.splitlines()[0]) == (1, "tiendo: not reopened:")
    assert "--until 2014-05-01 is past" in complained


def _key(office: Office) -> dict[str, str]:
    return {"Authorization": f"Bearer {office.keys['so-noi-vu']}"}


async def _typed(*arguments: str, url: str) -> tuple[int, str, str]:
    settings = {"DATABASE_URL": url, "KAFKA_BOOTSTRAP_SERVERS": NOBODY, "KEY_PEPPER": PEPPER}
    return await typed_to("services.ingest", "periods", *arguments, **settings)
