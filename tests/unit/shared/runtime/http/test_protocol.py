"""What a client may send, queue and hold open, on real sockets."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from fastapi import Request, Response

from shared.runtime.auth.key_ring import Holder
from shared.runtime.http import protocol
from shared.runtime.http.bodies import MOST_BODY_BYTES, read_json
from shared.runtime.http.problems import Refused, answer_with_problems
from shared.runtime.http.protocol import BoundedProtocol
from shared.runtime.process.server import Application, listening_socket, web_server
from tests.support.waiting import until

HOLDER = Holder("prefix", "so-noi-vu", frozenset())
Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Open = Callable[[], Awaitable[Opened]]


class Lengths:
    """Answers how long a body was; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.is_free = asyncio.Event()
        self.is_free.set()

    async def __call__(self, request: Request) -> Response:
        self.asked += 1
        await self.is_free.wait()
        try:
            body = await read_json(request, holder=HOLDER, parse=bytes)
        except Refused as refused:
            return refused.answer
        return Response(str(len(body)))


@pytest.fixture
async def lengths() -> Lengths:
    return Lengths()


@pytest.fixture
async def opened(lengths: Lengths) -> AsyncIterator[Open]:
    async with serving(lengths) as connect:
        yield connect


@asynccontextmanager
async def serving(lengths: Lengths) -> AsyncIterator[Open]:
    app = Application(busy={("POST", "/"): lengths})
    answer_with_problems(app)

    @app.get("/much")
    async def much() -> Response:
        return Response(b"x" * 8_000_000)

    listener = listening_socket("127.0.0.1", 0)
    server = web_server(app)
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    writers = []

    async def connect() -> Opened:
        reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
        writers.append(writer)
        return reader, writer

    try:
        yield connect
    finally:
        for writer in writers:
            writer.close()
        await server.shutdown(sockets=[listener])


