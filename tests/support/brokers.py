"""The brokers that tests run against: one given by its address, one in a container, one embedded."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.runtime.embedded.broker import EmbeddedBroker, free_port
from tests.support.containers import no_container, ours
from tests.support.requirements import TESTED_ON, required, skip_or_fail
from tests.support.waiting import PATIENCE_SECONDS

IMAGE: Final = "apache/kafka:4.3.1"
EXTERNAL, CONTAINER, EMBEDDED = "external", "container", "embedded"
# An image built from read-only files cannot write the settings below into its copy of them.
_START: Final = "chmod u+w /opt/kafka/config/server.properties; exec /etc/kafka/docker/run"
KINDS: Final = (EXTERNAL, CONTAINER, EMBEDDED)
_PARTS: Final = {EXTERNAL: "kafka", CONTAINER: "containers"}  # by which TIENDO_REQUIRE names them


@dataclass(frozen=True)
class TestKafka:
    """A broker that a test may use; every system on it takes a topic prefix of its own."""

    __test__ = False

    kind: str
    bootstrap_servers: str

    def new_prefix(self) -> str:
        """Return a prefix for topics and groups that nobody else has."""
        return f"t{uuid4().hex[:10]}-"


def why_absent(kind: str) -> str | None:
    """Return why there is no broker of this kind here, or None where there is one."""
    if kind == EXTERNAL:
        return None if os.environ.get("KAFKA_BOOTSTRAP_SERVERS") else "KAFKA_BOOTSTRAP_SERVERS is not set"
    return no_container(IMAGE) if kind == CONTAINER else None


def demand(kind: str) -> None:
    """Skip the test, or fail it where required, if there is no broker of this kind."""
    if reason := why_absent(kind):
        skip_or_fail(_PARTS[kind], reason)


def preferred() -> str:
    """Return the kind of the most real broker that is at hand or that TIENDO_REQUIRE names."""
    return next(kind for kind in KINDS if _PARTS.get(kind) in required() or why_absent(kind) is None)


class Brokers:
    """The brokers of one session: each kind is started when first asked for, and stopped at the end."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lent = AsyncExitStack()
        self._started: dict[str, TestKafka] = {}

    async def get(self, kind: str) -> TestKafka:
        """Return the broker of this kind."""
        if kind not in self._started:
            self._started[kind] = await self._lent.enter_async_context(started(kind, directory=self._directory))
        return self._started[kind]

    async def stop(self) -> None:
        """Stop every broker that was started."""
        await self._lent.aclose()


@asynccontextmanager
async def started(kind: str, *, directory: Path) -> AsyncIterator[TestKafka]:
    """Lend a broker of this kind until the block ends."""
    if kind == EXTERNAL:
        servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
        TESTED_ON.note("kafka", f"external {servers}")
        yield TestKafka(kind, servers)
    elif kind == CONTAINER:
        TESTED_ON.note("kafka", f"container {IMAGE}")
        async with in_container() as (_, servers):
            yield TestKafka(kind, servers)
    else:
        TESTED_ON.note("kafka", "embedded Tansu")
        broker = EmbeddedBroker(directory)
        await broker.start()
        try:
            yield TestKafka(kind, broker.bootstrap_servers)
        finally:
            await broker.stop()


@asynccontextmanager
async def in_container() -> AsyncIterator[tuple[str, str]]:
    """Lend a Kafka of its own in a container; yields the container's id and where clients find it."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  asks for the engine when imported

    port = free_port()
    container = (
        ours(DockerContainer(IMAGE))
        .with_command(["bash", "-c", _START])
        .with_bind_ports(29092, port)  # Kafka must advertise the host's port before it starts
        .with_env("KAFKA_NODE_ID", "1")
        .with_env("KAFKA_PROCESS_ROLES", "broker,controller")
        .with_env("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093")
        .with_env("KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093,HOST://:29092")
        .with_env("KAFKA_ADVERTISED_LISTENERS", f"PLAINTEXT://localhost:9092,HOST://127.0.0.1:{port}")
        .with_env("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,HOST:PLAINTEXT")
        .with_env("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER")
        .with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
        .with_env("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1")
        .with_env("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
    )
    servers = f"127.0.0.1:{port}"
    await asyncio.to_thread(container.start)
    try:
        try:
            await until_it_answers(servers)
        except TimeoutError:
            said = [text.decode(errors="replace")[-2000:] for text in container.get_logs()]
            raise RuntimeError(f"{IMAGE} did not come up: {said}") from None
        yield str(container.get_wrapped_container().id), servers
    finally:
        await asyncio.to_thread(container.stop)


async def until_it_answers(servers: str, *, within_seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until the brokers answer a question about their topics."""
    async with asyncio.timeout(within_seconds):
        while True:
            admin = AIOKafkaAdminClient(bootstrap_servers=servers)
            try:
                await admin.start()
                await admin.list_topics()
            except (KafkaError, OSError):
                await asyncio.sleep(0.2)
            else:
                return
            finally:
                await admin.close()
