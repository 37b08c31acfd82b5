"""Who may ask each route of the three services, and that nothing else stands open."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import httpx
import pytest
from fastapi.routing import APIRoute

from services.ingest import settings as ingest_settings
from services.ingest import wiring as ingest
from services.notify import settings as notify_settings
from services.notify import wiring as notify
from services.scoring import settings as scoring_settings
from services.scoring import wiring as scoring
from shared.events.vocabulary import Scope
from shared.runtime.clock import TIMEZONE, SteppedClock
from shared.runtime.database import Database
from shared.runtime.http.access import ByLinkOrKey, access_of
from shared.runtime.process.server import application
from shared.runtime.process.service import Service

GIVEN: Final[dict[str, Any]] = {
    "database_url": "postgresql://nobody@127.0.0.1:9/none",  # a request that is refused reaches no database
    "kafka_bootstrap_servers": "127.0.0.1:9",
    "key_pepper": "a pepper only for tests",
}
ANY: Final = frozenset(Scope)
SCOPES: Final = {
    ("POST", "/v1/submissions"): {Scope.SUBMIT},
    ("GET", "/v1/submissions/{submission}"): ANY,
    ("GET", "/v1/submissions"): ANY,
    ("GET", "/v1/submissions/refused"): ANY,
    ("GET", "/v1/submissions/{submission}/differences"): ANY,
    ("GET", "/v1/obligations"): ANY,
    ("GET", "/v1/decisions"): ANY,
    ("POST", "/v1/submissions/{submission}/withdrawal"): {Scope.SUBMIT},
    ("POST", "/v1/submissions/{submission}/review"): {Scope.ADMIN},
    ("GET", "/v1/plans/{plan}"): ANY,
    ("GET", "/v1/templates/{plan}/{agency}/{period}.xlsx"): ANY,
    ("POST", "/v1/files"): {Scope.SUBMIT},
    ("GET", "/v1/progress"): ANY,
    ("GET", "/v1/rollups"): ANY,
    ("GET", "/v1/periods"): ANY,
    ("GET", "/v1/adjustments"): ANY,
    ("POST", "/v1/adjustments"): {Scope.ADMIN},
    ("GET", "/v1/adjustments/{number}"): {Scope.READ},
    ("POST", "/v1/adjustments/{number}/decision"): {Scope.ADMIN},
    ("POST", "/v1/what-if"): {Scope.READ},
    ("GET", "/v1/notices"): ANY,
    ("GET", "/v1/previews/{notice}"): ANY,  # or by the link in the mail
}
OPEN: Final = {
    "/", "/docs", "/docs/favicon.png", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/openapi.json",
    "/health/live", "/health/ready", "/metrics",
}  # fmt: skip
"""What tells nothing of anybody: for machines that watch, and for people who read what there is."""


def services() -> list[Service]:
    clock = SteppedClock(datetime(2014, 4, 3, 9, tzinfo=TIMEZONE))
    database = Database(GIVEN["database_url"])
    mail: dict[str, Any] = {"smtp_url": "smtp://127.0.0.1:9"}
    return [
        ingest.build(settings=ingest_settings.Settings(**GIVEN), clock=clock, database=database),
        scoring.build(settings=scoring_settings.Settings(**GIVEN), clock=clock, database=database),
        notify.build(settings=notify_settings.Settings(**GIVEN, **mail), clock=clock, database=database),
    ]


def routes(built: list[Service]) -> Iterator[tuple[str, APIRoute]]:
    for service in built:
        for router in service.routers:
            for route in router.routes:
                assert isinstance(route, APIRoute)
                for method in route.methods or ():
                    yield method, route


async def test_every_route_names_the_scopes_that_open_it() -> None:
    found = {}
    for method, route in routes(services()):
        access = access_of(route)
        assert access is not None
        found[method, route.path] = access.scopes
    assert found == SCOPES


async def test_only_a_letter_is_read_by_a_link() -> None:
    by_link = [route.path for _, route in routes(services()) if isinstance(access_of(route), ByLinkOrKey)]
    assert by_link == ["/v1/previews/{notice}"]


async def test_nothing_else_is_served_than_what_is_for_everybody() -> None:
    app = application(services())
    served = set(paths(app.routes))
    assert served - {path for _, path in SCOPES} == OPEN


@pytest.mark.parametrize("authorization", [None, "Bearer x", "Basic a2V5OnNlY3JldA==", "Bearer ", "bearer key_live_x"])
async def test_no_route_says_anything_without_a_key(authorization: str | None) -> None:
    async with asking() as http:
        for method, path in SCOPES:
            headers = {"Authorization": authorization} if authorization else {}
            answer = await http.request(method, filled(path), headers=headers)
            assert (answer.status_code, answer.json()["faults"][0]["code"]) == (401, "key-needed"), path


async def test_a_path_that_lacks_a_method_names_all_that_it_has() -> None:
    async with asking() as http:
        answer = await http.put("/v1/submissions")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def paths(found: Iterable[Any]) -> Iterator[str]:
    """Return the paths of routes and, where FastAPI keeps a router whole, of what is in it."""
    for each in found:
        if hasattr(each, "original_router"):
            yield from paths(each.original_router.routes)
        else:
            yield each.path


def asking() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=application(services())), base_url="http://tiendo")


def filled(path: str) -> str:
    unknown = "7f0c2a64-3f0e-5b55-9c1e-0a4d6f1b2770"
    named = {"submission": unknown, "notice": unknown, "number": "1"}
    for name in ("submission", "notice", "plan", "agency", "period", "number"):
        path = path.replace(f"{{{name}}}", named.get(name, "x"))
    return path
