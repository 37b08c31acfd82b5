"""The peer as a server of its own: one uvicorn worker with uvloop and httptools."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.parts import Part
from bench.programs import running
from bench.rounds import Side
from shared.runtime.embedded.broker import free_port


@asynccontextmanager
async def peer(*, kafka: Part, topic: str, requests: Path) -> AsyncIterator[Side]:
    """Lend a running peer that is sent the same requests."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "bench.peers.fastapi_aiokafka:application"]
    options = ["--port", str(port), "--loop", "uvloop", "--http", "httptools"]
    quiet = ["--no-access-log", "--log-level", "warning"]
    environment = {"KAFKA_BOOTSTRAP_SERVERS": kafka.where, "PEER_TOPIC": topic}
    async with running("peer", [*command, *options, *quiet], environment=environment, port=port) as server:
        yield Side(server=server, requests=requests, settle=_at_once)


async def _at_once() -> float:
    return 0.0  # it answers only when Kafka has the record
