"""Scoring as a whole, from Kafka to Kafka, on every broker there is."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from services.scoring.periods.backlog import Backlog
from services.scoring.settings import Settings
from services.scoring.subscribers import SUBMISSIONS_GROUP
from services.scoring.wiring import build
from shared.events import topics
from shared.events.envelope import Event
from shared.events.progress import ProgressChanged
from shared.events.vocabulary import Method, Standing
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.kafka.producer import KafkaAway, Producer, Record
from shared.runtime.kafka.topics import create_topics
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.reading import partition_of
from tests.support.scoring import AFTER_DUE, IN_TIME
from tests.support.scoring_examples import AGENCIES, agency_registered, indicator, plan_published, submission_accepted
from tests.support.waiting import PATIENCE_SECONDS


@dataclass
class Running:
    """Scoring processes on one broker and one database, and the way to speak with them."""

    kafka: TestKafka
    prefix: str
    clock: SteppedClock
    producer: Producer

    async def publish(self, topic: topics.Topic, *events: Event[Any] | bytes) -> None:
        await self.producer.send_all([_record(topic, event) for event in events])

    async def read(self, topic: str, *, count: int) -> Sequence["ConsumerRecord[bytes, bytes]"]:
        """Return the first `count` records of the topic."""
        found: list[ConsumerRecord[bytes, bytes]] = []
        consumer = AIOKafkaConsumer(bootstrap_servers=self.kafka.bootstrap_servers, auto_offset_reset="earliest")
        await consumer.start()
        try:
            partitions = topics.DEAD_LETTER_PARTITIONS if topic.endswith("-dlq") else topics.PROGRESS.partitions
            consumer.assign([TopicPartition(self.prefix + topic, each) for each in range(partitions)])
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(found) < count:
                    for records in (await consumer.getmany(timeout_ms=200)).values():
                        found.extend(records)
        finally:
            await consumer.stop()
        return found

    async def announced(self, *, count: int) -> dict[tuple[str, str], ProgressChanged]:
        """Return the latest of the first `count` announcements by agency and period."""
        records = await self.read(topics.PROGRESS.name, count=count)
        events = [ProgressChanged.model_validate_json(record.value or b"") for record in records]
        return {(event.data.agency, event.data.period): event for event in events}


def _record(topic: topics.Topic, event: Event[Any] | bytes) -> Record:
    if isinstance(event, bytes):
        return Record(topic.name, AGENCIES[0].encode(), event, "submission.accepted.v1")
    return Record(topic.name, getattr(event.data, "agency", "plan").encode(), event.to_bytes(), event.type)


@asynccontextmanager
async def _running(kafka: TestKafka, *, url: str, processes: int) -> AsyncIterator[Running]:
    running = Running(kafka, kafka.new_prefix(), SteppedClock(IN_TIME), Producer(""))
    await create_topics(kafka.bootstrap_servers, prefix=running.prefix)
    running.producer = Producer(kafka.bootstrap_servers, topic_prefix=running.prefix)
    settings = Settings(
        key_pepper="a pepper only for tests",
        database_url=url,
        kafka_bootstrap_servers=kafka.bootstrap_servers,
        kafka_topic_prefix=running.prefix,
        closing_pause_seconds=1,
    )
    services = []
    for _ in range(processes):
        database = Database(url)
        await database.open()
        services.append(build(settings=settings, clock=running.clock, database=database))
    await asyncio.gather(*(service.start() for service in services))
    try:
        yield running
    finally:
        await asyncio.gather(*(service.stop() for service in services))
        await running.producer.close()


async def test_from_submissions_to_progress_and_to_missing_once_the_due_date_has_passed(
    kafka: TestKafka, make_database: DatabaseMaker
) -> None:
    async with _running(kafka, url=await make_database("scoring"), processes=2) as running:
        filed = [submission_accepted(agency, edoc_exchange=40, oss_priority=60) for agency in AGENCIES[:3]]
        await running.publish(topics.SUBMISSIONS, *filed, *filed, b"{not json")
        paced = plan_published(plan="paced", indicators=(indicator("cif-3-9-1", method=Method.PACE),))
        await running.publish(topics.REFERENCE, *map(agency_registered, AGENCIES), paced, plan_published())

        announced = await running.announced(count=3 + 2 * len(AGENCIES))  # January and February are over
        judged = {agency: event for (agency, period), event in announced.items() if period == "2014-03"}
        assert {event.data.standing for event in judged.values()} == {Standing.ON_TRACK}
        assert {event.correlationid for event in judged.values()} == {each.correlationid for each in filed}

        running.clock.advance_to(AFTER_DUE)
        closed = await running.announced(count=3 * len(AGENCIES))
        assert closed[AGENCIES[4], "2014-03"].data.standing is Standing.MISSING
        assert closed[AGENCIES[0], "2014-03"].data.standing is Standing.ON_TRACK

        (unreadable,) = await running.read("submissions-dlq", count=1)
        assert unreadable.value == b"{not json"
        (refused,) = await running.read("reference-dlq", count=1)
        assert b"no baseline for cif-3-9-1 (pace)" in dict(refused.headers)["dlq-reason"]


async def test_the_backlog_is_worked_off_once_the_group_has_read_what_stood_there(kafka: TestKafka) -> None:
    prefix = kafka.new_prefix()
    await create_topics(kafka.bootstrap_servers, prefix=prefix)
    topic, group = prefix + topics.SUBMISSIONS.name, prefix + SUBMISSIONS_GROUP
    backlog = Backlog(bootstrap_servers=kafka.bootstrap_servers, topic=topic, group=group)
    assert await backlog.is_worked_off(), "nothing stands there"

    producer = Producer(kafka.bootstrap_servers, topic_prefix=prefix)
    await producer.send_all([_record(topics.SUBMISSIONS, submission_accepted(agency)) for agency in AGENCIES])
    assert not await backlog.is_worked_off()

    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=kafka.bootstrap_servers,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        for _ in AGENCIES:
            await asyncio.wait_for(consumer.getone(), PATIENCE_SECONDS)
        await producer.send_all([_record(topics.SUBMISSIONS, submission_accepted(revision=2))])
        await consumer.commit()
    finally:
        await consumer.stop()
        await producer.close()
    assert await backlog.is_worked_off(), "what came after the mark does not count"
    assert not await backlog.is_worked_off()


async def test_the_backlog_ends_with_the_last_record_though_many_came_in_one_batch(kafka: TestKafka) -> None:
    prefix = kafka.new_prefix()
    await create_topics(kafka.bootstrap_servers, prefix=prefix)
    topic, group = prefix + topics.SUBMISSIONS.name, prefix + SUBMISSIONS_GROUP
    producer = Producer(kafka.bootstrap_servers, topic_prefix=prefix)
    sent = [_record(topics.SUBMISSIONS, submission_accepted(revision=number)) for number in range(1, 51)]
    await producer.send_all(sent)
    await producer.close()
    partition = TopicPartition(topic, partition_of(sent[0].key or b"", count=topics.SUBMISSIONS.partitions))
    backlog = Backlog(bootstrap_servers=kafka.bootstrap_servers, topic=topic, group=group)
    async with AIOKafkaConsumer(
        bootstrap_servers=kafka.bootstrap_servers, group_id=group, enable_auto_commit=False
    ) as consumer:
        consumer.assign([partition])
        for committed, is_worked_off in ((10, False), (49, False), (50, True)):
            await consumer.commit({partition: committed})
            assert await backlog.is_worked_off() is is_worked_off, committed


async def test_without_kafka_nobody_knows_what_waits() -> None:
    backlog = Backlog(bootstrap_servers="127.0.0.1:9", topic="submissions", group="scoring")
    with pytest.raises(KafkaAway, match=r"127\.0\.0\.1:9 does not say"):
        await backlog.is_worked_off()
