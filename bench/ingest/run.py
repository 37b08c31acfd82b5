"""Runs both servers in turn, checks that nothing was lost, and puts their medians side by side."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID, uuid4

from aiokafka.admin import AIOKafkaAdminClient
from rich.progress import Progress

from bench import machine, parts
from bench.ingest import arrivals
from bench.ingest.ours import Ours, ours
from bench.ingest.peer import peer
from bench.ingest.submissions import OBSERVATIONS
from bench.parts import Part
from bench.records import Circumstances, Record, Row, less_is_better, more_is_better
from bench.rounds import CONNECTIONS, Round, Side, median_of, one_round
from shared.events.topics import SUBMISSIONS
from shared.runtime.clock import system_now
from shared.runtime.kafka.topics import create_topics, new_topics

NAME: Final = "ingest"
_PACKAGES: Final = ("fastapi", "uvicorn", "uvloop", "httptools", "pydantic", "aiokafka", "asyncpg")


async def run(progress: Progress, *, rounds: int, seconds: float) -> Record:
    """Return what accepting submissions came to, ours beside the peer's.

    Raises:
        StartFailure: a part cannot start, or an accepted submission is missing somewhere.
    """
    task = progress.add_task("ingest: starting Kafka and PostgreSQL", total=2 * rounds + 2)
    busy = machine.busy_before()
    async with parts.kafka() as kafka, parts.postgres() as postgres:
        progress.console.print(f"ingest runs on {kafka.what} and {postgres.what}")
        async with (
            _topics(kafka) as (our_prefix, peer_prefix),
            ours(kafka=kafka, postgres=postgres, topic_prefix=our_prefix) as our,
            peer(kafka=kafka, topic=peer_prefix + SUBMISSIONS.name, requests=our.side.requests) as peer_side,
        ):
            sides = (our.side, peer_side)
            told: tuple[set[UUID], set[UUID]] = (set(), set())
            found: tuple[list[Round], list[Round]] = ([], [])
            progress.advance(task)
            for number in range(1, rounds + 1):
                for side, receipts, done in zip(sides, told, found, strict=True):
                    progress.update(task, description=f"ingest: round {number} of {rounds}, {side.server.name}")
                    done.append(await one_round(side, seconds=seconds, told=receipts))
                    progress.console.print(_said(side, done[-1]))
                    progress.advance(task)
            progress.update(task, description="ingest: counting what arrived")
            repeated = await _check(our, told=told, kafka=kafka, topics=(our_prefix, peer_prefix))
            progress.advance(task)
    circumstances = Circumstances(
        benchmark=NAME,
        measured_at=system_now(),
        facts={
            **machine.facts(_PACKAGES),
            "Broker": kafka.what,
            "Database": postgres.what,
            "Load": f"bench/load.py, {CONNECTIONS} keep-alive connections, one process; {OBSERVATIONS} observations a"
            f" submission, {our.filers} agencies",
            "Rounds": f"{rounds} each in turn, {seconds:.0f} s measured after a warm-up; medians",
            "Load of the machine before": busy,
            "Nothing lost": f"{len(told[0]):,} accepted by ours are in PostgreSQL and in Kafka ({repeated} twice),"
            f" {len(told[1]):,} accepted by the peer are in Kafka",
        },
    )
    return Record(circumstances=circumstances, rows=_rows(*found))


def _rows(our: list[Round], peers: list[Round]) -> list[Row]:
    def rate(name: str, figure: Callable[[Round], float]) -> Row:
        ours, peer = median_of(our, figure), median_of(peers, figure)
        return more_is_better(name, ours=ours, peer=peer, unit="submissions/s")

    def cost(name: str, figure: Callable[[Round], float], *, unit: str) -> Row:
        return less_is_better(name, ours=median_of(our, figure), peer=median_of(peers, figure), unit=unit)

    rows = [
        rate("accept vs fastapi-aiokafka", lambda each: each.outcome.per_second),
        rate("accept and have in Kafka", lambda each: each.settled_per_second),
        cost("answer, half of all within", lambda each: each.outcome.p50_ms, unit="ms"),
        cost("answer, 99 of 100 within", lambda each: each.outcome.p99_ms, unit="ms"),
    ]
    if all(each.cpu_us is not None for each in (*our, *peers)):
        rows.append(cost("processor time of the service", lambda each: each.cpu_us or 0.0, unit="µs a submission"))
    return rows


def _said(side: Side, done: Round) -> str:
    return (
        f"  {side.server.name:>5}: {done.outcome.per_second:6,.0f} accepted/s, p50 {done.outcome.p50_ms:.1f} ms,"
        f" p99 {done.outcome.p99_ms:.1f} ms, in Kafka {done.settled_after_seconds:.2f} s later"
    )


async def _check(our: Ours, *, told: tuple[set[UUID], set[UUID]], kafka: Part, topics: tuple[str, str]) -> int:
    """Return how many events stand in Kafka more than once, having made sure that nothing is missing anywhere."""
    arrivals.demand_same(told=told[0], found=await arrivals.ids_in_database(our.database_url), where="PostgreSQL")
    ours_in_kafka = await arrivals.ids_in_kafka(
        kafka.where, topic=topics[0] + SUBMISSIONS.name, id_of=lambda event: str(event["data"]["submission"])
    )
    arrivals.demand_same(told=told[0], found=set(ours_in_kafka), where="Kafka, ours")
    peers_in_kafka = await arrivals.ids_in_kafka(
        kafka.where, topic=topics[1] + SUBMISSIONS.name, id_of=lambda event: str(event["submission"])
    )
    arrivals.demand_same(told=told[1], found=set(peers_in_kafka), where="Kafka, the peer")
    return ours_in_kafka.total() - len(ours_in_kafka)


@asynccontextmanager
async def _topics(kafka: Part) -> AsyncIterator[tuple[str, str]]:
    """Lend two sets of topics and remove them afterwards; yields their prefixes."""
    run_id = uuid4().hex[:8]
    prefixes = (f"bench-{run_id}-ours-", f"bench-{run_id}-peer-")
    for prefix in prefixes:
        await create_topics(kafka.where, prefix=prefix)
    try:
        yield prefixes
    finally:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka.where)
        await admin.start()
        try:
            await admin.delete_topics(
                [topic.name for prefix in prefixes for topic in new_topics(prefix=prefix, replication_factor=1)]
            )
        finally:
            await admin.close()
