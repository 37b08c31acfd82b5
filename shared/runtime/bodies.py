"""Reads a request's body, of bounded size and within bounded time, or refuses it."""

import asyncio
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from shared.runtime.problems import Fault, Refused, problem

_MAX_BODY_BYTES: Final = 1024 * 1024
_BODY_SECONDS: Final = 10.0
_TOO_LARGE: Final = Fault(
    "",
    "too-large",
    f"Nội dung không được quá {_MAX_BODY_BYTES} byte.",
    f"The body may have at most {_MAX_BODY_BYTES} bytes.",
)


async def read_body(request: Request) -> bytes:
    """Return the body, at most 1 MiB of it, within ten seconds.

    Raises:
        Refused: it is larger, comes more slowly, or its sender went away.
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > _MAX_BODY_BYTES:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > _MAX_BODY_BYTES:
                    raise _too_large()
    except ClientDisconnect:
        raise Refused(problem(400)) from None
    except TimeoutError:
        raise Refused(problem(408, headers={"Connection": "close"})) from None
    return bytes(body)


def _too_large() -> Refused:
    return Refused(problem(413, faults=[_TOO_LARGE], headers={"Connection": "close"}))
