"""Health tells liveness and readiness apart, also before there is a service to ask."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from shared.runtime.clock import SteppedClock
from shared.runtime.process.health import Front, health_router, readiness_of


@dataclass
class Patient:
    """Stands where a service stands, with the faults a test wants."""

    name: str
    found: list[str]
    clock: SteppedClock
    warned: tuple[str, ...] = ()

    def faults(self) -> list[str]:
        return self.found

    def warnings(self) -> list[str]:
        return list(self.warned)


def patient(name: str, *found: str) -> Any:
    return Patient(name, list(found), SteppedClock(datetime(2014, 4, 3, 2, tzinfo=UTC)))


def health_of(*services: Any) -> APIRouter:
    return health_router([each.name for each in services], partial(readiness_of, services))


async def asked(path: str, *services: Any) -> httpx.Response:
    app = FastAPI()
    app.include_router(health_of(*services))
    return await answer_of(app, path)


async def answer_of(app: Any, path: str) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tiendo.example") as client:
        return await client.get(path)


async def test_a_service_without_faults_is_ready_and_tells_its_rehearsal() -> None:
    answer = await asked("/health/ready", patient("ingest"))
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "faults": {"ingest": []},
        "warnings": {},
        "now": "2014-04-03T09:00:00+07:00",
        "is_rehearsal": True,
    }


async def test_one_fault_makes_all_unready_and_is_named() -> None:
    answer = await asked("/health/ready", patient("ingest"), patient("scoring", "database away"))
    assert answer.status_code == 503
    assert answer.json()["faults"] == {"ingest": [], "scoring": ["database away"]}


async def test_a_warning_is_named_and_leaves_the_service_ready() -> None:
    warned = patient("ingest")
    warned.warned = ("the oldest event in the outbox has waited for 20 s",)
    answer = await asked("/health/ready", warned)
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["warnings"] == {"ingest": ["the oldest event in the outbox has waited for 20 s"]}


async def test_a_service_that_is_not_ready_is_alive() -> None:
    answer = await asked("/health/live", patient("scoring", "database away"))
    assert answer.status_code == 200
    assert answer.json() == {"live": True, "services": ["scoring"]}


async def test_metrics_are_what_prometheus_reads() -> None:
    answer = await asked("/metrics", patient("ingest"))
    assert "tiendo_events_applied_total" in answer.text


async def test_before_the_start_it_is_alive_and_says_what_it_waits_for() -> None:
    front = Front(["scoring"])
    front.wait_for("database away: refused")
    assert (await answer_of(front, "/health/live")).json() == {"live": True, "services": ["scoring"]}
    ready = await answer_of(front, "/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert ready.json()["faults"] == {"scoring": ["database away: refused"]}
    assert "tiendo_" in (await answer_of(front, "/metrics")).text


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/progress", "/v1/submissions/7"])
async def test_while_something_is_awaited_everything_else_is_to_be_tried_again(path: str) -> None:
    front = Front(["scoring"])
    front.wait_for("database away: refused")
    answer = await answer_of(front, path)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "2")


async def test_after_the_start_the_application_behind_answers() -> None:
    front, behind = Front(["scoring"]), FastAPI()
    behind.include_router(health_of(patient("scoring")))
    front.open(behind)
    assert (await answer_of(front, "/health/ready")).json()["ready"]


async def test_who_asks_during_a_start_is_answered_at_its_end() -> None:
    front, behind = Front(["scoring"]), FastAPI()
    asking = asyncio.create_task(answer_of(front, "/v1/progress"))
    assert (await answer_of(front, "/health/live")).is_success

    @behind.get("/v1/progress")
    async def progress() -> str:
        return "on track"

    assert not asking.done()
    front.open(behind)
    assert (await asking).json() == "on track"


async def test_who_asks_during_a_start_is_not_kept_waiting_once_it_fails_to_go_on() -> None:
    front = Front(["scoring"])
    asking = asyncio.create_task(answer_of(front, "/v1/progress"))
    assert (await answer_of(front, "/health/live")).is_success
    front.wait_for("database away: refused")
    assert (await asking).status_code == 503
