"""Members of consumer groups: each runs one subscriber, joins again after an outage, and starts anew when stalled."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from faststream.kafka import KafkaBroker, KafkaRouter

from shared.events import topics
from shared.runtime.database import Database
from shared.runtime.kafka.consumer import Consumer
from shared.runtime.kafka.decoding import Decoder
from shared.runtime.kafka.group_progress import GroupProgress, PartitionOffsets
from shared.runtime.kafka.middlewares import MIDDLEWARES, Plumbing, without_headers
from shared.runtime.kafka.producer import METADATA_AGE_MS, Producer
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage

_log = get_logger(__name__)
_ANSWER_SECONDS: Final = 5.0
_JOIN_SECONDS: Final = 1.0  # between two tries
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
    decoder = Decoder(topics.ALL, prefix=producer.topic_prefix)
    plumbing = Plumbing(database, producer, decoder, on_committed, parallel)
    broker = KafkaBroker(
        producer.bootstrap_servers,
        consumer_only=True,
        allow_auto_create_topics=False,
        graceful_timeout=_GRACEFUL_SECONDS,
        metadata_max_age_ms=METADATA_AGE_MS,
        parser=without_headers,
        middlewares=MIDDLEWARES,
        logger=None,
    )
    broker.context.set_global("plumbing", plumbing)
    broker.include_router(router, prefix=producer.topic_prefix)
    members = []
    for subscriber in broker.subscribers:
        member = Member(broker, subscriber, prefix=producer.topic_prefix)
        plumbing.outages[member.group] = member.outage
        members.append(member)
    return members


class Member:
    """One subscriber at work in its consumer group.

    It asks the brokers every `look_seconds` how far its group has come. Readiness tells of a partition that has not
    advanced for `stalled_seconds` though records wait. After `restart_seconds` of that, or without an answer, in which
    nothing was applied either, the member is started anew.
    """

    def __init__(
        self,
        broker: KafkaBroker,
        subscriber: Any,
        *,
        prefix: str,
        look_seconds: float = 3.0,
        stalled_seconds: float = 30.0,
        restart_seconds: float = 60.0,
    ) -> None:
        subscriber.group_id = prefix + subscriber.group_id
        self.subscriber: Final = subscriber
        self.group: Final[str] = subscriber.group_id
        self.topics: Final[list[str]] = subscriber.topic_names
        self.outage: Final = Outage(f"group {self.group} waits", back=f"group {self.group} goes on")
        self.broker: Final = broker
        self.look_seconds = look_seconds
        self.stalled_seconds = stalled_seconds
        self._restart_seconds = restart_seconds
        self._progress = GroupProgress(self.group)
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
                self._progress.forget()
                await self._stop()
            await asyncio.sleep(_JOIN_SECONDS)

    def fault(self) -> str | None:
        """Return what keeps this member from consuming; in a large group, to have no partition is well."""
        if joining := self._joining.fault():
            return joining
        consumer: Consumer | None = self.subscriber.consumer
        if consumer is None or not consumer.has_joined:
            return f"group {self.group} has not assigned us partitions"
        return self.outage.fault() or self._progress.fault()

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
        """Return when nothing was applied for too long though records wait or nobody answers, so as to start anew.

        aiokafka members can stop silently after request timeouts (aiokafka issues 1037, 625, 712).
        """
        answered_at = applied_at = time.monotonic()
        while True:
            await asyncio.sleep(self.look_seconds)
            try:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    offsets = await self._offsets()
            except (KafkaError, OSError, TimeoutError) as error:  # such as a coordinator that is being found
                _log.debug("group not known", group=self.group, error=repr(error))
                self._progress.forget()
            else:
                answered_at = time.monotonic()
                self._progress.note(offsets, now=answered_at, longest_seconds=self.stalled_seconds)
            now = time.monotonic()
            if not self.subscriber.lock.empty:
                applied_at = now
            idle, stalled = now - applied_at, max(now - answered_at, self._progress.stalled_seconds(now=now))
            if min(idle, stalled) > self._restart_seconds:
                _log.error("consuming has stalled, starting anew", group=self.group)
                return

    async def _offsets(self) -> dict[TopicPartition, PartitionOffsets]:
        """Return how far the brokers and the group are in this member's partitions."""
        consumer: Consumer = self.subscriber.consumer
        partitions = list(consumer.assignment())
        if not partitions:
            return {}
        begins, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
        return {each: PartitionOffsets(begins[each], ends[each], await consumer.committed(each)) for each in partitions}
