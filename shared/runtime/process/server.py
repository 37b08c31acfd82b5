"""Serves services over HTTP: their routes, health and metrics, on one port."""

import asyncio
import errno
import socket
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any, Final

import uvicorn
from fastapi import APIRouter, FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.errors import StartFailure
from shared.runtime.http.access import refuse_open_routes
from shared.runtime.http.bodies import HELD
from shared.runtime.http.docs_page import About, described, docs_router
from shared.runtime.http.examples import show_whole_examples
from shared.runtime.http.problems import answer_with_problems
from shared.runtime.http.protocol import BoundedProtocol
from shared.runtime.http.requests import host_names, refusal_of
from shared.runtime.process.health import health_router, readiness_of
from shared.runtime.process.service import Endpoint, Service

_START_LOOK_SECONDS: Final = 0.01
_RECEIVE_BYTES: Final = 64 * 1024
_SEND_BYTES: Final = 64 * 1024
_PIECE_BYTES: Final = 64 * 1024
_LINKS: Final = {
    "/docs": About("giao diện lập trình (API): xem và thử", "the API, to read and to try"),
    "/health/ready": About("tình trạng của hệ thống", "whether all is as it should be"),
}
_NO_LINKS: Final[Mapping[str, About]] = {}


class Application(FastAPI):
    """FastAPI, but what is busy is answered without passing its layers, which took a sixth of the processor time.

    A busy endpoint is a route as well, so that it is documented; middleware does not see it. What no request may have
    is refused before either.
    """

    def __init__(
        self, *, busy: Mapping[tuple[str, str], Endpoint], hosts: Collection[str] = (), **options: Any
    ) -> None:
        super().__init__(**options)
        self._busy = busy
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is busy, and leave the rest to FastAPI."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        try:
            if refusal := refusal_of(scope, hosts=self._hosts):
                await refusal(scope, receive, send)
            elif endpoint := self._busy.get((scope["method"], scope["path"])):
                response = await endpoint(Request(scope, receive, send))
                await response(scope, receive, send)
            else:
                await super().__call__(scope, receive, partial(_send_in_pieces, send))
        finally:
            HELD.release(scope)


async def _send_in_pieces(send: Send, message: Message) -> None:
    """Send a large body as the client reads it: as a whole it would be copied for each one that does not."""
    body = message.get("body", b"")
    if len(body) <= _PIECE_BYTES:
        await send(message)
        return
    for begin in range(0, len(body), _PIECE_BYTES):
        is_last = begin + _PIECE_BYTES >= len(body)
        piece = bytes(body[begin : begin + _PIECE_BYTES])
        await send({**message, "body": piece, "more_body": not is_last or message.get("more_body", False)})


def application(
    services: Sequence[Service],
    *,
    extra: Sequence[APIRouter] = (),
    links: Mapping[str, About] = _NO_LINKS,
    allowed_hosts: str = "",
) -> FastAPI:
    """Return the web application of these services; its first page also names `links`.

    Requests for another host than `allowed_hosts`, separated by commas, are refused; empty allows any.

    Raises:
        RuntimeError: a route of a service does not say who may ask.
    """
    for service in services:
        refuse_open_routes(service.routers)

    def rehearsed_at() -> datetime | None:
        return next((each.clock.now() for each in services if each.clock.is_rehearsal), None)

    told = {service.name: service.about for service in services}
    app = Application(
        busy={key: endpoint for service in services for key, endpoint in service.busy.items()},
        hosts=host_names(allowed_hosts),
        title="Tiendo",
        version="1",
        description=described(told),
        docs_url=None,  # FastAPI's own asks a CDN for its looks
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be made of what the client calls us, and send its key there
        separate_input_output_schemas=False,
    )
    answer_with_problems(app)
    pages = docs_router(app, services=told, links={**_LINKS, **links}, rehearsed_at=rehearsed_at)
    health = health_router([*told], partial(readiness_of, services))
    # Routers are asked in turn: those that are busy come first.
    routers = [*chain.from_iterable(each.routers for each in services), health, pages, *extra]
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
    # Named as TCP, so that asyncio knows it; connections have the listener's options. Without TCP_NODELAY each answer
    # waits for the client's delayed acknowledgement, 40 ms; the buffers bound what is read of one client at once, and
    # what the system keeps of an answer that nobody reads, which is 4 MiB otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be taken ({error.strerror})"
        raise StartFailure(f"port {port} on {host} {why}; set PORT to a free one") from None
    listener.listen(2048)
    return listener


class Server(uvicorn.Server):
    """The HTTP server, which leaves signals to the program that runs it."""

    _serving: asyncio.Task[None] | None = None

    async def start(self, listener: socket.socket) -> None:
        """Serve on this socket from now on."""
        self._serving = asyncio.create_task(self.serve(sockets=[listener]))
        while not self.started and not self._serving.done():  # noqa: ASYNC110  uvicorn tells nobody
            await asyncio.sleep(_START_LOOK_SECONDS)

    async def until_it_ends(self) -> None:
        """Wait until the server ends, by itself or because it was stopped."""
        if self._serving is not None:
            await asyncio.wait([self._serving])  # whoever is cancelled here still has the server to stop
            await self._serving

    async def stop(self) -> None:
        """Answer who is being asked and take nobody else; nothing where that was done."""
        self.should_exit = True
        await self.until_it_ends()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def web_server(app: ASGIApp) -> Server:
    """Return the HTTP server for an application."""
    return Server(
        uvicorn.Config(
            app,
            http=BoundedProtocol,
            ws="none",
            log_level="warning",
            log_config=None,  # ours takes in what uvicorn tells
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            timeout_keep_alive=30,
            server_header=False,
            proxy_headers=False,  # nothing here depends on whom a client says it is
        )
    )
