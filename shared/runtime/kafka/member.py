"""Members of consumer groups: each runs one subscriber, joins again after an outage, and starts anew when stalled."""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker, KafkaRouter

from shared.runtime.database import Database
from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.middlewares import middlewares, without_headers
from shared.runtime.kafka.producer import METADATA_AGE_MS, Producer
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage

_log = get_logger(__name__)
_ANSWER_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 15.0
_GRACEFUL_SECONDS: Final = 10.0  # for the batch that is being applied


def members_of(
    router: KafkaRouter,
    *,
    database: Database,
    producer: Producer,
    on_committed: Callable[[], None] = lambda: None,
    parallel: int = 1,
) -> list["Member"]:
    """Return a member for each subscriber of a service, whose topics and groups get the prefix of the producer's."""
    outages: dict[str, Outage] = {}
    broker = KafkaBroker(
        producer.bootstrap_servers,
        consumer_only=True,
        allow_auto_create_topics=False,
        graceful_timeout=_GRACEFUL_SECONDS,
        metadata_max_age_ms=METADATA_AGE_MS,
        parser=without_headers,
        middlewares=middlewares(
            database=database, producer=producer, outages=outages, on_committed=on_committed, parallel=parallel
        ),
        logger=None,
    )
    broker.include_router(router, prefix=producer.topic_prefix)
    members = []
    for subscriber in broker.subscribers:
        member = Member(broker, subscriber, prefix=producer.topic_prefix)
        outages[member.group] = member.outage
        members.append(member)
    return members


class Member:
    """One subscriber at work in its consumer group; it is stalled where it has not moved for `stall_seconds`."""

    def __init__(
        self,
        broker: KafkaBroker,
        subscriber: Any,
        *,
        prefix: str,
        look_seconds: float = 1.0,
        stall_seconds: float = 60.0,
    ) -> None:
        subscriber.group_id = prefix + subscriber.group_id
        self.subscriber: Final = subscriber
        self.group: Final[str] = subscriber.group_id
        self.topics: Final[list[str]] = subscriber.topic_names
        self.outage: Final = Outage(f"group {self.group} waits", back=f"group {self.group} goes on")
        self.broker: Final = broker
        self._look_seconds = look_seconds
        self._stall_seconds = stall_seconds
        self._joining = Outage(f"group {self.group} cannot join", back=f"group {self.group} joins again")

    async def run(self) -> None:
        """Consume until cancelled; connect again while Kafka is away, and start anew when consuming has stalled."""
        while True:
            try:
                await self._start()
                self._joining.end()
                _log.info("consuming", group=self.group, topics=self.topics)
                await self._until_stalled()
            except (KafkaError, OSError, TimeoutError) as error:
                self._joining.note(error)
            finally:
                await self._stop()
            await asyncio.sleep(self._look_seconds)

    def fault(self) -> str | None:
        """Return what keeps this member from consuming; in a large group, to have no partition is well."""
        if joining := self._joining.fault():
            return joining
        consumer: Consumer | None = self.subscriber.consumer
        if consumer is None or not consumer.has_joined:
            return f"group {self.group} has not assigned us partitions"
        return self.outage.fault()

    async def _start(self) -> None:
        builder: Any = await self.broker.connect()
        # FastStream asks this for each consumer that it makes, and has no option for the class.
        self.broker.config.broker_config.builder = partial(Consumer, **builder.keywords)
        await self.subscriber.start()

    async def _stop(self) -> None:
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self.subscriber.stop()
        except (KafkaError, OSError, TimeoutError) as error:
            _log.debug("consumer stopped uncleanly", error=repr(error))

    async def _until_stalled(self) -> None:
        """Return when records wait and nothing has moved for too long, so that the member is started anew.

        aiokafka members can stop silently after request timeouts (aiokafka issues 1037, 625, 712).
        """
        moved_at = time.monotonic()
        before: Mapping[TopicPartition, int] = {}
        while True:
            await asyncio.sleep(self._look_seconds)
            waiting, positions = await self._progress()
            is_applying = not self.subscriber.lock.empty
            if waiting == 0 or is_applying or positions != before:
                moved_at, before = time.monotonic(), positions
            elif time.monotonic() - moved_at > self._stall_seconds:
                _log.error("consuming has stalled, starting anew", group=self.group, waiting=waiting)
                return

    async def _progress(self) -> tuple[int, Mapping[TopicPartition, int]]:
        """Return how many records the brokers hold that this member has not taken yet, and where it stands."""
        consumer: Consumer = self.subscriber.consumer
        waiting, positions = 0, {}
        async with asyncio.timeout(_ANSWER_SECONDS):
            for partition in consumer.assignment():
                highwater = consumer.highwater(partition)
                if highwater is not None:
                    positions[partition] = position = await consumer.position(partition)
                    waiting += max(highwater - position, 0)
        return waiting, positions
