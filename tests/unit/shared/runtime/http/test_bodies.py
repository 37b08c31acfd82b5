"""How much of bodies is held at once, and what a body may be said to be."""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from unittest.mock import AsyncMock

import httpx
import orjson
import pytest
from fastapi import Request, Response

from shared.runtime.auth.key_ring import Holder
from shared.runtime.http import bodies
from shared.runtime.http.bodies import MOST_BODY_BYTES, MOST_HELD_BY_ONE, MOST_HELD_BYTES, HeldBytes, read_json
from shared.runtime.http.problems import Refused
from shared.runtime.process.server import Application

HOLDER = Holder("prefix", "so-noi-vu", frozenset())


def take(held: HeldBytes, agency: str, count: int) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    held.take(scope, agency, count)
    return scope


def test_one_agency_holds_its_share_and_leaves_room_for_others() -> None:
    held = HeldBytes()
    scope = take(held, "a", MOST_HELD_BY_ONE)
    with pytest.raises(Refused) as refused:
        take(held, "a", 1)
    assert refused.value.answer.status_code == 429
    take(held, "b", MOST_HELD_BY_ONE)
    held.release(scope)
    take(held, "a", MOST_HELD_BY_ONE)


def test_all_together_hold_no_more_than_fits() -> None:
    held = HeldBytes()
    scopes = [take(held, str(each), MOST_HELD_BY_ONE) for each in range(MOST_HELD_BYTES // MOST_HELD_BY_ONE)]
    with pytest.raises(Refused) as refused:
        take(held, "another", 1)
    assert (refused.value.answer.status_code, refused.value.answer.headers["retry-after"]) == (503, "1")
    for scope in scopes:
        held.release(scope)
        held.release(scope)  # once is enough
    take(held, "another", 1)


async def asked(*chunks: bytes, **headers: str) -> httpx.Response:
    async def length(request: Request) -> Response:
        try:
            return Response(str(await read_json(request, holder=HOLDER, parse=len)))
        except Refused as refused:
            return refused.answer

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    app = Application(busy={("POST", "/"): length})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as http:
        named = {"Content-Type": "application/json"} | {key.replace("_", "-"): value for key, value in headers.items()}
        return await http.post("/", content=body(), headers=named)


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json; charset=utf-16",
        "application/json;charset=latin1",
        'application/json; Charset="utf-7"',
        "",
        "text/plain",
        "application/json-patch+json",
        "application/x-www-form-urlencoded",
    ],
)
async def test_a_body_of_another_kind_is_refused_by_name(media_type: str) -> None:
    answer = await asked(b"{}", Content_Type=media_type)
    assert answer.status_code == 415
    assert orjson.loads(answer.content)["faults"][0]["pointer"] == "Content-Type"


@pytest.mark.parametrize(
    "media_type", ["application/json", "Application/JSON; charset=UTF-8", 'application/json; x=y; charset="utf8"']
)
async def test_json_in_utf_8_is_read(media_type: str) -> None:
    assert (await asked(b"{", b"}", Content_Type=media_type)).text == "2"


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity, gzip", "x"])
async def test_a_compressed_body_is_refused_by_name(encoding: str) -> None:
    answer = await asked(b"{}", Content_Encoding=encoding)
    assert (answer.status_code, orjson.loads(answer.content)["faults"][0]["code"]) == (415, "encoded")


async def test_a_body_is_released_when_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    held = HeldBytes()
    monkeypatch.setattr(bodies, "HELD", held)
    monkeypatch.setattr("shared.runtime.process.server.HELD", held)
    for _ in range(20):
        assert (await asked(b"x" * MOST_BODY_BYTES)).text == str(MOST_BODY_BYTES)
    assert (await asked(b"x" * MOST_BODY_BYTES, b"y")).status_code == 413
    take(held, HOLDER.agency, MOST_HELD_BY_ONE)


def announced(size: int, **more: Any) -> dict[str, Any]:
    """Return the scope of a request that announces a body of this size."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(size).encode())]
    return {"type": "http", "headers": headers, **more}


async def test_a_large_body_is_parsed_beside_the_event_loop_and_a_small_one_in_it() -> None:
    async def parsed_in(size: int) -> int:
        request = Request(
            announced(size), receive=AsyncMock(return_value={"type": "http.request", "body": b"x" * size})
        )
        return await read_json(request, holder=HOLDER, parse=lambda _: threading.get_ident())

    here = threading.get_ident()
    assert await parsed_in(1_000) == here
    assert len({await parsed_in(100_000), await parsed_in(100_000), here}) == 2  # one thread, and not this one


async def test_an_agency_has_four_large_bodies_read_at_once_and_keeps_no_other_waiting() -> None:
    come = asyncio.Event()
    reading: list[str] = []

    def sent(agency: str, size: int) -> "asyncio.Task[int]":
        async def receive() -> dict[str, Any]:
            reading.append(agency)
            await come.wait()
            return {"type": "http.request", "body": b"x" * size}

        holder = HOLDER._replace(agency=agency)
        return asyncio.create_task(read_json(Request(announced(size), receive=receive), holder=holder, parse=len))

    tasks = [sent("a", 100_000) for _ in range(6)] + [sent("b", 100_000), sent("a", 1_000)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert Counter(reading) == {"a": 5, "b": 1}  # four large ones and the small one
    come.set()
    assert await asyncio.gather(*tasks) == [100_000] * 7 + [1_000]
