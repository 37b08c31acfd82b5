"""Serves services over HTTP: their routes, health and metrics, on one port."""

import asyncio
import errno
import gc
import socket
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any, Final, Protocol, TypeVar

import uvicorn
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import Receive, Scope, Send
from uvicorn.loops.auto import auto_loop_factory

from shared.runtime.anchors import clock_for
from shared.runtime.clock import Clock
from shared.runtime.database import Database, hides_password
from shared.runtime.docs_page import docs_router
from shared.runtime.errors import StartFailure
from shared.runtime.examples import show_whole_examples
from shared.runtime.logging import get_logger
from shared.runtime.problems import answer_with_problems
from shared.runtime.service import Endpoint, Service
from shared.runtime.settings import RuntimeSettings

_log = get_logger(__name__)
_SWITCH_SECONDS: Final = 0.0005  # a tenth of what is usual
_GC_THRESHOLDS: Final = (
    200_000,
    20,
    50,
)  # Python's own are (700, 10, 10); a batch of events makes 80,000 and frees them
_LINKS: Final = {"/docs": "the API, to read and to try", "/health/ready": "whether all is as it should be"}
_NO_LINKS: Final[Mapping[str, str]] = {}

SettingsT_contra = TypeVar("SettingsT_contra", bound=RuntimeSettings, contravariant=True)


def health_router(services: Sequence[Service]) -> APIRouter:
    """Return `/health/live`, `/health/ready` and `/metrics` for these services."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, object]:
        return {"live": True, "services": [service.name for service in services]}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        faults = {service.name: await service.faults() for service in services}
        warnings = {service.name: found for service in services if (found := await service.warnings())}
        is_ready = not any(faults.values())
        clock = services[0].clock
        body = {
            "ready": is_ready,
            "faults": faults,
            "warnings": warnings,
            "now": clock.now().isoformat(timespec="seconds"),
            "is_rehearsal": clock.is_rehearsal,
        }
        return JSONResponse(body, status_code=200 if is_ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


class Application(FastAPI):
    """FastAPI, but what is busy is answered without passing its layers, which took a sixth of the processor time.

    A busy endpoint is a route as well, so that it is documented; middleware does not see it.
    """

    def __init__(self, *, busy: Mapping[tuple[str, str], Endpoint], **options: Any) -> None:
        super().__init__(**options)
        self._busy = busy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is busy, and leave the rest to FastAPI."""
        endpoint = self._busy.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await super().__call__(scope, receive, send)
            return
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


def application(
    services: Sequence[Service], *, extra: Sequence[APIRouter] = (), links: Mapping[str, str] = _NO_LINKS
) -> FastAPI:
    """Return the web application that starts and stops with these services; its first page also names `links`."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.gather(*(service.start() for service in services))
        try:
            yield
        finally:
            await asyncio.gather(*(service.stop() for service in services))

    app = Application(
        busy={key: endpoint for service in services for key, endpoint in service.busy.items()},
        title="Tiendo",
        version="1",
        docs_url=None,  # FastAPI's own asks a CDN for its looks
        redoc_url=None,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    answer_with_problems(app)
    pages = docs_router(app, links={**_LINKS, **links})
    # Routers are asked in turn: those that are busy come first.
    routers = [*chain.from_iterable(each.routers for each in services), health_router(services), pages, *extra]
    for router in routers:
        app.include_router(router)
    show_whole_examples(app, routers)
    return app


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket listening on host and port; port 0 takes a free one.

    Raises:
        StartFailure: the port is in use or not ours to take; the sentence says which variable changes it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be taken ({error.strerror})"
        raise StartFailure(f"port {port} on {host} {why}; set PORT to a free one") from None
    listener.listen(2048)
    return listener


def web_server(app: FastAPI) -> uvicorn.Server:
    """Return the HTTP server for an application; it serves on sockets given to it."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            log_config=None,  # ours takes in what uvicorn tells
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=5,
            timeout_keep_alive=30,
            server_header=False,
            proxy_headers=False,  # nothing here depends on whom a client says it is
        )
    )


class Build(Protocol[SettingsT_contra]):
    """A service's `wiring.build`: puts its parts together on an open database."""

    def __call__(self, *, settings: SettingsT_contra, clock: Clock, database: Database) -> Service:
        """Return the service, wired but not yet running."""


async def run_service(settings: SettingsT_contra, build: Build[SettingsT_contra]) -> None:
    """Run one service as a process of its own until SIGTERM or SIGINT.

    Raises:
        StartFailure: the port cannot be taken, or the database refuses us.
    """
    listener = listening_socket(settings.host, settings.port)
    database = Database(settings.database_url, pool_size=settings.database_pool_size)
    await database.open()
    clock = await clock_for(settings.clock_start, database=database)
    service = build(settings=settings, clock=clock, database=database)
    _log.info(
        "started",
        port=listener.getsockname()[1],
        now=clock.now().isoformat(timespec="seconds"),
        is_rehearsal=clock.is_rehearsal,
        kafka=settings.kafka_bootstrap_servers,
        database=hides_password(settings.database_url),
    )
    await web_server(application([service])).serve(sockets=[listener])


def run_program(work: Coroutine[Any, Any, None]) -> None:
    """Run a program of ours to its end, on uvloop where the system has it.

    What was loaded is taken out of garbage collection and the rest is collected in larger steps, because the many
    short-lived events made the collector take a fifth of the processor time. Threads beside the event loop, which need
    Python for a moment only, get it soon: otherwise they and the loop wait for each other.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    sys.setswitchinterval(_SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(work)


async def serve(services: Sequence[Service], *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        StartFailure: the port cannot be taken.
    """
    listener = listening_socket(host, port)
    await web_server(application(services)).serve(sockets=[listener])
