"""Ours: `python -m services.ingest` on a migrated database, with the plan of 2014 and a key for every agency."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple
from uuid import uuid4

import asyncpg

from bench.databases import drop
from bench.ingest.submissions import REHEARSED_FROM, read_keys, write_requests
from bench.parts import FOLDER, ROOT, Part
from bench.programs import run_to_end, running
from bench.rounds import Side
from migrations.run import upgrade
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.runtime.embedded.broker import free_port
from shared.runtime.embedded.databases import ensure_database
from shared.runtime.errors import StartFailure

PLAN: Final = ROOT / "plans" / "lam-dong-2014"
_SETTLE_SECONDS: Final = 60.0


class Ours(NamedTuple):
    """Ingest, ready to be loaded."""

    side: Side
    database_url: str
    filers: int  # agencies that file


@asynccontextmanager
async def ours(*, kafka: Part, postgres: Part, topic_prefix: str) -> AsyncIterator[Ours]:
    """Lend a running ingest of its own database."""
    name = f"bench_ingest_{uuid4().hex[:8]}"
    url = await ensure_database(postgres.where, name)
    environment = {
        "DATABASE_URL": url,
        "KAFKA_BOOTSTRAP_SERVERS": kafka.where,
        "KAFKA_TOPIC_PREFIX": topic_prefix,
        "KEY_PEPPER": "a pepper for the benchmark",
        "CLOCK_START": REHEARSED_FROM,
        "LOG_LEVEL": "WARNING",
        "PORT": str(free_port()),
    }
    try:
        await upgrade("ingest", url)
        requests, keys = FOLDER / "ingest.requests", FOLDER / "ingest.keys"
        program = (sys.executable, "-m", "services.ingest")
        await run_to_end(*program, "plan", "load", str(PLAN), environment=environment)
        await run_to_end(*program, "keys", "issue", "--every-agency", "--out", str(keys), environment=environment)
        plan, agencies = await _loaded(url)
        filers = write_requests(requests, plan=plan, agencies=agencies, keys=read_keys(keys))
        async with running("ours", program, environment=environment, port=int(environment["PORT"])) as server:
            yield Ours(
                side=Side(server=server, requests=requests, settle=lambda: _until_relayed(url)),
                database_url=url,
                filers=filers,
            )
    finally:
        await drop(postgres.where, name)


async def _loaded(url: str) -> tuple[PlanPublishedData, list[AgencyRegisteredData]]:
    connection = await asyncpg.connect(url)
    try:
        plan = PlanPublishedData.model_validate_json(await connection.fetchval("select body from plan_version"))
        rows = await connection.fetch("select body from agency order by id")
        return plan, [AgencyRegisteredData.model_validate_json(row["body"]) for row in rows]
    finally:
        await connection.close()


async def _until_relayed(url: str) -> float:
    """Return the seconds it took until the outbox was empty.

    Raises:
        StartFailure: it is not empty after a minute.
    """
    began_at = time.perf_counter()
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(_SETTLE_SECONDS):
            while await connection.fetchval("select exists (select from outbox)"):  # noqa: ASYNC110  another process's
                await asyncio.sleep(0.02)  # the relay is another process and tells nobody
    except TimeoutError:
        raise StartFailure(f"the outbox is not empty after {_SETTLE_SECONDS:.0f} s") from None
    finally:
        await connection.close()
    return time.perf_counter() - began_at
