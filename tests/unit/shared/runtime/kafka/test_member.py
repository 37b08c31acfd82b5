"""A member that stalls is started anew, one that moves or applies a batch is not; joining is tried again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.member import Member

PARTITION = TopicPartition("t-keys", 0)
LOOK_SECONDS = 0.001
STALL_SECONDS = 0.02
LOOKS = 100
PATIENCE_SECONDS = 20.0


class Subscriber:
    """Stands for FastStream's subscriber and for its consumer, of which records wait at every look."""

    group_id = "keys"
    topic_names = ("t-keys",)

    def __init__(self, *, fails: int = 0) -> None:
        self.starts = 0
        self.looks = 0
        self.fails = fails
        self.is_silent = False
        self.is_applying: Callable[[], bool] = lambda: False
        self.moves: Callable[[], int] = lambda: 0
        self.has_started_anew = asyncio.Event()
        self.consumer: Any = None

    @property
    def lock(self) -> SimpleNamespace:
        return SimpleNamespace(empty=not self.is_applying())

    async def start(self) -> None:
        self.starts += 1
        if self.starts > 1:
            self.has_started_anew.set()
        if self.starts <= self.fails:
            raise KafkaConnectionError("nobody answers")
        self.consumer = SimpleNamespace(
            has_joined=True,
            assignment=lambda: {PARTITION},
            beginning_offsets=partial(self.offsets, 0),
            end_offsets=partial(self.offsets, LOOKS * 10),
            committed=self.committed,
        )

    async def stop(self) -> None:
        self.consumer = None

    async def offsets(self, offset: int, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, offset)

    async def committed(self, _: TopicPartition) -> int:
        self.looks += 1
        if self.is_silent:
            raise KafkaConnectionError("nobody answers")
        return self.moves()


class Broker:
    """Stands for FastStream's broker."""

    def __init__(self) -> None:
        self.config = SimpleNamespace(broker_config=SimpleNamespace(builder=None))

    async def connect(self) -> Any:
        return partial(dict, bootstrap_servers="somewhere")


@asynccontextmanager
async def running(subscriber: Subscriber) -> AsyncIterator[Member]:
    broker: Any = Broker()
    member = Member(broker, subscriber, prefix="t-", look_seconds=LOOK_SECONDS, restart_seconds=STALL_SECONDS)
    task = asyncio.create_task(member.run())
    try:
        yield member
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def starts_anew(subscriber: Subscriber) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await subscriber.has_started_anew.wait()


async def test_a_member_that_does_not_move_though_records_wait_is_started_anew() -> None:
    subscriber = Subscriber()
    async with running(subscriber):
        await starts_anew(subscriber)


async def test_a_member_whose_questions_nobody_answers_is_started_anew() -> None:
    subscriber = Subscriber()
    subscriber.is_silent = True
    async with running(subscriber):
        await starts_anew(subscriber)


async def test_a_member_that_moves_is_left_alone() -> None:
    subscriber = Subscriber()
    subscriber.moves = lambda: min(subscriber.looks, LOOKS)
    async with running(subscriber):
        await starts_anew(subscriber)
    assert subscriber.looks > LOOKS


async def test_a_member_that_applies_a_batch_is_left_alone() -> None:
    subscriber = Subscriber()
    subscriber.is_applying = lambda: subscriber.looks < LOOKS
    async with running(subscriber):
        await starts_anew(subscriber)
    assert subscriber.looks > LOOKS


async def test_a_member_that_cannot_join_tries_again_with_our_consumer_and_the_prefix() -> None:
    subscriber = Subscriber(fails=1)
    async with running(subscriber) as member:
        assert member.group == "t-keys"
        assert member.fault() == "group t-keys has not assigned us partitions"
        await starts_anew(subscriber)
        assert member.fault() is None
        builder: Any = member.broker.config.broker_config.builder
    assert (builder.func, builder.keywords) == (Consumer, {"bootstrap_servers": "somewhere"})
