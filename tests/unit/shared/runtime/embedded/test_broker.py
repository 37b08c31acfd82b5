"""The embedded broker: speaks Kafka, forgets when it stops, and never outlives its parent."""

import asyncio
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from shared.runtime.embedded.broker import EmbeddedBroker
from shared.runtime.errors import StartFailure
from shared.runtime.kafka.topics import create_topics

_HOLDER = """
import asyncio, sys
from pathlib import Path
from shared.runtime.embedded.broker import EmbeddedBroker
async def main():
    broker = EmbeddedBroker(Path(sys.argv[1]))
    await broker.start()
    print(broker.bootstrap_servers, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


async def test_a_record_is_taken_as_soon_as_the_broker_has_started(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    await broker.start()
    try:
        assert "submissions" in await create_topics(broker.bootstrap_servers)
        async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers, acks="all") as producer:
            written = await producer.send_and_wait("submissions", b"{}", key=b"so-noi-vu")
        assert written.offset == 0
    finally:
        await broker.stop()


async def test_the_broker_can_come_back_on_the_same_port(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    await broker.start()
    address = broker.bootstrap_servers
    await broker.stop()
    await broker.start(port=int(address.rpartition(":")[2]))
    assert broker.bootstrap_servers == address
    await broker.stop()


async def test_the_broker_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", _HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    host, port = holder.stdout.readline().decode().strip().split(":")
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    async with asyncio.timeout(5):
        with suppress(ConnectionError):  # refused, or reset by a broker that is just ending
            while True:
                _, writer = await asyncio.open_connection(host, int(port))
                writer.close()
                await asyncio.sleep(0.05)


async def test_a_taken_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        with pytest.raises(StartFailure, match="the embedded broker") as failure:
            await EmbeddedBroker(tmp_path).start(port=holder.getsockname()[1])
    assert "\n" not in str(failure.value)
