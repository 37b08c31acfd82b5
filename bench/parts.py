"""The Kafka and the PostgreSQL that benchmarks run on: the most real ones at hand, each named as it was found."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg

from shared.runtime.embedded.broker import EmbeddedBroker
from shared.runtime.embedded.postgres import EmbeddedPostgres
from tools.kafka import broker as local_kafka
from tools.kafka.errors import KafkaError

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "var" / "bench"


class Part(NamedTuple):
    """A server to run on: what it is, for people, and where it is, for programs."""

    what: str
    where: str


@asynccontextmanager
async def kafka() -> AsyncIterator[Part]:
    """Lend a broker: KAFKA_BOOTSTRAP_SERVERS names it, else tools/kafka, else a container, else the embedded one."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield Part("Kafka that KAFKA_BOOTSTRAP_SERVERS names", given)
        return
    folder = FOLDER / "kafka"
    try:
        started = await asyncio.to_thread(_start_local_kafka, folder)
    except KafkaError as fault:
        async with _without_local_kafka(str(fault).replace(f"{ROOT}/", "")) as part:
            yield part
        return
    try:
        yield Part("Apache Kafka 4.3.1 (tools/kafka)", started.url)
    finally:
        await asyncio.to_thread(local_kafka.stop, folder)


@asynccontextmanager
async def postgres() -> AsyncIterator[Part]:
    """Lend a server: the one DATABASE_URL names, else the one of the wheel, which syncs every commit to the disk."""
    if given := os.environ.get("DATABASE_URL"):
        yield Part(f"PostgreSQL {await _version(given)} that DATABASE_URL names", given)
        return
    folder = FOLDER / "postgres"
    shutil.rmtree(folder, ignore_errors=True)
    server = EmbeddedPostgres(folder, is_durable=True)
    await server.start()
    try:
        yield Part(f"PostgreSQL {await _version(server.url)} of the wheel, fsync on", server.url)
    finally:
        await server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _start_local_kafka(folder: Path) -> local_kafka.Broker:
    local_kafka.stop(folder)  # what a killed run left behind
    shutil.rmtree(folder, ignore_errors=True)
    return local_kafka.start(folder, port=0, jars=ROOT / "var" / "kafka" / "libs")


@asynccontextmanager
async def _without_local_kafka(why: str) -> AsyncIterator[Part]:
    from tests.support import brokers  # noqa: PLC0415  looks for a Docker engine, which only this way needs
    from tests.support.containers import no_container  # noqa: PLC0415  the same

    reason = no_container(brokers.IMAGE)
    if reason is None:
        async with brokers.in_container() as (_, servers):
            yield Part(f"{brokers.IMAGE} in a container (no tools/kafka: {why})", servers)
        return
    embedded = EmbeddedBroker(FOLDER / "broker")
    await embedded.start()
    try:
        yield Part(
            f"embedded Tansu, in memory (no tools/kafka: {why}; no container: {reason})", embedded.bootstrap_servers
        )
    finally:
        await embedded.stop()


async def _version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("show server_version")).split(" ", maxsplit=1)[0]
    finally:
        await connection.close()
