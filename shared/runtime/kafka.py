"""The producer: keyed records, acknowledged by all replicas, in the order given for each key."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_SEND_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 3.0
_BATCH_BYTES: Final = 900 * 1024  # before they are compressed, so that no broker ever refuses a batch as too large
_COMPRESSION: Final = "zstd"  # a tenth of the bytes, and a quarter of the time that aiokafka's lz4 takes
_REQUEST_BYTES: Final = 2 * 1024 * 1024
_CONTENT_TYPE: Final = (("content-type", b"application/cloudevents+json"),)
Headers = Sequence[tuple[str, bytes]]


class Record(NamedTuple):
    """A record to publish; `topic` is the logical name, without the system's prefix."""

    topic: str
    key: bytes | None
    value: bytes | None
    event_type: str
    headers: Headers = ()


_Place = tuple[str, int]
"""A topic, with its prefix, and a partition of it."""


class KafkaAway(ConnectionError):
    """The brokers do not answer; the sentence names them. A ConnectionError, so that callers wait and try again."""


class RecordTooLarge(KafkaAway):
    """The brokers are there and refuse a record as larger than its topic takes; to send it again does not help."""


@lru_cache(maxsize=100_000)
def _hashed(key: bytes, *, count: int) -> int:
    partition: int = DefaultPartitioner()(key, range(count), range(count))
    return partition


def partition_of(key: bytes | None, *, count: int) -> int:
    """Return the partition, of so many, that every Kafka client gives this key; any where there is none."""
    return random.randrange(count) if key is None else _hashed(key, count=count)  # noqa: S311  no secret


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

    async def send_all(self, records: Sequence[Record]) -> None:
        """Publish all records and wait until every one is acknowledged.

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
            raise RecordTooLarge(f"a topic takes no record as large as one of {len(records)}: {error!r}") from error
        except (KafkaError, OSError, TimeoutError) as error:
            # What is still pending expires with request_timeout_ms or arrives twice; consumers keep an inbox.
            raise KafkaAway(
                f"Kafka at {self._bootstrap_servers} did not take {len(records)} records: {error!r}"
            ) from error

    async def _lines(self, records: Iterable[Record], *, producer: AIOKafkaProducer) -> dict[_Place, list[Record]]:
        """Return the records by topic and partition, each in the order given."""
        lines: defaultdict[_Place, list[Record]] = defaultdict(list)
        counts: dict[str, int] = {}
        for record in records:
            topic = self._prefix + record.topic
            if topic not in counts:
                counts[topic] = len(await producer.partitions_for(topic))
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
                    max_batch_size=_BATCH_BYTES,
                    compression_type=_COMPRESSION,
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


async def _send(producer: AIOKafkaProducer, topic: str, partition: int, records: Sequence[Record]) -> None:
    """Send one partition's records in their order, in batches of our own: a future a batch and not one a record."""
    acknowledged = []
    batch = producer.create_batch()
    for record in records:
        if not _is_added(batch, record):
            acknowledged.append(await _give(producer, batch, topic, partition))
            batch = producer.create_batch()
            _is_added(batch, record)  # an empty batch takes any record
    acknowledged.append(await _give(producer, batch, topic, partition))
    await asyncio.gather(*acknowledged)


async def _give(producer: AIOKafkaProducer, batch: BatchBuilder, topic: str, partition: int) -> asyncio.Future[Any]:
    """Hand a batch to the producer, compressed beside the event loop, which it would hold up otherwise."""
    await asyncio.to_thread(batch._build)  # noqa: SLF001  aiokafka's own name for it, which keeps what it built
    acknowledgement: asyncio.Future[Any] = await producer.send_batch(batch, topic, partition=partition)
    return acknowledgement


def _is_added(batch: BatchBuilder, record: Record) -> bool:
    headers = [*_CONTENT_TYPE, ("ce_type", record.event_type.encode()), *record.headers]
    return batch.append(key=record.key, value=record.value, timestamp=None, headers=headers) is not None


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(producer.stop(), _STOP_SECONDS)
    except (KafkaError, OSError, TimeoutError) as error:
        await producer.client.close()
        _log.debug("producer stopped with records pending", error=repr(error))
