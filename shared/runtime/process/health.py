"""Health and metrics of services, answered from the first second, also while what they stand on is awaited."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.runtime.http.problems import away
from shared.runtime.process.service import Service

_ALWAYS_ANSWERED: Final = ("/health/", "/metrics")
_START_SECONDS: Final = 10.0  # a start that goes well takes less than one
_ANY_METHOD: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def health_router(services: Sequence[str], readiness: Callable[[], dict[str, Any]]) -> APIRouter:
    """Return `/health/live`, `/health/ready` and `/metrics` for services of these names."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, object]:
        return {"live": True, "services": list(services)}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        found = readiness()
        is_ready = not any(found["faults"].values())
        return JSONResponse({"ready": is_ready, **found}, status_code=200 if is_ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def readiness_of(services: Sequence[Service]) -> dict[str, Any]:
    """Return what keeps services from being ready, what is wrong beside it, and the clock that they live by."""
    clock = services[0].clock
    return {
        "faults": {service.name: service.faults() for service in services},
        "warnings": {service.name: found for service in services if (found := service.warnings())},
        "now": clock.now().isoformat(timespec="seconds"),
        "is_rehearsal": clock.is_rehearsal,
    }


class Front:
    """An application that answers health at once, and leaves all to the one behind it as soon as there is one.

    Whoever asks for something else during a start that goes well waits for its end, so that a further process can be
    added beside others without anybody being refused; where something is awaited the answer is to try again.
    """

    def __init__(self, services: Sequence[str]) -> None:
        self.waits_for = "starting"
        """What keeps the services from starting, for `/health/ready`."""
        self._services = list(services)
        self._behind: ASGIApp = self._starting()
        self._is_told = asyncio.Event()  # that it has started, or that it cannot yet

    def wait_for(self, what: str) -> None:
        """Say in `/health/ready` what is awaited."""
        self.waits_for = what
        self._is_told.set()

    def open(self, application: ASGIApp) -> None:
        """Leave every request from now on to the application of the started services."""
        self._behind = application
        self._is_told.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the application behind answer."""
        if not self._is_told.is_set() and not scope["path"].startswith(_ALWAYS_ANSWERED):
            with suppress(TimeoutError):
                async with asyncio.timeout(_START_SECONDS):
                    await self._is_told.wait()
        await self._behind(scope, receive, send)

    def _starting(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.include_router(health_router(self._services, self._readiness))

        @app.api_route("/{path:path}", methods=_ANY_METHOD)
        async def not_yet() -> Response:
            return away()

        return app

    def _readiness(self) -> dict[str, Any]:
        faults = {service: [self.waits_for] for service in self._services}
        return {"faults": faults, "warnings": {}, "now": None, "is_rehearsal": None}
