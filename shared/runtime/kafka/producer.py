"""The producer: keyed records, acknowledged by all replicas, in the order given for each key."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata

from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_STOP_SECONDS: Final = 3.0
_REQUEST_BYTES: Final = 2 * 1024 * 1024
METADATA_AGE_MS: Final = 10_000
"""How soon a client learns that a topic was created or deleted, in milliseconds."""

_BATCH_BYTES: Final = 256 * 1024
_CONTENT_TYPE: Final = ("content-type", b"application/cloudevents+json")


@dataclass(frozen=True, slots=True)
class Record:
    """A record to publish; `topic` is the logical name, without the system's prefix."""

    topic: str
    key: bytes | None
    value: bytes | None
    event_type: str | None  # None for a record that goes out again with the headers it came with
    headers: Sequence[tuple[str, bytes]] = ()
    partition: int | None = None  # None for that of the key


class KafkaAway(ConnectionError):
    """The brokers do not answer; the text names them. A ConnectionError, so that callers wait and try again."""


class RecordTooLarge(KafkaAway):
    """The brokers refuse a record as larger than its topic takes; sending it again does not help."""


class Producer:
    """A Kafka producer that connects when first needed.

    Not idempotent: every consumer keeps an inbox, one batch a partition is in flight, and aiokafka's idempotent
    producer stops for good after a broker-side rejection (docs/decisions/0002-no-idempotent-producer.md).
    """

    def __init__(self, bootstrap_servers: str, *, topic_prefix: str = "", send_seconds: float = 20.0) -> None:
        self._send_seconds = send_seconds
        self.bootstrap_servers: Final = bootstrap_servers
        self.topic_prefix: Final = topic_prefix
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def send_all(self, records: Sequence[Record]) -> None:
        """Publish all records and wait until each is acknowledged; those of one key keep their order.

        Raises:
            RecordTooLarge: a record is larger than its topic takes.
            KafkaAway: the brokers did not acknowledge all in time; some may have arrived, send all again.
        """
        try:
            async with asyncio.timeout(self._send_seconds):
                producer = await self._connected()
                acknowledged = [await self._send(producer, each) for each in records]
                await asyncio.gather(*acknowledged)
        except MessageSizeTooLargeError as error:
            raise RecordTooLarge(f"a topic takes no record as large as one of {len(records)}: {error!r}") from error
        except (KafkaError, OSError, TimeoutError) as error:
            # What is still pending expires with request_timeout_ms or arrives twice; consumers keep an inbox.
            raise KafkaAway(
                f"Kafka at {self.bootstrap_servers} did not take {len(records)} records: {error!r}"
            ) from error

    async def _send(self, producer: AIOKafkaProducer, record: Record) -> "asyncio.Future[RecordMetadata]":
        ours = [_CONTENT_TYPE, ("ce_type", record.event_type.encode())] if record.event_type else []
        sent: asyncio.Future[RecordMetadata] = await producer.send(
            self.topic_prefix + record.topic,
            record.value,
            key=record.key,
            partition=record.partition,
            headers=[*ours, *record.headers],
        )
        sent.add_done_callback(_retrieve_exception)
        return sent

    async def close(self) -> None:
        """Close the connection; what was not acknowledged is still in the outbox."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)

    async def _connected(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self.bootstrap_servers,
                    acks="all",
                    linger_ms=2,
                    compression_type="zstd",
                    max_batch_size=_BATCH_BYTES,
                    max_request_size=_REQUEST_BYTES,
                    request_timeout_ms=10_000,
                    metadata_max_age_ms=METADATA_AGE_MS,
                )
                try:
                    await producer.start()
                except BaseException:
                    await _stop(producer)
                    raise
                self._producer = producer
            return self._producer


def _retrieve_exception(sent: "asyncio.Future[RecordMetadata]") -> None:
    """Mark a failure as retrieved: of many at once only the first is raised, and the others need no log line each."""
    if not sent.cancelled():
        sent.exception()


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await producer.stop()
    except (KafkaError, OSError, TimeoutError) as error:
        await producer.client.close()
        _log.debug("producer stopped with records pending", error=repr(error))
