"""Records that nobody can read: set aside whole and with the reason, while the rest of their batch goes on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from shared.events import topics
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.province import communes
from tests.support.systems import Rehearsal, rehearsal
from tests.support.waiting import until

HEADERS = [("ce_type", b"submission.accepted.v1"), ("trace", b"\xff\xfe not UTF-8")]
UNREADABLE = {
    "not JSON": b'{"type": "submission.accepted.v1", ',
    "not JSON at all": b"\xff\xfe\x00",
    "unknown event type 'submission.eaten.v1'": b'{"type": "submission.eaten.v1"}',
    "not a valid submission.accepted.v1": b'{"type": "submission.accepted.v1", "id": "no uuid"}',
    "no attribute `type`": b"[]",
}


@pytest.fixture(scope="module")
async def lived(
    any_kafka: TestKafka, make_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rehearsal]:
    directory = tmp_path_factory.mktemp("system")
    async with rehearsal(any_kafka, directory=directory, make_database=make_database) as running:
        yield running


async def _letters(lived: Rehearsal, topic: str, *, count: int) -> "list[ConsumerRecord[bytes, bytes]]":
    """Return the records of a topic, waiting until there are `count`."""
    found: list[ConsumerRecord[bytes, bytes]] = []
    async with (
        asyncio.timeout(60),
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

    letters = await _letters(lived, prefix + topics.SUBMISSIONS.dead_letters, count=len(UNREADABLE))
    assert sorted(str(letter.value) for letter in letters) == sorted(map(str, UNREADABLE.values()))
    for letter in letters:
        headers = dict(letter.headers)
        expected = next(reason for reason, value in UNREADABLE.items() if value == letter.value).removesuffix(" at all")
        assert expected in headers["dlq-reason"].decode()
        assert (letter.key, headers["dlq-topic"], headers["dlq-partition"]) == (b"key", b"submissions", b"0")
        assert headers["original-trace"] == b"\xff\xfe not UTF-8"

    async def is_judged() -> bool:
        return bool(await lived.ask("scoring", "select 1 from progress where agency = $1 and revision = 1", last))

    await until(is_judged, "the readable record among them is judged")


async def test_a_record_that_notify_cannot_read_does_not_hold_up_mail(lived: Rehearsal) -> None:
    prefix = lived.system.topic_prefix
    async with AIOKafkaProducer(bootstrap_servers=lived.system.bootstrap, acks="all") as producer:
        for partition in range(topics.PROGRESS.partitions):
            await producer.send_and_wait(prefix + topics.PROGRESS.name, b"nonsense", partition=partition)
    lagging = communes(sorted(lived.province.keys))[2]
    await lived.province.file(lagging, "2014-03", pct=1)
    await lived.comes_to_rest()
    assert [mail.kind for mail in await lived.mailbox.mails() if mail.agency == lagging] == ["lag"]
    letters = await _letters(lived, prefix + topics.PROGRESS.dead_letters, count=topics.PROGRESS.partitions)
    assert {letter.value for letter in letters} == {b"nonsense"}
