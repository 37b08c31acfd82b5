"""Reads a request's JSON body, of bounded size and within bounded time, or refuses it."""

import asyncio
from collections import Counter
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from fastapi import Request
from starlette.requests import ClientDisconnect

from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.problems import Refused, problem
from shared.wording.faults import Fault

MOST_BODY_BYTES: Final = 1024 * 1024
MOST_HELD_BYTES: Final = 48 * MOST_BODY_BYTES
"""Of all bodies that are being read or answered in this process."""
MOST_HELD_BY_ONE: Final = 8 * MOST_BODY_BYTES
"""Of one agency's, so that it keeps nobody else waiting."""

BODY_SECONDS: Final = 10.0
_LARGE_BYTES: Final = 8 * 1024  # which take milliseconds to parse; a filing of thirty observations has 4 KiB
_LARGE_AT_ONCE: Final = 4
"""Of one agency's large bodies that are read at once; the event loop comes to others only after all that are ready."""
_PARSER: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="parser")
"""Parses large bodies one after another beside the event loop, so that nobody else waits for them."""

_HELD: Final = "tiendo.held"  # in a request's scope: whose body it is, and how many bytes are held
_CHARSETS: Final = frozenset({"utf-8", "utf8"})

_TOO_LARGE: Final = Fault(
    "",
    "too-large",
    f"Nội dung không được quá {MOST_BODY_BYTES} byte.",
    f"The body may have at most {MOST_BODY_BYTES} bytes.",
)
_TOO_MANY: Final = Fault(
    "",
    "too-much-at-once",
    "Cơ quan này đang gửi quá nhiều cùng lúc; hãy đợi trả lời rồi gửi tiếp.",
    "This agency sends too much at once; wait for answers before sending more.",
)
_ENCODED: Final = Fault(
    "Content-Encoding",
    "encoded",
    "Không nhận nội dung nén; hãy gửi không có Content-Encoding.",
    "Compressed bodies are not taken; send without Content-Encoding.",
)
_CHARSET: Final = Fault(
    "Content-Type",
    "charset",
    "JSON phải ở dạng UTF-8; hãy bỏ charset hoặc dùng charset=utf-8.",
    "JSON has to be in UTF-8; leave charset out, or say charset=utf-8.",
)
_NOT_JSON: Final = Fault(
    "Content-Type", "not-json", "Cần Content-Type: application/json.", "Content-Type: application/json is needed."
)

ReadT = TypeVar("ReadT")


class HeldBytes:
    """Counts the bytes of bodies in flight, over all requests of a process and by agency."""

    def __init__(self, *, most: int = MOST_HELD_BYTES, most_by_one: int = MOST_HELD_BY_ONE) -> None:
        self._most = most
        self._most_by_one = most_by_one
        self._all = 0
        self._by_agency: Counter[str] = Counter()

    def take(self, scope: MutableMapping[str, Any], agency: str, count: int) -> None:
        """Count more bytes of the body of a request.

        Raises:
            Refused: 429, the agency holds as many as one may; 503, all together do.
        """
        if self._by_agency[agency] + count > self._most_by_one:
            raise _too_many()
        if self._all + count > self._most:
            raise Refused(problem(503, headers={"Connection": "close", "Retry-After": "1"}))
        _, before = scope.get(_HELD, (agency, 0))
        scope[_HELD] = agency, before + count
        self._all += count
        self._by_agency[agency] += count

    def release(self, scope: MutableMapping[str, Any]) -> None:
        """Count the body of a request that was answered no longer."""
        agency, count = scope.pop(_HELD, (None, 0))
        if agency is not None:
            self._all -= count
            self._by_agency[agency] -= count
            if not self._by_agency[agency]:
                del self._by_agency[agency]


HELD: Final = HeldBytes()
"""Of this process, whichever of its services reads a body; the application releases what it has answered."""


_PLACES: Final[WeakValueDictionary[str, asyncio.Semaphore]] = WeakValueDictionary()
"""By agency, while one of its requests has or waits for a place."""


async def read_json(request: Request, *, holder: Holder, parse: Callable[[bytes], ReadT]) -> ReadT:
    """Return what `parse` makes of the JSON body that a key's holder sends, at most 1 MiB of it, within ten seconds.

    Raises:
        Refused: 415, it is said to be no JSON, or not in UTF-8, or compressed; 413, it is larger; 408, it comes more
            slowly; 429 and 503, too much is in flight; 400, its sender went away.
    """
    if fault := _type_fault(request):
        raise Refused(problem(415, faults=[fault]))
    declared = request.headers.get("content-length", str(_LARGE_BYTES))
    size = int(declared[:20]) if declared.isascii() and declared.isdecimal() else _LARGE_BYTES
    if size > MOST_BODY_BYTES:
        raise _too_large()
    if size < _LARGE_BYTES:
        return parse(await _received(request, holder))
    places = _PLACES.setdefault(holder.agency, asyncio.Semaphore(_LARGE_AT_ONCE))
    try:
        async with asyncio.timeout(BODY_SECONDS):
            await places.acquire()
    except TimeoutError:
        raise _too_many() from None
    try:
        return await apart(partial(parse, await _received(request, holder)))
    finally:
        places.release()


async def apart(compute: Callable[[], ReadT]) -> ReadT:
    """Return what is computed beside the event loop: whatever takes milliseconds with a large body, one by one."""
    return await asyncio.get_running_loop().run_in_executor(_PARSER, compute)


async def _received(request: Request, holder: Holder) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                if len(body) + len(chunk) > MOST_BODY_BYTES:
                    raise _too_large()
                HELD.take(request.scope, holder.agency, len(chunk))
                body += chunk
    except ClientDisconnect:
        raise Refused(problem(400)) from None
    except TimeoutError:
        raise Refused(problem(408, headers={"Connection": "close"})) from None
    request.state.body = read = bytes(body)  # for who keeps what was refused
    return read


def _type_fault(request: Request) -> Fault | None:
    media_type, *parameters = (each.strip().lower() for each in request.headers.get("content-type", "").split(";"))
    if media_type != "application/json":
        return _NOT_JSON
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in _CHARSETS:
            return _CHARSET
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    return None if encoding == "identity" else _ENCODED


def _too_large() -> Refused:
    return Refused(problem(413, faults=[_TOO_LARGE], headers={"Connection": "close"}))


def _too_many() -> Refused:
    return Refused(problem(429, faults=[_TOO_MANY], headers={"Connection": "close", "Retry-After": "1"}))
