"""The producer: keyed records, acknowledged by all replicas, in the order given for each key."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner

from shared.runtime.batches import Batch, Encoded, Record, batches_of, events_in, records_of
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_SEND_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 3.0
_LONGEST_REMEMBERED: Final = 200  # bytes of a key
_REQUEST_BYTES: Final = 2 * 1024 * 1024
_Place = tuple[str, int]
"""A topic, with its prefix, and a partition of it."""


class KafkaAway(ConnectionError):
    """The brokers do not answer; the sentence names them. A ConnectionError, so that callers wait and try again."""


class RecordTooLarge(KafkaAway):
    """The brokers are there and refuse a record as larger than its topic takes; to send it again does not help."""


def _hashed(key: bytes, *, count: int) -> int:
    partition: int = DefaultPartitioner()(key, range(count), range(count))
    return partition


_remembered = lru_cache(maxsize=100_000)(_hashed)


def partition_of(key: bytes | None, *, count: int) -> int:
    """Return the partition, of so many, that every Kafka client gives this key; any where there is none."""
    if key is None:
        return random.randrange(count)  # noqa: S311  no secret
    # A dead letter's key may be anything; ours are names.
    return (_remembered if len(key) <= _LONGEST_REMEMBERED else _hashed)(key, count=count)


class Producer:
    """A Kafka producer that connects when first needed.

    Not idempotent: every consumer keeps an inbox, one batch a partition is in flight, and aiokafka's idempotent
    producer stops for good after a broker-side rejection (docs/decisions/0002-no-idempotent-producer.md).
    """

    def __init__(self, bootstrap_servers: str, *, topic_prefix: str = "") -> None:
        self._bootstrap_servers = bootstrap_servers
        self._prefix = topic_prefix
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def send_all(self, records: Sequence[Record | Batch]) -> None:
        """Publish all records, in batches or not, and wait until every one is acknowledged.

        Raises:
            RecordTooLarge: a record is larger than its topic takes.
            KafkaAway: the brokers did not take all of them in time; some may have arrived, send them all again.
        """
        try:
            async with asyncio.timeout(_SEND_SECONDS):
                producer = await self._connected()
                lines = await self._lines(records, producer=producer)
                await asyncio.gather(*(_send(producer, *place, line) for place, line in lines.items()))
        except MessageSizeTooLargeError as error:
            raise RecordTooLarge(
                f"a topic takes no record as large as one of {events_in(records)}: {error!r}"
            ) from error
        except (KafkaError, OSError, TimeoutError) as error:
            # What is still pending expires with request_timeout_ms or arrives twice; consumers keep an inbox.
            raise KafkaAway(
                f"Kafka at {self._bootstrap_servers} did not take {events_in(records)} records: {error!r}"
            ) from error

    async def _lines(
        self, records: Iterable[Record | Batch], *, producer: AIOKafkaProducer
    ) -> dict[_Place, list[Record | Batch]]:
        """Return what to send by topic and partition, each in the order given."""
        lines: defaultdict[_Place, list[Record | Batch]] = defaultdict(list)
        counts: dict[str, int] = {}
        for each in records:
            topic = self._prefix + each.topic
            if topic not in counts:
                counts[topic] = len(await producer.partitions_for(topic))
            if isinstance(each, Record):
                lines[topic, partition_of(each.key, count=counts[topic])].append(each)
            elif each.partitions == counts[topic]:
                lines[topic, each.partition].append(each)
            else:  # somebody gave the topic more partitions than its map says
                for record in records_of(each):
                    lines[topic, partition_of(record.key, count=counts[topic])].append(record)
        return lines

    async def close(self) -> None:
        """Drop the connection; what was not acknowledged is still in the outbox."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    async def _connected(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._bootstrap_servers,
                    acks="all",
                    linger_ms=2,
                    max_request_size=_REQUEST_BYTES,
                    request_timeout_ms=10_000,
                )
                try:
                    await producer.start()
                except BaseException:
                    await _stop(producer)
                    raise
                self._producer = producer
            return self._producer


async def _send(producer: AIOKafkaProducer, topic: str, partition: int, line: Sequence[Record | Batch]) -> None:
    """Send one partition's records in their order, in batches of our own: a future a batch and not one a record."""
    batches = [each for each in line if isinstance(each, Batch)]
    if len(batches) < len(line):
        partitions = len(await producer.partitions_for(topic))
        # Encoded beside the event loop, which it would hold up otherwise.
        batches = await asyncio.to_thread(_in_batches, line, partition=partition, partitions=partitions)
    acknowledged = [await producer.send_batch(Encoded(batch), topic, partition=partition) for batch in batches]
    await asyncio.gather(*acknowledged)


def _in_batches(line: Iterable[Record | Batch], *, partition: int, partitions: int) -> list[Batch]:
    batches: list[Batch] = []
    alone: list[Record] = []

    def encode() -> None:
        if alone:
            batches.extend(batches_of(alone, topic=alone[0].topic, partition=partition, partitions=partitions))
            alone.clear()

    for each in line:
        if isinstance(each, Record):
            alone.append(each)
        else:
            encode()
            batches.append(each)
    encode()
    return batches


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(producer.stop(), _STOP_SECONDS)
    except (KafkaError, OSError, TimeoutError) as error:
        await producer.client.close()
        _log.debug("producer stopped with records pending", error=repr(error))
