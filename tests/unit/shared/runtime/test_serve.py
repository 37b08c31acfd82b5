"""A port that cannot be taken is said in one sentence; health tells liveness and readiness apart."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.runtime.clock import SteppedClock
from shared.runtime.errors import StartFailure
from shared.runtime.serve import health_router, listening_socket


@dataclass
class Patient:
    """Stands where a service stands, with the faults a test wants."""

    name: str
    found: list[str]
    clock: SteppedClock
    warned: tuple[str, ...] = ()

    async def faults(self) -> list[str]:
        return self.found

    async def warnings(self) -> list[str]:
        return list(self.warned)


def patient(name: str, *found: str) -> Any:
    return Patient(name, list(found), SteppedClock(datetime(2014, 4, 3, 2, tzinfo=UTC)))


async def asked(path: str, *services: Any) -> httpx.Response:
    app = FastAPI()
    app.include_router(health_router(services))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tiendo.example") as client:
        return await client.get(path)


@pytest.fixture
def taken() -> Iterator[int]:
    """Lend a port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_in_use_is_named_with_what_changes_it(taken: int) -> None:
    with pytest.raises(StartFailure, match=f"port {taken} on 127.0.0.1 is in use; set PORT to a free one"):
        listening_socket("127.0.0.1", taken)


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(StartFailure, match=r"port 0 on 192\.0\.2\.1 cannot be taken"):
        listening_socket("192.0.2.1", 0)


def test_port_0_takes_a_free_one() -> None:
    with listening_socket("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


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
