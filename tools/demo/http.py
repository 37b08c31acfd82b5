"""A lean HTTP/1.1 client for many small posts: a few kept connections, no more than the demonstration needs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

_ANSWER_SECONDS: Final = 30.0


class NoAnswer(ConnectionError):
    """The server could not be reached, or hung up before it had answered."""


@dataclass(frozen=True)
class Answer:
    """What the server answered; the names of headers in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def told(self) -> Mapping[str, Any]:
        """Return the JSON object in the body, empty where there is none."""
        try:
            told = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return told if isinstance(told, dict) else {}


class HttpClient:
    """Posts to one server over at most `connections` connections, each used again for the next request."""

    def __init__(self, base_url: str, *, connections: int) -> None:
        parts = urlsplit(base_url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._places = asyncio.Semaphore(connections)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, path: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """Return the server's answer.

        Raises:
            NoAnswer: there is none; whether the request arrived is unknown.
        """
        lines = [f"POST {path} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = "\r\n".join([*lines, "", ""]).encode("ascii") + body
        async with self._places:
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    return await self._asked(request)
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                raise NoAnswer(f"no answer from {self._host}:{self._port}: {error!r}") from error

    async def close(self) -> None:
        """Hang up."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _asked(self, request: bytes) -> Answer:
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(request)
            answer = await _read(reader)
        except BaseException:
            writer.close()
            raise
        if answer.headers.get("connection", "").lower() == "close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        return answer


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers["content-length"])) if "content-length" in headers else b""
    return Answer(int(head[0].split(" ", 2)[1]), headers, body)
