"""What an attacker does to a service over HTTP, and what a healthy client and the process's memory make of it."""

import asyncio
import contextlib
import http.client
import io
import sys
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from shared.runtime.http.json_bodies import MOST_VALUES
from tests.support.ingest import BODY
from tests.support.workbooks import SHARE, form

_MIB: Final = 1024 * 1024

CLOSED: Final = "closed"
OPEN: Final = "left open"


@dataclass(frozen=True)
class Target:
    """A service that runs as a process, with the key of a healthy client and the attacker's, of another agency."""

    name: str
    port: int
    pid: int
    key: str
    attacker: str
    paths: tuple[str, ...] = ("/v1/submissions",)  # that read a body

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Seen:
    """What an attacker sees."""

    ends: Counter[str] = field(default_factory=Counter)  # statuses, CLOSED or OPEN
    largest_answer: int = 0  # bytes

    def __str__(self) -> str:
        return ", ".join(f"{count} × {end}" for end, count in sorted(self.ends.items()))


@dataclass
class Healthy:
    """What a healthy client and the attacked process's memory come to meanwhile."""

    has_enough: asyncio.Task[bytes]  # ends when the client was answered a hundred times
    most_mib: float = 0.0
    latencies: list[float] = field(default_factory=list)  # seconds

    @property
    def p99_ms(self) -> float:
        return sorted(self.latencies)[int(len(self.latencies) * 0.99)] * 1000

    def __str__(self) -> str:
        return f"{self.most_mib:.0f} MiB; p99 {self.p99_ms:.0f} ms of {len(self.latencies)} requests"


Attack = Callable[[Target, Seen], Awaitable[None]]


