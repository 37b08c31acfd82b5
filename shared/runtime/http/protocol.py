"""Speaks HTTP/1.1 within bounds: how much a client may send and queue, and how long it may keep a connection open.

uvicorn's own protocol takes headers, pipelined requests and time without limit (Kludex/uvicorn issue 157).
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from shared.runtime.http.problems import problem
from shared.wording.faults import Fault

MOST_HEAD_BYTES: Final = 16 * 1024
MOST_HEADERS: Final = 100
MOST_URL_BYTES: Final = 8 * 1024
MOST_PIPELINED: Final = 8
"""Requests of one connection that may wait while another is answered."""
MOST_CONNECTIONS: Final = 800
"""Below the 1,024 files that a process may usually open; one more takes the place of the longest idle."""
MOST_UNREAD: Final = 48
"""Connections that may leave an answer unread at once; one more takes the place of the longest unread."""

HEAD_SECONDS: Final = 10.0
"""Within which a client sends the head of a request."""
LINGER_SECONDS: Final = 30.0
"""During which the rest of a refused request is read and thrown away, so that the answer is not lost to a reset."""
STALL_SECONDS: Final = 30.0
"""During which a client may leave an answer unread."""

_MOST_FRAMING: Final = 16  # bytes of a chunked body that frame one byte of content, at the worst of honest clients
_BODY_HEADERS: Final = frozenset({b"content-length", b"transfer-encoding"})
_NO_UPGRADE: Final = Fault(
    "Upgrade",
    "no-upgrade",
    "Chỉ dùng HTTP/1.1; hãy gửi không có Upgrade.",
    "Only HTTP/1.1 is spoken here; send without Upgrade.",
)
_MALFORMED: Final = Fault(
    "",
    "not-http",
    "Đây không phải một yêu cầu HTTP/1.1 đúng dạng.",
    "This is no well-formed HTTP/1.1 request.",
)
_HEAD_TOO_LARGE: Final = Fault(
    "",
    "headers-too-large",
    f"Các tiêu đề không được quá {MOST_HEADERS} dòng và {MOST_HEAD_BYTES} byte.",
    f"There may be at most {MOST_HEADERS} headers and {MOST_HEAD_BYTES} bytes of them.",
)
_URL_TOO_LONG: Final = Fault(
    "",
    "url-too-long",
    f"Địa chỉ không được quá {MOST_URL_BYTES} byte.",
    f"The URL may have at most {MOST_URL_BYTES} bytes.",
)
_HEAD_TOO_SLOW: Final = Fault(
    "",
    "headers-too-slow",
    f"Các tiêu đề phải đến trong {HEAD_SECONDS:.0f} giây.",
    f"The headers have to come within {HEAD_SECONDS:.0f} seconds.",
)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol on httptools, bounded in bytes, requests, connections and time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.idle_since = 0.0  # by the loop's clock; when it connected or was answered last
        self.unread_since: float | None = None  # by the loop's clock, while the client leaves an answer unread
        self.is_leaving = False
        self._raw: asyncio.Transport = None  # type: ignore[assignment]  # until connected, as uvicorn has it
        self._is_deaf = False  # what still comes is thrown away
        self._is_head = True  # the next byte belongs to a head
        self._is_body = False  # or to a body
        self._heads = 0  # that are complete
        self._head_has_begun = False
        self._head_bytes = 0  # of headers that are complete
        self._unparsed_bytes = 0  # of a head that goes on
        self._raw_bytes = 0  # of a body, with its framing
        self._body_bytes = 0
        self._refusal: tuple[int, Fault] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Return whether no request is under way whose head has come."""
        cycle: RequestResponseCycle | None = self.cycle  # which uvicorn declares otherwise
        return cycle is None or cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Wait for a head; where there are too many connections, the longest idle gives way."""
        super().connection_made(transport)
        self._raw = transport
        self.transport = _LingeringTransport(transport, self)  # type: ignore[assignment]  # stands in for it
        self.idle_since = self.loop.time()
        self._set_timer(HEAD_SECONDS, self._head_is_late)
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.is_leaving = True
        for timer in (self._timer, self._stall_timer):
            if timer is not None:
                timer.cancel()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)
        if self.is_idle:
            self._forget()

    def data_received(self, data: bytes) -> None:
        """Parse what came, as long as it is within bounds."""
        if self._is_deaf:
            return
        heads, was_head = self._heads, self._is_head
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:  # to what we do not speak; RFC 9110 lets a server pass over it
            self._is_deaf = True
            self.cycle.keep_alive = False
            return
        except httptools.HttpParserError:
            self._refuse(*(self._refusal or (400, _MALFORMED)))
            return
        if self._is_head:
            if was_head and heads == self._heads:  # all of it belongs to one head
                self._unparsed_bytes += len(data)
                if self._unparsed_bytes > MOST_HEAD_BYTES:
                    self._refuse(431, _HEAD_TOO_LARGE)
                    return
            if self._head_has_begun and self._timer is None and not self.is_leaving:
                self._set_timer(HEAD_SECONDS, self._head_is_late)
        elif self._is_body:
            self._raw_bytes += len(data)
            if self._raw_bytes > _MOST_FRAMING * self._body_bytes + len(data) + MOST_HEAD_BYTES:
                self._refuse(400, _MALFORMED)  # extensions of chunks or trailers without end

    def on_message_begin(self) -> None:
        """Begin a head; only that ends the pause between two requests."""
        if self.is_leaving:  # the request before was to be the last
            self._stop_parsing(400, _MALFORMED)
        self._unset_keepalive_if_required()
        self._head_has_begun = True
        self._head_bytes = self._unparsed_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the URL."""
        super().on_url(url)
        if len(self.url) > MOST_URL_BYTES:
            self._stop_parsing(414, _URL_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers are passed over, for nobody reads them."""
        if not self._is_head:
            return
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > MOST_HEAD_BYTES or len(self.headers) >= MOST_HEADERS:
            self._stop_parsing(431, _HEAD_TOO_LARGE)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Have the request answered, or queue it behind the one that is under way."""
        if not self.is_idle and len(self.pipeline) >= MOST_PIPELINED:
            self._stop_parsing(400, _MALFORMED)
        if self._timer is not None and not self.is_leaving:
            self._timer.cancel()
            self._timer = None
        if self.parser.should_upgrade() and any(name in _BODY_HEADERS for name, _ in self.headers):
            self._stop_parsing(400, _NO_UPGRADE)  # the parser would take the body for the other protocol's
        super().on_headers_complete()
        self._is_head, self._is_body, self._head_has_begun = False, True, False
        self._heads += 1
        self._raw_bytes = self._body_bytes = 0

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for the next head, or leave where this was the last request."""
        self._is_head, self._is_body = True, False
        super().on_message_complete()
        if self.is_leaving:
            self._close()

    def on_response_complete(self) -> None:
        """Turn to the next request; a body that nobody asked for is not kept."""
        self.idle_since = self.loop.time()
        if self.is_idle:
            self.cycle.body = bytearray()
        super().on_response_complete()
        if self.parser is None:  # the connection was lost meanwhile
            self._forget()

    def pause_writing(self) -> None:
        """Give the client a while to read, a shorter one where many do not."""
        super().pause_writing()
        if self._stall_timer is None:
            self.unread_since = self.loop.time()
            self._stall_timer = self.loop.call_later(STALL_SECONDS, self._raw.abort)
        self._drop_unread()

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = self.unread_since = None
        super().resume_writing()

    def shutdown(self) -> None:
        """Close at once where no request is under way, as the server asks when it stops."""
        if self.is_idle:
            self._close()
        else:
            super().shutdown()

    def leave(self) -> None:
        """Close the connection: after what the client is still sending, so that it reads the answer, or after a while.

        Source: as nginx does (lingering_close); closing with bytes unread has the kernel reset the connection.
        """
        if self.is_leaving:
            return
        self.is_leaving = True
        self._unset_keepalive_if_required()
        if self._is_body or self._head_has_begun:
            self.flow.resume_reading()
            self._set_timer(LINGER_SECONDS, self._close)
        else:
            self._close()

    def _forget(self) -> None:
        """Break what refers to itself: its memory is free at once, and not when Python next collects garbage."""
        self.transport = self._raw
        self.pipeline.clear()
        self.cycle = self.scope = self.headers = None  # type: ignore[assignment]  # as before a first request

    def _close(self) -> None:
        self.is_leaving = True
        self._raw.close()  # once what was written is sent
        self._set_timer(STALL_SECONDS, self._raw.abort)

    def _set_timer(self, seconds: float, then: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, then)

    def _head_is_late(self) -> None:
        self._timer = None
        if not self.is_idle:  # the answer before it takes its time, and that is ours
            self._set_timer(HEAD_SECONDS, self._head_is_late)
        elif self._head_has_begun:
            self._refuse(408, _HEAD_TOO_SLOW)
        else:
            self._close()

    def _stop_parsing(self, status: int, fault: Fault) -> None:
        """Leave the parser, which passes the error on as its own.

        Raises:
            HttpParserError: always.
        """
        self._refusal = status, fault
        raise httptools.HttpParserError(fault.code)

    def _refuse(self, status: int, fault: Fault) -> None:
        """Answer with a problem where an answer is possible, and listen no more."""
        self._is_deaf = True
        cycle = None if self.is_idle else self.cycle
        is_alone = cycle is None or (self._is_body and not self.pipeline and not cycle.response_started)
        if is_alone and not self.transport.is_closing():
            self._raw.write(_written(status, fault))
        if is_alone and cycle is not None:
            cycle.disconnected = True  # whoever reads its body learns that no more comes
            cycle.message_event.set()
        self.pipeline.clear()
        self.leave()

    def _make_room(self) -> None:
        idle = [each for each in self.connections if isinstance(each, BoundedProtocol) and each.is_idle]
        longest = min(idle, key=lambda each: each.idle_since)
        self.connections.discard(longest)
        longest.abort()

    def _drop_unread(self) -> None:
        since = {each: each.unread_since for each in self.connections if isinstance(each, BoundedProtocol)}
        unread = {each: moment for each, moment in since.items() if moment is not None}
        if len(unread) > MOST_UNREAD:
            longest = min(unread, key=unread.__getitem__)
            self.connections.discard(longest)
            longest.abort()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._raw.abort()


class _LingeringTransport:
    """A transport that is closed when its protocol has taken leave of the client."""

    __slots__ = ("_protocol", "_transport", "write")

    def __init__(self, transport: asyncio.Transport, protocol: BoundedProtocol) -> None:
        self._transport = transport
        self._protocol = protocol
        self.write = transport.write

    def close(self) -> None:
        self._protocol.leave()

    def is_closing(self) -> bool:
        return self._protocol.is_leaving or self._transport.is_closing()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _written(status: int, fault: Fault) -> bytes:
    """Return a problem as it travels, after which the connection is closed."""
    answer = problem(status, faults=[fault], headers={"Connection": "close"})
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in answer.raw_headers)
    return STATUS_LINE[status] + headers + b"\r\n" + bytes(answer.body)
