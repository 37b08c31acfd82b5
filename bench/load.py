"""The load generator: keep-alive connections that each send the next request when they have their answer."""

import asyncio
import itertools
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Final, cast

import typer
import uvloop
from pydantic import BaseModel

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"
_LAST_ANSWER_SECONDS: Final = 30.0


class Order(BaseModel):
    """What to send where, for how long."""

    host: str = "127.0.0.1"
    port: int
    path: str
    connections: int
    warm_up_seconds: float
    seconds: float
    requests: Path  # one JSON object a line: {"headers": {…}, "body": "…"}
    answers: Path  # where the bodies of accepted requests are written, one a line


class Outcome(BaseModel):
    """What came back."""

    accepted: int  # answers 202 from first to last, warm-up included
    measured_seconds: float
    per_second: float  # answers 202 a second of the measured time
    p50_ms: float
    p99_ms: float
    refused: dict[str, int]  # other statuses and how many
    broken: int  # connections that ended before their answer


def raw_request(path: str, *, headers: dict[str, str], body: bytes) -> bytes:
    """Return an HTTP/1.1 POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: bench", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + _HEAD_END + body


def quantile_ms(seconds: list[float], share: float) -> float:
    """Return the latency in milliseconds that `share` of the sorted `seconds` stay within."""
    return 1000 * seconds[min(int(share * len(seconds)), len(seconds) - 1)] if seconds else 0.0


class Tally:
    """What all connections have seen."""

    def __init__(self, *, measured_from: float, measured_to: float) -> None:
        self.measured_from = measured_from
        self.measured_to = measured_to
        self.latencies: list[float] = []
        self.answers: list[bytes] = []
        self.refused: Counter[str] = Counter()
        self.broken = 0

    def note(self, *, status: bytes, body: bytes, sent_at: float, now: float) -> bool:
        """Count an answer; return whether to go on."""
        if status == b"202":
            self.answers.append(body)
            if self.measured_from <= now < self.measured_to:
                self.latencies.append(now - sent_at)
        else:
            self.refused[status.decode(errors="replace")] += 1
        return now < self.measured_to


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request in flight."""

    def __init__(self, *, requests: "itertools.cycle[bytes]", tally: Tally) -> None:
        self._requests = requests
        self._tally = tally
        self._received = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)  # TCP gives no other; uvloop's own is of another class
        self._send(self._transport)

    def data_received(self, data: bytes) -> None:
        """Note the answer once it is whole, and send the next request."""
        self._received += data
        head_end = self._received.find(_HEAD_END)
        if head_end < 0 or self._transport is None:
            return
        head = self._received[:head_end].lower()
        _, _, declared = head.partition(_LENGTH)
        body_from = head_end + len(_HEAD_END)
        body_to = body_from + int(declared.split(b"\r\n", 1)[0])
        if len(self._received) < body_to:
            return
        body = self._received[body_from:body_to]
        self._received = b""
        if self._tally.note(status=head[9:12], body=body, sent_at=self._sent_at, now=time.perf_counter()):
            self._send(self._transport)
        else:
            self._sent_at = 0.0
            self._transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        """Note a connection that ended with a request in flight."""
        if self._sent_at:
            self._tally.broken += 1
        if not self.ended.done():
            self.ended.set_result(None)

    def _send(self, transport: asyncio.Transport) -> None:
        self._sent_at = time.perf_counter()
        transport.write(next(self._requests))


async def run(order: Order) -> Outcome:
    """Return what came back, having written the accepted answers to their file."""
    wanted = [json.loads(line) for line in order.requests.read_text().splitlines()]
    requests = itertools.cycle(
        [raw_request(order.path, headers=each["headers"], body=each["body"].encode()) for each in wanted]
    )
    loop = asyncio.get_running_loop()
    measured_from = time.perf_counter() + order.warm_up_seconds
    tally = Tally(measured_from=measured_from, measured_to=measured_from + order.seconds)
    made = [
        await loop.create_connection(lambda: Connection(requests=requests, tally=tally), order.host, order.port)
        for _ in range(order.connections)
    ]
    async with asyncio.timeout(order.warm_up_seconds + order.seconds + _LAST_ANSWER_SECONDS):
        await asyncio.gather(*(connection.ended for _, connection in made))
    order.answers.write_bytes(b"\n".join(tally.answers))
    latencies = sorted(tally.latencies)
    return Outcome(
        accepted=len(tally.answers),
        measured_seconds=order.seconds,
        per_second=len(latencies) / order.seconds,
        p50_ms=quantile_ms(latencies, 0.50),
        p99_ms=quantile_ms(latencies, 0.99),
        refused=dict(tally.refused),
        broken=tally.broken,
    )


def main(order: Annotated[str, typer.Argument(help="The order as JSON.")]) -> None:
    """Carry out one order and print what came back as JSON."""
    sys.stdout.write(uvloop.run(run(Order.model_validate_json(order))).model_dump_json() + "\n")


if __name__ == "__main__":
    typer.run(main)
