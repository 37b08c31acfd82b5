"""Lanes: what several partitions brought is applied side by side, and each partition's in its order."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from shared.events.topics import SUBMISSIONS, AnyEvent
from shared.runtime.database import Database
from shared.runtime.kafka.batches import Applier
from shared.runtime.kafka.producer import Producer
from tests.support.databases import DatabaseMaker
from tests.support.scoring_examples import submission_accepted

SIDE_BY_SIDE_SECONDS = 20.0


@pytest.fixture
async def database(make_database: DatabaseMaker) -> AsyncIterator[Database]:
    opened = Database(await make_database("scoring"))
    await opened.open()
    yield opened
    await opened.close()


def record(agency: str, revision: int, *, partition: int) -> "ConsumerRecord[bytes, bytes]":
    return ConsumerRecord(
        topic=SUBMISSIONS.name,
        partition=partition,
        offset=revision,
        timestamp=0,
        timestamp_type=0,
        key=agency.encode(),
        value=submission_accepted(agency, revision=revision).to_bytes(),
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=(),
    )


def applier(database: Database, apply: Any, *, lanes: int) -> Applier:
    """Return an applier whose producer is never asked for anything: nothing is set aside here."""
    return Applier(
        group="test",
        topics=[SUBMISSIONS],
        topic_prefix="",
        database=database,
        producer=Producer("127.0.0.1:1"),
        apply=apply,
        on_applied=None,
        lanes=lanes,
    )


async def test_lanes_are_applied_side_by_side_and_a_partition_in_its_order(database: Database) -> None:
    records = [
        record(f"agency-{partition}", number, partition=partition) for number in range(1, 4) for partition in range(5)
    ]
    batches: list[list[tuple[str, int]]] = []
    are_both_here = asyncio.Event()

    async def apply(_: Any, events: Sequence[AnyEvent]) -> None:
        batches.append([(event.data.agency, event.data.revision) for event in events])
        if len(batches) == 2:
            are_both_here.set()
        async with asyncio.timeout(SIDE_BY_SIDE_SECONDS):
            await are_both_here.wait()

    await applier(database, apply, lanes=2).take(records)
    assert sorted(map(len, batches)) == [6, 9], "five partitions in two lanes"
    assert not {agency for agency, _ in batches[0]} & {agency for agency, _ in batches[1]}
    for batch in batches:
        for agency in {agency for agency, _ in batch}:
            assert [number for name, number in batch if name == agency] == [1, 2, 3]


async def test_one_lane_takes_the_records_as_they_come(database: Database) -> None:
    records = [record("one", 1, partition=0), record("other", 1, partition=1), record("one", 2, partition=0)]
    batches: list[list[tuple[str, int]]] = []

    async def apply(_: Any, events: Sequence[AnyEvent]) -> None:
        batches.append([(event.data.agency, event.data.revision) for event in events])

    await applier(database, apply, lanes=1).take(records)
    assert batches == [[("one", 1), ("other", 1), ("one", 2)]]


async def test_what_one_lane_applied_stays_applied_where_another_is_delivered_again(database: Database) -> None:
    records = [record("one", 1, partition=0), record("other", 1, partition=1)]
    applied: list[str] = []

    async def apply(_: Any, events: Sequence[AnyEvent]) -> None:
        applied.extend(event.data.agency for event in events)

    await applier(database, apply, lanes=2).take(records[:1])
    await applier(database, apply, lanes=2).take(records)
    assert sorted(applied) == ["one", "other"]
