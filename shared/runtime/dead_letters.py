"""Dead letters: the original record with the reason, in `<topic>-dlq`, so that nothing is lost and nothing blocks."""

from collections.abc import Sequence
from typing import Final

from aiokafka import ConsumerRecord
from prometheus_client import Counter

from shared.runtime.decoding import Unreadable
from shared.runtime.kafka import Producer, Record
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_REASON_BYTES: Final = 2_000

DEAD = Counter("tiendo_dead_letters_total", "Records set aside because they could not be read or applied.", ["topic"])


def _letter(unreadable: Unreadable, *, prefix: str, group: str) -> Record:
    record: ConsumerRecord[bytes, bytes] = unreadable.record
    origin = record.topic.removeprefix(prefix)
    return Record(
        topic=f"{origin}-dlq",
        key=record.key,
        value=record.value,
        event_type="dead-letter",
        headers=[
            ("dlq-reason", unreadable.reason.encode()[:_REASON_BYTES]),
            ("dlq-topic", origin.encode()),
            ("dlq-partition", str(record.partition).encode()),
            ("dlq-offset", str(record.offset).encode()),
            ("dlq-group", group.encode()),
            *((f"original-{name}", value) for name, value in record.headers),
        ],
    )


async def set_aside(unreadable: Sequence[Unreadable], *, producer: Producer, prefix: str, group: str) -> None:
    """Send records with their reason, original bytes, key and headers to their dead-letter topic.

    Raises:
        KafkaAway: the brokers did not take them; the caller must not commit the offset.
    """
    if not unreadable:
        return
    await producer.send_all([_letter(each, prefix=prefix, group=group) for each in unreadable])
    for each in unreadable:
        DEAD.labels(each.record.topic.removeprefix(prefix)).inc()
        _log.error(
            "dead letter",
            topic=each.record.topic,
            partition=each.record.partition,
            offset=each.record.offset,
            reason=each.reason,
        )
