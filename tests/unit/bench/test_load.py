"""The load generator counts what it was answered, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bench.load import Order, Outcome, quantile_ms, raw_request, run


@asynccontextmanager
async def server(answer: Callable[[int], bytes]) -> AsyncIterator[int]:
    """Lend the port of a server that gives the n-th request its answer, in two pieces; an empty one hangs up."""
    taken = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                assert json.loads(await reader.readexactly(length)) == {"note": "Lâm Đồng"}
                taken += 1
                whole = answer(taken)
                if not whole:
                    break
                writer.write(whole[:20])
                await writer.drain()
                await asyncio.sleep(0)
                writer.write(whole[20:])
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


def http(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: keep-alive\r\n\r\n%s" % (status.encode(), len(body), body)


async def load(port: int, folder: Path, *, connections: int = 3) -> tuple[Outcome, list[bytes]]:
    requests, answers = folder / "requests", folder / "answers"
    requests.write_text(json.dumps({"headers": {"Authorization": "Bearer x"}, "body": '{"note": "Lâm Đồng"}'}))
    outcome = await run(
        Order(
            port=port,
            path="/v1/submissions",
            connections=connections,
            warm_up_seconds=0.05,
            seconds=0.1,
            requests=requests,
            answers=answers,
        )
    )
    return outcome, answers.read_bytes().splitlines()


async def test_every_accepted_answer_is_counted_and_kept(tmp_path: Path) -> None:
    async with server(lambda number: http("202 Accepted", b'{"submission": %d}' % number)) as port:
        outcome, answers = await load(port, tmp_path)
    assert outcome.accepted == len(answers) == len(set(answers)) > 3
    assert not outcome.refused
    assert not outcome.broken
    assert 0 < outcome.per_second <= outcome.accepted / outcome.measured_seconds
    assert 0 < outcome.p50_ms <= outcome.p99_ms


async def test_an_answer_other_than_202_is_no_acceptance(tmp_path: Path) -> None:
    def every_other(number: int) -> bytes:
        return http("202 Accepted", b"{}") if number % 2 else http("503 Service Unavailable", b"{}")

    async with server(every_other) as port:
        outcome, answers = await load(port, tmp_path)
    assert outcome.refused.keys() == {"503"}
    assert len(answers) == outcome.accepted
    assert abs(outcome.accepted - outcome.refused["503"]) <= 1


async def test_a_connection_that_ends_before_its_answer_is_told(tmp_path: Path) -> None:
    async with server(lambda number: http("202 Accepted", b"{}") if number < 5 else b"") as port:
        outcome, _ = await load(port, tmp_path)
    assert outcome.broken == 3


def test_a_request_is_one_http_message_with_its_length_in_bytes() -> None:
    body = '{"note":"Đà Lạt"}'.encode()
    head, _, sent = raw_request("/v1/submissions", headers={"Authorization": "Bearer x"}, body=body).partition(
        b"\r\n\r\n"
    )
    assert sent == body
    assert head.split(b"\r\n")[0] == b"POST /v1/submissions HTTP/1.1"
    assert b"Content-Length: %d" % len(body) in head
    assert b"Authorization: Bearer x" in head


def test_a_quantile_is_the_latency_that_so_many_stay_within() -> None:
    latencies = [number / 1000 for number in range(1, 101)]
    assert quantile_ms(latencies, 0.5) == 51
    assert quantile_ms(latencies, 0.99) == 100
    assert quantile_ms([], 0.5) == 0
