"""Dead letters: the original record with the reason, in `<topic>-dlq`, so that nothing is lost and nothing blocks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from aiokafka import ConsumerRecord
from prometheus_client import Counter

from shared.runtime.kafka.decoding import Unreadable
from shared.runtime.kafka.producer import Producer, Record, RecordTooLarge
from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_REASON_BYTES: Final = 2_000
_VALUE_LEFT: Final = ("dlq-value", b"left where dlq-topic, dlq-partition and dlq-offset say, until its retention ends")

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


async def _send_one_by_one(letters: Sequence[Record], *, producer: Producer) -> None:
    """Send letters; of one that its topic does not take, made with a smaller limit than ours, all but the value."""
    for letter in letters:
        try:
            await producer.send_all([letter])
        except RecordTooLarge:
            headers = [(name, value) for name, value in letter.headers if name.startswith("dlq-")]
            await producer.send_all([replace(letter, value=None, headers=[*headers, _VALUE_LEFT])])


async def set_aside(unreadable: Sequence[Unreadable], *, producer: Producer, prefix: str, group: str) -> None:
    """Send records with their reason, original bytes, key and headers to their dead-letter topic.

    Raises:
        KafkaAway: the brokers did not take them; the caller must not commit the offset.
    """
    if not unreadable:
        return
    letters = [_letter(each, prefix=prefix, group=group) for each in unreadable]
    try:
        await producer.send_all(letters)
    except RecordTooLarge:
        await _send_one_by_one(letters, producer=producer)
    for each in unreadable:
        DEAD.labels(each.record.topic.removeprefix(prefix)).inc()
        _log.error(
            "dead letter",
            topic=each.record.topic,
            partition=each.record.partition,
            offset=each.record.offset,
            reason=each.reason,
        )