def post(body: bytes = b"{}", *headers: str, length: int | None = None) -> bytes:
    """Return a request with this body, or one that announces another length."""
    lines = ["POST / HTTP/1.1", "Host: x", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def answered(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the next answer."""
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)).decode()
    status, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(status.split()[1]), headers, await reader.readexactly(int(headers.get("content-length", 0)))


async def refused(reader: asyncio.StreamReader) -> tuple[int, str]:
    """Return status and code of a problem after which the connection is closed."""
    status, headers, body = await answered(reader)
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    return status, orjson.loads(body)["faults"][0]["code"]


async def is_closed(reader: asyncio.StreamReader) -> bool:
    with contextlib.suppress(ConnectionError):
        await asyncio.wait_for(reader.read(), 20)
    return True


async def test_requests_are_answered_one_after_another_on_one_connection(opened: Open) -> None:
    reader, writer = await opened()
    for body in (b"{}", b"[1, 2]", b"x" * 200_000, b""):
        writer.write(post(body))
        assert (await answered(reader))[2] == str(len(body)).encode()


async def test_a_few_requests_may_be_sent_ahead_and_are_answered_in_order(opened: Open, lengths: Lengths) -> None:
    reader, writer = await opened()
    writer.write(b"".join(post(b"x" * count) for count in range(protocol.MOST_PIPELINED)))
    assert [(await answered(reader))[2] for _ in range(8)] == [b"%d" % count for count in range(8)]
    assert lengths.asked == 8


async def test_who_sends_many_ahead_is_cut_off(opened: Open, lengths: Lengths) -> None:
    lengths.is_free.clear()
    reader, writer = await opened()
    writer.write(post() * 1000)
    await asyncio.sleep(0)
    lengths.is_free.set()
    writer.write_eof()
    assert await is_closed(reader)
    assert lengths.asked <= 1 + protocol.MOST_PIPELINED


HEADER = "X: " + "y" * 1000
MANY = [f"X-{number}: y" for number in range(protocol.MOST_HEADERS)]


@pytest.mark.parametrize("headers", [[HEADER] * 17, MANY, ["X: " + "y" * 5_000_000], ["y" * 5_000_000 + ": x"]])
async def test_headers_beyond_bounds_are_refused_as_they_come(
    opened: Open, lengths: Lengths, headers: list[str]
) -> None:
    reader, writer = await opened()
    writer.write(post(b"{}", *headers))
    assert await refused(reader) == (431, "headers-too-large")
    writer.write_eof()
    assert await is_closed(reader)
    assert lengths.asked == 0


async def test_headers_within_bounds_are_taken(opened: Open) -> None:
    reader, writer = await opened()
    writer.write(post(b"{}", *MANY[:90], "X: " + "y" * 14_000))
    assert (await answered(reader))[0] == 200


async def test_headers_without_end_are_refused_before_they_end(opened: Open) -> None:
    reader, writer = await opened()
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
    for _ in range(40):
        writer.write(b"y" * 1000)
        await writer.drain()
    assert await refused(reader) == (431, "headers-too-large")


async def test_a_long_url_is_refused(opened: Open) -> None:
    reader, writer = await opened()
    writer.write(b"GET /" + b"y" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await refused(reader) == (414, "url-too-long")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / SPDY/9\r\n\r\n",
        post(b"{}", "Transfer-Encoding: chunked"),
        post(b"", length=-1),
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_said_to_be_none(opened: Open, sent: bytes) -> None:
    reader, writer = await opened()
    writer.write(sent)
    assert await refused(reader) == (400, "not-http")
    writer.write_eof()
    assert await is_closed(reader)


@pytest.mark.parametrize(
    "end", [b"0\r\n" + b"X: y\r\n" * 1_000_000, b"0\r\nX: " + b"y" * 5_000_000, b"1;" + b"y" * 5_000_000]
)
async def test_trailers_and_extensions_of_chunks_do_not_pile_up(opened: Open, end: bytes) -> None:
    reader, writer = await opened()
    head = post(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    writer.write(head + b"2\r\n{}\r\n" + end)
    assert (await answered(reader))[0] == 400


async def test_a_head_that_does_not_come_is_told_so_in_time(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    reader, writer = await opened()
    writer.write(b"GET / HTTP/1.1\r\nHos")
    assert await refused(reader) == (408, "headers-too-slow")


async def test_a_head_is_late_also_on_a_connection_that_was_used(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    reader, writer = await opened()
    writer.write(post())
    assert (await answered(reader))[0] == 200
    writer.write(b"GET / HTTP/1.1\r\nHos")
    assert await refused(reader) == (408, "headers-too-slow")


async def test_a_connection_on_which_nothing_comes_is_closed(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    reader, _ = await opened()
    assert await asyncio.wait_for(reader.read(), 10) == b""


async def test_an_answer_that_takes_its_time_is_no_fault_of_the_client(
    opened: Open, lengths: Lengths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.1)
    lengths.is_free.clear()
    reader, writer = await opened()
    writer.write(post() + b"GET / HT")
    await asyncio.sleep(0.5)
    lengths.is_free.set()
    assert (await answered(reader))[0] == 200


async def test_empty_lines_do_not_keep_a_connection_open(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    reader, writer = await opened()

    async def trickle() -> None:
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b"\r\n")
                await asyncio.sleep(0.05)

    trickling = asyncio.create_task(trickle())
    assert await is_closed(reader)
    trickling.cancel()


async def test_who_does_not_read_is_cut_off(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "STALL_SECONDS", 0.3)
    reader, writer = await opened()
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(8):
        writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
    await asyncio.sleep(2)
    reader._transport.resume_reading()  # type: ignore[attr-defined]
    got = b""
    with contextlib.suppress(ConnectionError):
        got = await asyncio.wait_for(reader.read(), 20)
    assert len(got) < 8 * 8_000_000


async def test_what_many_leave_unread_is_bounded_over_all(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_UNREAD", 3)
    unread = []
    for _ in range(10):
        reader, writer = await opened()
        reader._transport.pause_reading()  # type: ignore[attr-defined]  # a client that never reads
        writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        unread.append(reader)
    reader, writer = await opened()
    writer.write(post())
    assert (await answered(reader))[0] == 200
    for reader in unread:
        reader._transport.resume_reading()  # type: ignore[attr-defined]
    whole = [len(got) for got in await asyncio.gather(*map(read_to_end, unread)) if len(got) > 8_000_000]
    assert len(whole) == 3


async def test_a_large_answer_arrives_whole(opened: Open) -> None:
    reader, writer = await opened()
    writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
    for _ in range(2):
        status, headers, body = await answered(reader)
        assert (status, headers["content-length"], body) == (200, "8000000", b"x" * 8_000_000)


async def read_to_end(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the connection is closed."""
    got = bytearray()
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(30):
            while piece := await reader.read(65_536):
                got += piece
    return bytes(got)


async def test_a_large_body_is_read_past_so_that_its_refusal_arrives(opened: Open) -> None:
    for _ in range(5):
        reader, writer = await opened()
        writer.write(post(b"", length=5 * MOST_BODY_BYTES))
        for _ in range(40):
            writer.write(b"x" * (MOST_BODY_BYTES // 8))
            await writer.drain()
        assert await refused(reader) == (413, "too-large")
        assert await is_closed(reader)


async def test_what_follows_a_last_request_is_not_done(opened: Open, lengths: Lengths) -> None:
    reader, writer = await opened()
    writer.write(post(b"", length=2 * MOST_BODY_BYTES))
    assert await refused(reader) == (413, "too-large")
    writer.write(b"x" * 2 * MOST_BODY_BYTES + post() * 3)
    assert await is_closed(reader)
    assert lengths.asked == 1


async def test_an_upgrade_is_passed_over(opened: Open) -> None:
    reader, writer = await opened()
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    writer.write(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n" + upgrade + b"\r\n")
    status, headers, _ = await answered(reader)
    assert (status, headers["connection"]) == (404, "close")
    reader, writer = await opened()
    writer.write(post(b"{}", upgrade.decode().strip()))
    assert await refused(reader) == (400, "no-upgrade")


async def test_the_longest_idle_connection_gives_way(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "MOST_CONNECTIONS", 3)
    first, *others = [await opened() for _ in range(3)]
    for reader, writer in others:
        writer.write(post())
        assert (await answered(reader))[0] == 200
    newest, writing = await opened()
    writing.write(post())
    assert (await answered(newest))[0] == 200
    assert await is_closed(first[0])


async def test_what_a_connection_held_is_free_once_it_is_gone(opened: Open) -> None:
    gc.collect()
    gc.disable()  # which would free it sooner or later, after many more connections
    try:
        for sent in (post(), post(b"", length=2 * MOST_BODY_BYTES), b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200):
            reader, writer = await opened()
            writer.write(sent)
            await answered(reader)
            writer.close()

        async def is_free() -> bool:
            return not any(type(each) is BoundedProtocol for each in gc.get_objects())

        await until(is_free, "no connection is kept")
    finally:
        gc.enable()


def test_only_what_stays_bounded_is_served() -> None:
    config: Any = web_server(Application(busy={})).config
    assert config.http is BoundedProtocol


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with listening_socket("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP  # by which asyncio knows TCP
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
