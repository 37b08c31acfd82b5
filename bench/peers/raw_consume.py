"""The limit of scoring: aiokafka's `getmany` and the decoding of what was filed, and nothing more."""

import asyncio
import sys
import time
from typing import Annotated
from uuid import UUID

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import BaseModel

from shared.events.submissions import SubmissionAccepted
from shared.runtime.process.program import run_program

_AT_ONCE = 1_000
_POLL_MS = 200


class Order(BaseModel):
    """What to read."""

    bootstrap_servers: str
    topic: str
    offsets: dict[int, int]  # where to begin in each partition
    count: int
    within_seconds: float = 60


class Outcome(BaseModel):
    """What it came to."""

    decoded: int  # different events
    seconds: float


async def read(order: Order) -> Outcome:
    """Return how long reading and decoding took, from the first request to the last event."""
    consumer = AIOKafkaConsumer(bootstrap_servers=order.bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(order.topic, each) for each in order.offsets])
        for partition, offset in order.offsets.items():
            consumer.seek(TopicPartition(order.topic, partition), offset)
        decoded: set[UUID] = set()
        began_at = time.perf_counter()
        async with asyncio.timeout(order.within_seconds):
            while len(decoded) < order.count:
                for records in (await consumer.getmany(timeout_ms=_POLL_MS, max_records=_AT_ONCE)).values():
                    for record in records:
                        decoded.add(SubmissionAccepted.model_validate_json(record.value).id)
        return Outcome(decoded=len(decoded), seconds=time.perf_counter() - began_at)
    finally:
        await consumer.stop()


def main(order: Annotated[str, typer.Argument(help="The order as JSON.")]) -> None:
    """Carry out one order and print what it came to as JSON."""

    async def told() -> None:
        sys.stdout.write((await read(Order.model_validate_json(order))).model_dump_json() + "\n")

    run_program(told())


if __name__ == "__main__":
    typer.run(main)
