"""What an operator finds in the logs after an outage: a line when it begins, a line when it is over, all of it JSON."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from shared.runtime.embedded.broker import EmbeddedBroker, free_port
from shared.runtime.embedded.postgres import EmbeddedPostgres
from shared.runtime.kafka.topics import create_topics
from shared.runtime.version import VERSION
from tests.support.databases import DatabaseMaker
from tests.support.keys import PEPPER
from tests.support.processes import ServiceProcess
from tests.support.proxy import Proxy, proxy
from tests.support.waiting import until

SERVICES: Final = ("ingest", "scoring", "notify")
MOST_LINES: Final = 25  # of a start, two outages and an end; each part of a service tells that it waits and goes on


@asynccontextmanager
async def running(directory: Path) -> AsyncIterator[tuple[list[ServiceProcess], Proxy, EmbeddedPostgres]]:
    """Run the three services as processes, before a broker that can be cut off and a database that can be stopped."""
    async with AsyncExitStack() as stack:
        between = await stack.enter_async_context(proxy())
        broker = EmbeddedBroker(directory)
        stack.push_async_callback(broker.stop)
        await broker.start(advertised_port=between.port)
        between.target_port = int(broker.bootstrap_servers.rpartition(":")[2])
        await between.restore()
        servers = f"127.0.0.1:{between.port}"
        await create_topics(servers)
        postgres = EmbeddedPostgres(directory / "postgres", is_durable=False)
        stack.push_async_callback(postgres.stop)
        await postgres.start()
        make_database = DatabaseMaker(postgres.url)
        processes = []
        for name in SERVICES:
            environment = {
                "DATABASE_URL": await make_database(name),
                "KAFKA_BOOTSTRAP_SERVERS": servers,
                "KEY_PEPPER": PEPPER,
                "SMTP_URL": "smtp://127.0.0.1:1",
                "LOG_LEVEL": "INFO",
            }
            process = ServiceProcess(name, port=free_port(), environment=environment, log=directory / f"{name}.log")
            stack.push_async_callback(process.stop)
            processes.append(process)
        await asyncio.gather(*(process.start() for process in processes))
        yield processes, between, postgres


async def are_ready(processes: list[ServiceProcess]) -> bool:
    """Return whether every service is ready and has nothing to warn of."""
    answers = [await health(process) for process in processes]
    return all(answer.get("ready") and not answer.get("warnings") for answer in answers)


async def health(process: ServiceProcess) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=process.base_url, timeout=10) as client:
        answer: dict[str, Any] = (await client.get("/health/ready")).json()
        return answer


async def test_an_outage_is_a_line_when_it_begins_and_one_when_it_is_over(tmp_path: Path) -> None:
    def log(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (tmp_path / f"{name}.log").read_text().splitlines()]

    async def all_say(event: str) -> bool:
        return all(event in {line["event"] for line in log(name)} for name in SERVICES)

    async with running(tmp_path) as (processes, between, postgres):
        await until(lambda: are_ready(processes), "every service is ready")
        began = time.monotonic()
        await between.cut()
        await until(lambda: all_say("Kafka away"), "every service says that Kafka is away")
        await between.restore()
        await until(lambda: are_ready(processes), "every service is ready after Kafka came back")
        kafka_seconds, began = time.monotonic() - began, time.monotonic()
        await postgres.stop()
        await until(lambda: all_say("database away"), "every service says that the database is away")
        await postgres.start()
        await until(lambda: are_ready(processes), "every service is ready after the database came back")
        database_seconds = time.monotonic() - began
        for process in processes:
            await process.stop()

    for name in SERVICES:
        text = (tmp_path / f"{name}.log").read_text()
        lines = log(name)
        assert {(line["service"], line["version"]) for line in lines} == {(name, VERSION)}, text
        events = Counter(line["event"] for line in lines)
        for once in ("started", "Kafka away", "Kafka back", "database away", "database back"):
            assert events[once] == 1, f"{once}: {events[once]} times in {text}"
        (started,) = [line for line in lines if line["event"] == "started"]
        assert {"port", "now", "is_rehearsal", "kafka"} <= started.keys()
        after = {line["event"]: line["after_seconds"] for line in lines if "after_seconds" in line}
        assert 0 < after["Kafka back"] <= kafka_seconds, text
        assert 0 < after["database back"] <= database_seconds, text
        assert not [line for line in lines if "exception" in line], text
        assert len(lines) <= MOST_LINES, text
