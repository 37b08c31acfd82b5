"""A subscriber with its middlewares, handed records as a broker's consumer would hand them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaRouter, TestKafkaBroker

from shared.events.submissions import SubmissionAccepted
from shared.events.topics import SUBMISSIONS, Topic
from shared.runtime.database import Database
from shared.runtime.kafka.member import Member, members_of
from shared.runtime.kafka.middlewares import Connection, raw
from shared.runtime.kafka.producer import Producer

Apply = Callable[[Any, Sequence[Any]], Awaitable[None]]


def router_of(apply: Apply, *, topic: Topic = SUBMISSIONS, group: str = "test") -> KafkaRouter:
    """Return a router whose one subscriber hands its batches to `apply`."""
    router = KafkaRouter()

    @router.subscriber(
        topic.name,
        batch=True,
        group_id=group,
        decoder=raw,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        auto_offset_reset="earliest",
        max_records=1_000,
    )
    async def on_events(batch: list[Any], connection: Connection) -> None:
        await apply(connection, batch)

    return router


def record(
    event: SubmissionAccepted, *, partition: int = 0, offset: int = 0, prefix: str = ""
) -> "ConsumerRecord[bytes, bytes]":
    """Return an event as it is read, with a header that is no text."""
    return ConsumerRecord(
        topic=prefix + SUBMISSIONS.name,
        partition=partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=event.data.agency.encode(),
        value=event.to_bytes(),
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=(("trace", b"\xff\xfe"),),
    )


class Subscriber:
    """What a test hands records to."""

    def __init__(self, member: Member) -> None:
        self.outage = member.outage
        self._subscriber = member.subscriber

    async def take(self, records: Sequence["ConsumerRecord[bytes, bytes]"]) -> None:
        """Return when each record is applied or set aside."""
        await self._subscriber.process_message(tuple(records))


@asynccontextmanager
async def subscribed(
    database: Database, apply: Apply, *, producer: Producer | None = None, parallel: int = 1
) -> AsyncIterator[Subscriber]:
    """Lend a subscriber of submissions; without a producer it waits for Kafka where it sets something aside."""
    (member,) = members_of(
        router_of(apply), database=database, producer=producer or Producer("127.0.0.1:1"), parallel=parallel
    )
    async with TestKafkaBroker(member.broker):
        yield Subscriber(member)
