"""Notify as a whole, from Kafka to the mailbox."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.notify.settings import Settings
from services.notify.wiring import build
from shared.events import topics
from shared.events.envelope import Event
from shared.events.vocabulary import Standing
from shared.runtime.database import Database
from shared.runtime.kafka.producer import Producer, Record
from shared.runtime.kafka.topics import create_topics
from tests.integration.notify_province import Province, a_province
from tests.support.brokers import TestKafka
from tests.support.waiting import until
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    LAC_DUONG,
    LEAD,
    NAMES,
    NOI_VU,
    agency_registered,
    at,
    plan_published,
    progress_changed,
    rolled_up,
)

LAGGING = {EMAIL: Standing.LAGGING}


@pytest.fixture
async def province(make_database: Callable[[str], Awaitable[str]], tmp_path: Path) -> AsyncIterator[Province]:
    async with a_province(make_database, tmp_path) as given:
        yield given


async def publish(producer: Producer, events: Sequence[Event[Any]]) -> None:
    await producer.send_all(
        [
            Record(
                next(topic.name for topic in topics.ALL if isinstance(event, topic.events)),
                event.subject.encode(),
                event.to_bytes(),
                event.type,
            )
            for event in events
        ]
    )


@asynccontextmanager
async def running(province: Province, kafka: TestKafka, *, processes: int) -> AsyncIterator[Producer]:
    """Run notify several times over, as several processes would, and lend a way to speak to it."""
    prefix = kafka.new_prefix()
    await create_topics(kafka.bootstrap_servers, prefix=prefix)
    settings = Settings(
        key_pepper="a pepper only for tests",
        database_url=province.database.url,
        kafka_bootstrap_servers=kafka.bootstrap_servers,
        kafka_topic_prefix=prefix,
        smtp_url=province.catcher.url,
        sent_mail_url=f"maildir:{province.catcher.directory}",
        public_url="https://tiendo.example",
    )
    services = []
    for _ in range(processes):
        database = Database(province.database.url)
        await database.open()
        services.append(build(settings=settings, clock=province.clock, database=database))
    producer = Producer(kafka.bootstrap_servers, topic_prefix=prefix)
    await asyncio.gather(*(service.start() for service in services))
    try:
        yield producer
    finally:
        await asyncio.gather(*(service.stop() for service in services))
        await producer.close()


async def test_each_agency_is_told_once_whoever_of_two_processes_hears_and_sends(
    province: Province, kafka: TestKafka
) -> None:
    reference: list[Event[Any]] = [*map(agency_registered, NAMES), plan_published()]
    lagging = [progress_changed(agency, standings=LAGGING) for agency in NAMES]
    async with running(province, kafka, processes=2) as producer:
        await publish(producer, [*reference, *lagging])
        await until(lambda: _have_arrived(province, 4), "four mails arrived")
        await publish(producer, [*lagging, *reference, progress_changed(LAC_DUONG, sequence=2)])
        await until(lambda: _have_arrived(province, 5), "the recovery arrived")
    mails = province.mails()
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 5
    assert await province.states() == {("lag", "accepted", None): 4, ("recovered", "accepted", None): 1}
    text = mails[0].get_body(("plain",))
    assert text is not None
    assert re.search(r"https://tiendo\.example/v1/previews/[0-9a-f-]{36}\?token=[\w.-]{40,}", text.get_content())


async def test_the_digest_goes_out_when_the_clock_is_moved_to_its_slot(
    province: Province, any_kafka: TestKafka
) -> None:
    province.clock = type(province.clock)(at("2014-04-07 09:00"))
    async with running(province, any_kafka, processes=1) as producer:
        closed = [progress_changed(agency, is_filed=agency != DA_LAT) for agency in (LEAD, LAC_DUONG, DA_LAT, NOI_VU)]
        counted = rolled_up(agencies={Standing.ON_TRACK: 3, Standing.MISSING: 1})
        await publish(producer, [*map(agency_registered, NAMES), plan_published(), *closed, counted])
        await until(lambda: _have_arrived(province, 1), "the overdue notice arrived")
        province.clock.advance_to(at("2014-04-08 08:00"))
        await until(lambda: _have_arrived(province, 3), "both digests arrived")
    assert await province.states() == {("overdue", "accepted", None): 1, ("digest", "accepted", None): 2}


async def test_a_stopped_service_leaves_no_mail_in_doubt(province: Province, any_kafka: TestKafka) -> None:
    rows = [f"{LAC_DUONG},officer,Officer {number},officer-{number}@x.example,vi" for number in range(200)]
    await province.knows_contacts(*rows)
    await province.knows_the_plan()
    await province.hears(progress_changed(standings=LAGGING))
    async with running(province, any_kafka, processes=1):
        await until(lambda: _have_arrived(province, 5), "some mails arrived")
    states = await province.states()
    assert set(states) <= {("lag", "accepted", None), ("lag", "queued", None)}
    assert states["lag", "accepted", None] == len(province.mails())


async def _have_arrived(province: Province, count: int) -> bool:
    return len(province.mails()) >= count
