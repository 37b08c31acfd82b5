"""A record that cannot be applied holds nobody up, and counts once when it is published again after the mending."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition

from shared.events import topics
from shared.events.envelope import event_id
from shared.runtime.errors import StartFailure
from shared.runtime.kafka.consumer import UnreadableRecord
from shared.runtime.kafka.dead_letters.store import DeadLetters, set_aside
from shared.runtime.kafka.decoding import Rejected
from shared.runtime.kafka.producer import Producer
from shared.runtime.kafka.topics import create_topics
from tests.support.brokers import TestKafka
from tests.support.commands import typed_to
from tests.support.databases import DatabaseMaker
from tests.support.province import communes
from tests.support.reading import read
from tests.support.systems import Rehearsal, rehearsal
from tests.support.waiting import until

HEADERS = [("ce_type", b"submission.accepted.v1"), ("trace", b"\xff\xfe not UTF-8")]
SUBMISSIONS = topics.SUBMISSIONS


@pytest.fixture(scope="module")
async def lived(
    any_kafka: TestKafka, make_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rehearsal]:
    directory = tmp_path_factory.mktemp("system")
    async with rehearsal(any_kafka, directory=directory, make_database=make_database) as running:
        yield running


async def _typed(*arguments: str, bootstrap_servers: str, prefix: str) -> tuple[int, str, str]:
    kafka = {"KAFKA_BOOTSTRAP_SERVERS": bootstrap_servers, "KAFKA_TOPIC_PREFIX": prefix}
    return await typed_to("shared.runtime.kafka.dead_letters", *arguments, **kafka)


async def _like(lived: Rehearsal, filed: str, agencies: list[str]) -> dict[str, bytes]:
    """Return what one agency filed as if each of the others had, by agency."""
    (row,) = await lived.ask("ingest", "select event from submission where agency = $1", filed)
    events = {}
    for agency in agencies:
        event = orjson.loads(row["event"])
        submission = str(event_id("copy", agency))
        event["id"] = str(event_id("copied", agency))
        event["data"] |= {"agency": agency, "filed_by": agency, "submission": submission}
        events[agency] = orjson.dumps(event)
    return events


async def test_a_poison_record_holds_a_partition_up_for_less_than_five_seconds_and_counts_once_when_mended(
    lived: Rehearsal,
) -> None:
    prefix, servers = lived.system.topic_prefix, lived.system.bootstrap
    first, *others = communes(sorted(lived.province.keys))[:61]
    poison, good = others[30], others[:30] + others[31:]
    await lived.province.file(first, "2014-03")
    await lived.comes_to_rest()
    events = await _like(lived, first, others)

    await lived.ask("scoring", f"alter table progress add constraint a_bug check (agency <> '{poison}')")
    begun = time.monotonic()
    async with AIOKafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=50) as producer:
        sent: list[Any] = [
            await producer.send(prefix + SUBMISSIONS.name, value, key=agency.encode(), headers=HEADERS, partition=0)
            for agency, value in events.items()
        ]
        await asyncio.gather(*sent)

    async def are_judged() -> bool:
        rows = await lived.ask("scoring", "select agency from current_progress where agency = any($1)", good)
        return len(rows) == len(good)

    await until(are_judged, "everything around the poison record is judged", within_seconds=5)
    assert time.monotonic() - begun < 5
    dead_letters = DeadLetters(SUBMISSIONS, bootstrap_servers=servers, prefix=prefix)
    (dead_letter,) = await _wait_for(dead_letters, 1)
    assert (dead_letter.record.value, dead_letter.headers, dead_letter.is_redriven) == (events[poison], HEADERS, False)
    assert "a_bug" in dead_letter.reason

    status, said, _ = await _typed("redrive", SUBMISSIONS.name, bootstrap_servers=servers, prefix=prefix)
    assert status == 0
    assert "1 dead letter of submissions published again" in said
    _, again = await _wait_for(dead_letters, 2)
    assert "a_bug" in again.reason, "it was not mended yet, so it is set aside again"

    await lived.ask("scoring", "alter table progress drop constraint a_bug")
    for expected in (1, 0):
        assert len(await dead_letters.redrive()) == expected

    async def is_judged() -> bool:
        return bool(await lived.ask("scoring", "select from current_progress where agency = $1", poison))

    await until(is_judged, "the mended record is judged")
    (row,) = await lived.ask(
        "scoring", "select revision, sequence from current_progress where agency = $1 and revision > 0", poison
    )
    assert (row["revision"], row["sequence"]) == (1, 1)
    _, listed, _ = await _typed("list", SUBMISSIONS.name, bootstrap_servers=servers, prefix=prefix)
    assert listed.count("redriven") == 2
    assert "scoring-submissions" in listed


async def _wait_for(dead_letters: DeadLetters, count: int) -> list[Any]:
    async def are_there() -> bool:
        return len(await dead_letters.all()) >= count

    await until(are_there, f"{count} dead letters are there")
    return await dead_letters.all()


async def test_dead_letters_are_published_as_they_came_where_they_came_from_and_once(kafka: TestKafka) -> None:
    prefix, servers = kafka.new_prefix(), kafka.bootstrap_servers
    await create_topics(servers, prefix=prefix)
    dead_letters = DeadLetters(SUBMISSIONS, bootstrap_servers=servers, prefix=prefix)
    assert (await dead_letters.all(), await dead_letters.redrive()) == ([], [])

    values = [b"{not json", b"\xff", b"third"]
    async with AIOKafkaProducer(bootstrap_servers=servers, acks="all") as producer:
        for value, key in zip(values, (b"agency", b"agency", None), strict=True):
            await producer.send_and_wait(prefix + SUBMISSIONS.name, value, key=key, headers=HEADERS, partition=3)
    records = await read(servers, prefix + SUBMISSIONS.name, count=3, partitions=SUBMISSIONS.partitions)
    lost = UnreadableRecord.at(TopicPartition(prefix + SUBMISSIONS.name, 3), offset=99)
    producer = Producer(servers, topic_prefix=prefix)
    for group in ("scoring-submissions", "another"):
        rejected = [Rejected(record, f"not for {group}") for record in (*records, lost)]
        await set_aside(rejected, producer=producer, group=group)
    await producer.close()

    assert [each.is_redriven for each in await dead_letters.all()] == [False] * 8
    assert [each.reason for each in await dead_letters.redrive()] == ["not for scoring-submissions"] * 3
    assert await dead_letters.redrive() == []
    assert [(each.group, each.is_redriven) for each in await dead_letters.all()][::4] == [
        ("scoring-submissions", True),
        ("another", True),
    ]
    found = await read(servers, prefix + SUBMISSIONS.name, count=6, partitions=SUBMISSIONS.partitions)
    again = [each for each in found if (each.partition, each.offset) not in {(e.partition, e.offset) for e in records}]
    assert sorted(each.value or b"" for each in again) == sorted(values)
    assert [each.value for each in again if each.key == b"agency"] == values[:2]
    assert all(list(each.headers) == HEADERS for each in again)
    assert [each.partition for each in again if each.key is None] == [3]


async def test_what_cannot_be_redriven_is_said_in_one_line(any_kafka: TestKafka) -> None:
    prefix, servers = any_kafka.new_prefix(), any_kafka.bootstrap_servers
    for arguments, said in (
        (("redrive", "reference"), "republish"),
        (("list", "submission"), "no topic submission; there are reference, keys, submissions, progress"),
    ):
        status, _, complained = await _typed(*arguments, bootstrap_servers=servers, prefix=prefix)
        assert (status, complained.count("\n")) == (1, 1)
        assert said in complained
    with pytest.raises(StartFailure, match=r"127\.0\.0\.1:9 does not give submissions-dlq"):
        await DeadLetters(SUBMISSIONS, bootstrap_servers="127.0.0.1:9").all()
