"""Records that nobody can read: set aside whole and with the reason, while the rest of their batch goes on."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.events import topics
from shared.runtime.kafka.dead_letters.store import DeadLetters, set_aside
from shared.runtime.kafka.decoding import Rejected
from shared.runtime.kafka.producer import Producer
from shared.runtime.kafka.topics import create_topics
from tests.support.bad_headers import send_with_bad_headers
from tests.support.brokers import EMBEDDED, TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.province import communes
from tests.support.systems import Rehearsal, rehearsal
from tests.support.waiting import PATIENCE_SECONDS, until

HEADERS = [("ce_type", b"submission.accepted.v1"), ("trace", b"\xff\xfe not UTF-8")]
UNREADABLE = {
    "not JSON": b'{"type": "submission.accepted.v1", ',
    "not JSON at all": b"\xff\xfe\x00",
    "unknown event type 'submission.eaten.v1'": b'{"type": "submission.eaten.v1"}',
    "not a valid submission.accepted.v1": b'{"type": "submission.accepted.v1", "id": "no uuid"}',
    "no attribute `type`": b"[]",
}

LARGE_BYTES = 1_500_000  # more than a broker takes that is not told otherwise


def _record(topic: str, offset: int, value: bytes) -> "ConsumerRecord[bytes, bytes]":
    return ConsumerRecord(
        topic=topic,
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=b"key",
        value=value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=(),
    )


@pytest.fixture(scope="module")
async def lived(
    any_kafka: TestKafka, make_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rehearsal]:
    directory = tmp_path_factory.mktemp("system")
    async with rehearsal(any_kafka, directory=directory, make_database=make_database) as running:
        yield running


async def _dead_letters(lived: Rehearsal, topic: str, *, count: int) -> "list[ConsumerRecord[bytes, bytes]]":
    """Return the records of a topic, waiting until there are `count`."""
    found: list[ConsumerRecord[bytes, bytes]] = []
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        AIOKafkaConsumer(topic, bootstrap_servers=lived.system.bootstrap, auto_offset_reset="earliest") as reader,
    ):
        while len(found) < count:
            for records in (await reader.getmany(timeout_ms=500)).values():
                found += records
    return found


async def test_unreadable_records_are_set_aside_whole_and_their_neighbours_are_judged(lived: Rehearsal) -> None:
    prefix = lived.system.topic_prefix
    first, last = communes(sorted(lived.province.keys))[:2]
    await lived.province.file(first, "2014-03")
    await lived.comes_to_rest()
    (event,) = await lived.ask("ingest", "select event from submission where agency = $1", first)
    good = orjson.loads(event["event"])
    good["id"] = "11111111-2222-3333-4444-555555555555"
    good["data"] |= {"agency": last, "filed_by": last, "submission": "11111111-2222-3333-4444-666666666666"}

    async with AIOKafkaProducer(bootstrap_servers=lived.system.bootstrap, acks="all", linger_ms=50) as producer:
        sent: list[Any] = [
            await producer.send(prefix + topics.SUBMISSIONS.name, value, key=b"key", headers=HEADERS, partition=0)
            for value in (*UNREADABLE.values(), orjson.dumps(good))
        ]
        await asyncio.gather(*sent)

    dead_letters = await _dead_letters(lived, prefix + topics.SUBMISSIONS.dead_letters, count=len(UNREADABLE))
    assert sorted(str(each.value) for each in dead_letters) == sorted(map(str, UNREADABLE.values()))
    for each in dead_letters:
        headers = dict(each.headers)
        expected = next(reason for reason, value in UNREADABLE.items() if value == each.value).removesuffix(" at all")
        assert expected in headers["dlq-reason"].decode()
        assert (each.key, headers["dlq-topic"], headers["dlq-partition"]) == (b"key", b"submissions", b"0")
        assert headers["original-trace"] == b"\xff\xfe not UTF-8"

    async def is_judged() -> bool:
        return bool(
            await lived.ask("scoring", "select 1 from current_progress where agency = $1 and revision = 1", last)
        )

    await until(is_judged, "the readable record among them is judged")


async def test_a_record_with_a_header_that_is_no_text_is_set_aside_and_the_next_is_judged(
    lived: Rehearsal,
) -> None:
    prefix = lived.system.topic_prefix
    one, other, third = communes(sorted(lived.province.keys))[2:5]
    await lived.province.file(one, "2014-03")
    await lived.comes_to_rest()
    (event,) = await lived.ask("ingest", "select event from submission where agency = $1", one)
    values = []
    for number, agency in enumerate((other, third)):
        copied = orjson.loads(event["event"])
        copied["id"] = f"11111111-2222-3333-4444-77777777777{number}"
        submission = f"11111111-2222-3333-4444-88888888888{number}"
        copied["data"] |= {"agency": agency, "filed_by": agency, "submission": submission}
        values.append(orjson.dumps(copied))
    async with AIOKafkaProducer(bootstrap_servers=lived.system.bootstrap, acks="all") as producer:
        for value, is_bad in zip(values, (True, False), strict=True):
            await send_with_bad_headers(producer, prefix + topics.SUBMISSIONS.name, [value], partition=0, bad=[is_bad])

    async def is_judged() -> bool:
        return bool(
            await lived.ask("scoring", "select from current_progress where revision = 1 and agency = $1", third)
        )

    await until(is_judged, "the next record is judged", within_seconds=5)
    assert not await lived.ask("scoring", "select from current_progress where revision = 1 and agency = $1", other)
    dead_letters = await _dead_letters(lived, prefix + topics.SUBMISSIONS.dead_letters, count=len(UNREADABLE) + 1)
    (headers,) = [headers for each in dead_letters if b"not UTF-8" in (headers := dict(each.headers))["dlq-reason"]]
    assert headers["dlq-value"].startswith(b"left where dlq-topic, dlq-partition and dlq-offset say")


async def test_a_large_record_that_nobody_can_read_is_set_aside_whole(lived: Rehearsal) -> None:
    prefix = lived.system.topic_prefix
    large = os.urandom(LARGE_BYTES)
    async with AIOKafkaProducer(
        bootstrap_servers=lived.system.bootstrap, acks="all", max_request_size=2 * LARGE_BYTES
    ) as producer:
        await producer.send_and_wait(prefix + topics.SUBMISSIONS.name, large, key=b"large", partition=1)
    dead_letters = await _dead_letters(lived, prefix + topics.SUBMISSIONS.dead_letters, count=len(UNREADABLE) + 2)
    assert [each.value == large for each in dead_letters if each.key == b"large"] == [True]
    await lived.comes_to_rest()


async def test_of_a_record_too_large_for_an_older_topic_its_place_is_set_aside(any_kafka: TestKafka) -> None:
    prefix = any_kafka.new_prefix()
    admin = AIOKafkaAdminClient(bootstrap_servers=any_kafka.bootstrap_servers)
    await admin.start()
    name = topics.SUBMISSIONS.dead_letters
    await admin.create_topics([NewTopic(prefix + name, 1, 1, topic_configs={"max.message.bytes": "10000"})])
    await admin.close()
    origin = prefix + topics.SUBMISSIONS.name
    records = [_record(origin, offset, value) for offset, value in ((7, b"small"), (8, os.urandom(20_000)))]
    producer = Producer(any_kafka.bootstrap_servers, topic_prefix=prefix)
    rejected = [Rejected(record, "not JSON") for record in records]
    await set_aside(rejected, producer=producer, group="test")
    await producer.close()
    async with (
        asyncio.timeout(PATIENCE_SECONDS),
        AIOKafkaConsumer(
            prefix + name, bootstrap_servers=any_kafka.bootstrap_servers, auto_offset_reset="earliest"
        ) as reader,
    ):
        dead_letters = [await reader.getone() for _ in records]
    told = {dict(each.headers)["dlq-offset"]: each.value for each in dead_letters}
    is_limit_kept = told[b"8"] == b""  # the embedded broker takes records of any size
    assert told == {b"7": b"small", b"8": b"" if is_limit_kept else records[1].value}
    assert is_limit_kept or any_kafka.kind == EMBEDDED
    left = DeadLetters(topics.SUBMISSIONS, bootstrap_servers=any_kafka.bootstrap_servers, prefix=prefix)
    await create_topics(any_kafka.bootstrap_servers, prefix=prefix)
    assert [each.offset for each in await left.redrive()] == ([7] if is_limit_kept else [7, 8])


async def test_a_record_that_notify_cannot_read_does_not_hold_up_mail(lived: Rehearsal) -> None:
    prefix = lived.system.topic_prefix
    async with AIOKafkaProducer(bootstrap_servers=lived.system.bootstrap, acks="all") as producer:
        for partition in range(topics.PROGRESS.partitions):
            await producer.send_and_wait(prefix + topics.PROGRESS.name, b"nonsense", partition=partition)
    lagging = communes(sorted(lived.province.keys))[2]
    await lived.province.file(lagging, "2014-03", pct=1)
    await lived.comes_to_rest()
    assert [mail.kind for mail in await lived.mailbox.mails() if mail.agency == lagging] == ["lag"]
    dead_letters = await _dead_letters(lived, prefix + topics.PROGRESS.dead_letters, count=topics.PROGRESS.partitions)
    assert {each.value for each in dead_letters} == {b"nonsense"}
