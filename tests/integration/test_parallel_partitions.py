"""Partitions of a batch are applied in transactions side by side, and each partition's events in their order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from shared.events.topics import AnyEvent
from shared.runtime.database import Database
from tests.support.consuming import record, subscribed
from tests.support.databases import DatabaseMaker
from tests.support.scoring_examples import submission_accepted

SIDE_BY_SIDE_SECONDS = 20.0


@pytest.fixture
async def database(make_database: DatabaseMaker) -> AsyncIterator[Database]:
    opened = Database(await make_database("scoring"))
    await opened.open()
    yield opened
    await opened.close()


def filed(agency: str, revision: int, *, partition: int) -> "ConsumerRecord[bytes, bytes]":
    return record(submission_accepted(agency, revision=revision), partition=partition, offset=revision)


async def test_partitions_are_applied_side_by_side_and_each_in_its_order(database: Database) -> None:
    records = [
        filed(f"agency-{partition}", number, partition=partition) for number in range(1, 4) for partition in range(5)
    ]
    batches: list[list[tuple[str, int]]] = []
    are_both_here = asyncio.Event()

    async def apply(_: Any, events: Sequence[AnyEvent]) -> None:
        batches.append([(event.data.agency, event.data.revision) for event in events])
        if len(batches) == 2:
            are_both_here.set()
        async with asyncio.timeout(SIDE_BY_SIDE_SECONDS):
            await are_both_here.wait()

    async with subscribed(database, apply, parallel=2) as subscriber:
        await subscriber.take(records)
    assert sorted(map(len, batches)) == [6, 9], "five partitions in two transactions"
    assert not {agency for agency, _ in batches[0]} & {agency for agency, _ in batches[1]}
    for batch in batches:
        for agency in {agency for agency, _ in batch}:
            assert [number for name, number in batch if name == agency] == [1, 2, 3]


async def test_one_transaction_takes_the_records_as_they_come(database: Database) -> None:
    records = [filed("one", 1, partition=0), filed("other", 1, partition=1), filed("one", 2, partition=0)]
    batches: list[list[tuple[str, int]]] = []

    async def apply(_: Any, events: Sequence[AnyEvent]) -> None:
        batches.append([(event.data.agency, event.data.revision) for event in events])

    async with subscribed(database, apply) as subscriber:
        await subscriber.take(records)
    assert batches == [[("one", 1), ("other", 1), ("one", 2)]]


async def test_what_one_transaction_applied_is_not_applied_again_with_the_next_delivery(database: Database) -> None:
    records = [filed("one", 1, partition=0), filed("other", 1, partition=1)]
    applied: list[str] = []

    async def apply(_: Any, events: Sequence[AnyEvent]) -> None:
        applied.extend(event.data.agency for event in events)

    async with subscribed(database, apply, parallel=2) as subscriber:
        await subscriber.take(records[:1])
        await subscriber.take(records)
    assert sorted(applied) == ["one", "other"]
