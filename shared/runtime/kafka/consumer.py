"""One consumer group of a service: batches of events, each applied once, in one transaction."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from aiokafka import ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.events.topics import Topic
from shared.runtime.database import Database
from shared.runtime.kafka.batches import Applier, Apply
from shared.runtime.kafka.header_names import allow_any_header_name
from shared.runtime.kafka.producer import METADATA_AGE_MS, Producer
from shared.runtime.logging import get_logger
from shared.runtime.outages import Outage

_log = get_logger(__name__)
_POLL_MS: Final = 40
_STALL_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 1.0
_ANSWER_SECONDS: Final = 5.0


class Consumer:
    """Reads topics as one group; `apply` gets unseen events, within the transaction that remembers them.

    With several `lanes`, partitions are shared out among so many transactions side by side, of about `at_once` records.
    """

    def __init__(
        self,
        *,
        topics: Sequence[Topic],
        group: str,
        database: Database,
        producer: Producer,
        bootstrap_servers: str,
        apply: Apply,
        topic_prefix: str = "",
        on_applied: Callable[[], None] | None = None,
        lanes: int = 1,
        at_once: int = 1_000,
    ) -> None:
        allow_any_header_name()
        self._most_records = lanes * at_once
        self.group = topic_prefix + group
        self.topics = [topic_prefix + topic.name for topic in topics]
        self._bootstrap_servers = bootstrap_servers
        self._applier = Applier(
            group=self.group,
            topics=topics,
            topic_prefix=topic_prefix,
            database=database,
            producer=producer,
            apply=apply,
            on_applied=on_applied,
            lanes=lanes,
        )
        self._subscriber: Any = None
        self._share = _Share()
        self._moved_at = time.monotonic()
        self._is_applying = False
        self._joining = Outage(f"group {self.group} cannot join", back=f"group {self.group} joins again")

    async def run(self) -> None:
        """Consume until cancelled; connect again while Kafka is away, and start anew when consuming has stalled."""
        while True:
            broker = self._broker()
            try:
                await broker.start()
                self._joining.end()
                self._moved_at = time.monotonic()
                _log.info("consuming", group=self.group, topics=self.topics)
                await self._watch()
            except (KafkaError, OSError, TimeoutError) as error:
                self._joining.note(error)
            finally:
                self._subscriber = None
                await _stop(broker)
            await asyncio.sleep(1)

    def fault(self) -> str | None:
        """Return what keeps this member from consuming; a share of nothing, in a large group, is a share."""
        if joining := self._joining.fault():
            return joining
        if self._subscriber is None or not self._share.is_given:
            return f"group {self.group} has not given us a share"
        return self._applier.outage.fault()

    def _broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self._bootstrap_servers,
            logger=None,
            consumer_only=True,
            allow_auto_create_topics=False,
            graceful_timeout=10.0,
            metadata_max_age_ms=METADATA_AGE_MS,
        )
        self._share = _Share()
        subscriber = broker.subscriber(
            *self.topics,
            batch=True,
            group_id=self.group,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
            batch_timeout_ms=_POLL_MS,
            max_records=self._most_records,
            fetch_max_wait_ms=_POLL_MS,
            parser=_without_headers,
            decoder=_raw,
            listener=self._share,
        )

        @subscriber
        async def on_records(message: KafkaMessage) -> None:
            records: Any = message.raw_message
            await self._on_records(records)

        self._subscriber = subscriber
        return broker

    async def _on_records(self, records: Sequence["ConsumerRecord[bytes, bytes]"]) -> None:
        self._is_applying = True
        try:
            await self._applier.take(records)
        except Exception:
            _log.exception("a batch comes again", group=self.group)
            await asyncio.sleep(_PAUSE_SECONDS)  # it comes back at once
            raise
        finally:
            self._is_applying = False
            self._moved_at = time.monotonic()

    async def _watch(self) -> None:
        """Return when records wait and nothing moved for a minute, so that the member is started anew.

        aiokafka members can stop silently after request timeouts (aiokafka issues 1037, 625, 712).
        """
        while True:
            await asyncio.sleep(1)
            waiting = await self._waiting()
            if waiting == 0 or self._is_applying:
                self._moved_at = time.monotonic()
            elif time.monotonic() - self._moved_at > _STALL_SECONDS:
                _log.error("consuming has stalled, starting anew", group=self.group, waiting=waiting)
                return

    async def _waiting(self) -> int:
        """Return how many records the brokers hold that this member has not taken yet."""
        consumer: Any = self._subscriber.consumer if self._subscriber else None
        waiting = 0
        if consumer is None:
            return waiting
        for partition in consumer.assignment():
            highwater = consumer.highwater(partition)
            if highwater is not None:
                waiting += max(highwater - await asyncio.wait_for(consumer.position(partition), 5), 0)
        return waiting


class _Share(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types
    """Whether the group's leader has given this member its share; more members than partitions leave some with none."""

    def __init__(self) -> None:
        self.is_given = False

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:  # noqa: ARG002  aiokafka's signature
        self.is_given = False

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:  # noqa: ARG002  aiokafka's signature
        self.is_given = True


async def _without_headers(records: Any, original: Any) -> Any:
    """Parse a batch without its headers: one that is not UTF-8 would make FastStream pass over the batch silently.

    Its first record does for the message around it; what is read are the records themselves.
    """
    message = await original((replace(records[0], headers=()),))
    message.raw_message = records
    return message


async def _raw(message: KafkaMessage) -> Any:
    """Leave the bytes as they are; the decoder above reads them one by one."""
    return message.body


async def _stop(broker: KafkaBroker) -> None:
    try:
        await asyncio.wait_for(broker.stop(), 15)
    except (KafkaError, OSError, TimeoutError) as error:
        _log.debug("consumer stopped uncleanly", error=repr(error))
