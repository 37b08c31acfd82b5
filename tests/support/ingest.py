"""Ingest over HTTP on a database of its own, with the plan of 2014 loaded."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
import orjson

from services.ingest import wiring
from services.ingest.persons.cli import issue_keys
from services.ingest.plans.cli import load_plan
from services.ingest.settings import Settings
from shared.events.vocabulary import Scope
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.process.server import application
from shared.runtime.process.service import Service
from tests.support.outboxes import waiting
from tests.support.waiting import until

PLAN: Final = Path(__file__).parents[2] / "plans" / "lam-dong-2014"
PEPPER: Final = "a pepper for tests only"
NOBODY: Final = "127.0.0.1:9"  # no Kafka: ingest answers all the same
LEAD: Final = "so-thong-tin-va-truyen-thong"
JSON: Final = {"Content-Type": "application/json"}
BODY: Final[dict[str, Any]] = {
    "plan": "lam-dong-2014",
    "period": "2014-03",
    "observations": [{"indicator": "edoc-exchange", "numerator": 412, "denominator": 510}],
}


@dataclass
class Ingest:
    """Ingest with the plan loaded and a key for each agency asked for; the lead agency's decides for the province."""

    http: httpx.AsyncClient
    database: Database
    clock: SteppedClock
    keys: dict[str, str]
    service: Service

    async def post(self, body: object = None, *, agency: str = "so-noi-vu", **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.ask("/v1/submissions", BODY if body is None else body, agency=agency, headers=named)

    async def ask(
        self, path: str, body: object, *, agency: str = "so-noi-vu", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Post any body, as JSON where it is no bytes, to any path, by an agency's key."""
        key = {"Authorization": f"Bearer {self.keys[agency]}"}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.post(path, content=content, headers=key | JSON | (headers or {}))

    async def insist(self, body: object = None, *, agency: str = "so-noi-vu", **headers: str) -> httpx.Response:
        """Post a submission again while the answer is 503, as a client does."""
        answer = await self.post(body, agency=agency, **headers)

        async def is_answered() -> bool:
            nonlocal answer
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                answer = await self.post(body, agency=agency, **headers)
            return answer.status_code != httpx.codes.SERVICE_UNAVAILABLE

        await until(is_answered, "a submission is answered")
        return answer

    async def get(self, path: str, *, agency: str = "so-noi-vu") -> httpx.Response:
        return await self.http.get(path, headers={"Authorization": f"Bearer {self.keys[agency]}"})

    async def count(self, table: str) -> int:
        async with self.database.transaction() as connection:
            return int(await connection.fetchval(f"select count(*) from {table}"))  # noqa: S608  our own table names

    async def outbox(self) -> list[dict[str, Any]]:
        """Return the submission events that wait for Kafka, in order."""
        async with self.database.transaction() as connection:
            records = await waiting(connection)
        return [orjson.loads(each.value or b"") for each in records if each.topic == "submissions"]


@asynccontextmanager
async def ingest_on(url: str) -> AsyncIterator[Ingest]:
    """Lend ingest on this database until the block ends; it is 3 April 2014, March is over and not due yet."""
    database = Database(url)
    await database.open()
    clock = SteppedClock(datetime.fromisoformat("2014-04-03T09:00+07:00"))
    await load_plan(PLAN, database=database, clock=clock)
    agencies = ["so-noi-vu", "so-tai-chinh", "ubnd-huyen-lac-duong"]
    keys = await issue_keys(agencies, database=database, clock=clock, pepper=PEPPER)
    keys |= await issue_keys([LEAD], database=database, clock=clock, pepper=PEPPER, scopes=(Scope.READ, Scope.ADMIN))
    settings = Settings(database_url=url, kafka_bootstrap_servers=NOBODY, key_pepper=PEPPER)
    service = wiring.build(settings=settings, clock=clock, database=database)
    app = application([service])
    await service.start()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://ingest") as http:
        yield Ingest(http, database, clock, keys, service)
    await service.stop()