@asynccontextmanager
async def watched(target: Target) -> AsyncIterator["Healthy"]:
    """Watch the process's memory, and file as a healthy client does until the block ends; nothing of its may fail."""
    _forget_peak(target.pid)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.support.healthy_client", str(target.port), target.key),
        cwd=Path(__file__).parents[2],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    healthy = Healthy(has_enough=asyncio.create_task(process.stdout.readline()))
    try:
        yield healthy
    finally:
        await healthy.has_enough
        told, _ = await process.communicate(b"")  # and with it the end of its standard input
    assert process.returncode == 0
    healthy.latencies = orjson.loads(told)
    healthy.most_mib = _peak(target.pid)


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def request(
    body: bytes = b"",
    *,
    key: str = "",
    path: str = "/v1/submissions",
    length: int | None = None,
    media_type: str = "application/json",
) -> bytes:
    """Return a request with this body, or one that announces another length."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {media_type}"]
    lines += [f"Authorization: Bearer {key}"] if key else []
    lines += [f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def sent(target: Target, seen: Seen, pieces: Iterable[bytes], *, within_seconds: float = 60) -> None:
    """Send the pieces on a connection of their own and count how it ends: by an answer, closed, or not at all."""
    seen.ends[await _ends(target, seen, pieces, within_seconds=within_seconds)] += 1


async def _ends(target: Target, seen: Seen, pieces: Iterable[bytes], *, within_seconds: float) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)

    async def send() -> None:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()

    sending = asyncio.create_task(send())
    try:
        async with asyncio.timeout(within_seconds):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next((int(line[16:]) for line in head.lower().split(b"\r\n") if b"content-length: " in line), 0)
            seen.largest_answer = max(seen.largest_answer, len(await reader.readexactly(length)))
            return head.split()[1].decode()
    except TimeoutError:
        return OPEN
    except (ConnectionError, asyncio.IncompleteReadError):
        return CLOSED
    finally:
        sending.cancel()
        writer.close()


async def endless_header(target: Target, seen: Seen) -> None:
    """Send 55 MB of one header, without a key."""
    await sent(target, seen, [b"POST /v1/submissions HTTP/1.1\r\nHost: x\r\nX: ", *[b"y" * 65_536] * 840, b"\r\n\r\n"])


async def many_headers(target: Target, seen: Seen) -> None:
    """Send 5,000 headers twenty times over, without a key."""
    headers = b"".join(b"X-%d: y\r\n" % number for number in range(5_000))
    for _ in range(20):
        await sent(target, seen, [request()[:-2] + headers + b"\r\n"])


async def pipeline_unread(target: Target, seen: Seen) -> None:
    """Send two million requests on one connection and read no answer, without a key."""
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    reader._transport.pause_reading()  # type: ignore[attr-defined]  # a client that never reads
    many = request() * 1_000
    try:
        async with asyncio.timeout(60):
            for _ in range(2_000):
                writer.write(many)
                await writer.drain()
            reader._transport.resume_reading()  # type: ignore[attr-defined]
            while await reader.read(65_536):
                pass
        end = CLOSED
    except ConnectionError:
        end = CLOSED
    except TimeoutError:
        end = OPEN
    seen.ends[end] += 1
    writer.transport.abort()


async def answers_unread(target: Target, seen: Seen) -> None:
    """Ask for the largest answer that needs no key on 300 connections, and read nothing of it."""
    ask = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    unread = []
    for _ in range(300):
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        reader._transport.pause_reading()  # type: ignore[attr-defined]  # a client that never reads
        writer.write(ask)
        unread.append((reader, writer))
    # Who asks last is answered last.
    await _ends(target, seen, [b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"], within_seconds=60)
    await _at_once(_read_at_last(seen, *each) for each in unread)


async def _read_at_last(seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    reader._transport.resume_reading()  # type: ignore[attr-defined]
    try:
        async with asyncio.timeout(60):
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split()[0]))
        seen.ends[head.split()[1].decode()] += 1
    except (ConnectionError, asyncio.IncompleteReadError):
        seen.ends[CLOSED] += 1
    except TimeoutError:
        seen.ends[OPEN] += 1
    finally:
        writer.close()


async def unfinished_heads(target: Target, seen: Seen) -> None:
    """Hold 1,000 connections whose heads do not end, without a key."""
    await _at_once(sent(target, seen, [b"GET /v1/notices HTTP/1.1\r\nHo"]) for _ in range(1_000))


async def idle_connections(target: Target, seen: Seen) -> None:
    """Hold 200 connections that were answered once, and 200 on which nothing is sent."""

    async def idle(opening: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        writer.write(opening)
        try:
            async with asyncio.timeout(60):
                await reader.read()
            seen.ends[CLOSED] += 1
        except ConnectionError:
            seen.ends[CLOSED] += 1
        except TimeoutError:
            seen.ends[OPEN] += 1
        finally:
            writer.close()

    ask = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
    await _at_once(idle(opening) for opening in [b"", ask] * 200)


async def bodies_short_of_a_byte(target: Target, seen: Seen) -> None:
    """Hold 300 bodies of 1 MiB of which the last byte does not come, by one key."""
    body = request(b"x" * (_MIB - 1), key=target.attacker, length=_MIB)
    await _at_once(sent(target, seen, [body]) for _ in range(300))


async def bodies_without_a_key(target: Target, seen: Seen) -> None:
    """Send 300 bodies of 1 MiB, without a key."""
    body = request(b"x" * _MIB)
    await _at_once(sent(target, seen, [body]) for _ in range(300))


async def numbers_that_are_none(target: Target, seen: Seen) -> None:
    """File 250,000 × NaN, and as many as are walked."""
    bodies = [b'{"plan":"x","observations":[' + b"NaN," * count + b"1]}" for count in (250_000, MOST_VALUES - 100)]
    await _filed_at_once(target, seen, bodies)


async def unknown_fields(target: Target, seen: Seen) -> None:
    """File 90,000 unknown fields, and as many as are walked."""
    bodies = [orjson.dumps({f"f{number}": 1 for number in range(count)}) for count in (90_000, MOST_VALUES - 100)]
    await _filed_at_once(target, seen, bodies)


async def repeated_fields(target: Target, seen: Seen) -> None:
    """File 45,000 fields that are given twice, and as many as are walked."""
    fields = [b'"%x":1,"%x":1' % (number, number) for number in range(45_000)]
    bodies = [b"{" + b",".join(fields[:count]) + b"}" for count in (45_000, MOST_VALUES // 2 - 100)]
    await _filed_at_once(target, seen, bodies)


async def quotes_without_end(target: Target, seen: Seen) -> None:
    """File 500,000 quotes in one text that does not end, beside as many commas as make each of them be looked at."""
    await _filed_at_once(target, seen, [b'["' + b'\\"' * 500_000 + b"," * 20_000])


async def combining_marks(target: Target, seen: Seen) -> None:
    """File a note of one letter under 70,000 pairs of marks, in both notes."""
    note = "a" + "\u0323\u0301" * 70_000
    body = orjson.dumps({**BODY, "note": note, "observations": [{**BODY["observations"][0], "note": note}]})
    await _filed_at_once(target, seen, [body])


async def large_bodies(target: Target, seen: Seen) -> None:
    """File 200 MB each, as Python's own client does, which reads no answer before it has sent all."""

    def post() -> str:
        client = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
        headers = {"Authorization": f"Bearer {target.attacker}", "Content-Type": "application/json"}
        try:
            client.request("POST", "/v1/submissions", body=b"x" * 200_000_000, headers=headers)
            return str(client.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__
        finally:
            client.close()

    for _ in range(20):
        seen.ends[await asyncio.to_thread(post)] += 1


async def zip_bombs(target: Target, seen: Seen) -> None:
    """File workbooks that unpack to 120 MB, and to 90 MB of blank rows, sixteen of each at once."""
    for part, content in (("xl/media/a.bin", bytes(120 * _MIB)), ("xl/worksheets/sheet1.xml", _blank_rows(90 * _MIB))):
        packed = io.BytesIO()
        with zipfile.ZipFile(form(SHARE)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                if name != part:
                    new.writestr(name, old.read(name))
            new.writestr(part, content)
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
        body = head + packed.getvalue() + b"\r\n--x--\r\n"
        media_type = "multipart/form-data; boundary=x"
        sending = request(body, key=target.attacker, path="/v1/files", media_type=media_type)
        await _at_once(sent(target, seen, [sending], within_seconds=120) for _ in range(16))


def _blank_rows(size: int) -> bytes:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return head + b"<row/>" * (size // len(b"<row/>")) + b"</sheetData></worksheet>"


PATIENT: Final[tuple[Attack, ...]] = (pipeline_unread, unfinished_heads, idle_connections, bodies_short_of_a_byte)
"""Those that hold connections until the service ends them, after half a minute at most."""
EAGER: Final[tuple[Attack, ...]] = (
    endless_header,
    many_headers,
    answers_unread,
    bodies_without_a_key,
    numbers_that_are_none,
    unknown_fields,
    repeated_fields,
    quotes_without_end,
    combining_marks,
    large_bodies,
    zip_bombs,
)


async def _filed_at_once(target: Target, seen: Seen, bodies: Iterable[bytes]) -> None:
    """Send each body sixteen times over, wherever one is read, all by one key."""
    requests = [request(body, key=target.attacker, path=path) for body in bodies for path in target.paths]
    await _at_once(sent(target, seen, [each]) for each in requests * 16)


async def _at_once(attempts: Iterable[Awaitable[None]]) -> None:
    await asyncio.gather(*attempts)
