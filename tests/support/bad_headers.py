"""Records with a header whose name is not UTF-8: no client library sends one, so the batch is altered."""

from collections.abc import Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c

NAME: Final = b"zzqq"
NOT_UTF_8: Final = b"z\xff\xfeq"
_CRC_AT: Final = 17
_ATTRIBUTES_AT: Final = 21


async def send_with_bad_headers(
    producer: AIOKafkaProducer, topic: str, values: Sequence[bytes], *, partition: int, bad: Sequence[bool]
) -> None:
    """Send values to a partition as one batch; those that are `bad` have a header that aiokafka cannot read."""
    batch = producer.create_batch()
    for value in values:
        batch.append(key=b"key", value=value, timestamp=None, headers=[(NAME.decode(), b"1")])
    batch._build()
    altered = bytearray(batch._buffer)
    at = 0
    for is_bad in bad:
        at = altered.index(NAME, at)
        if is_bad:
            altered[at : at + len(NAME)] = NOT_UTF_8
        at += len(NAME)
    altered[_CRC_AT:_ATTRIBUTES_AT] = calc_crc32c(bytes(altered[_ATTRIBUTES_AT:])).to_bytes(4, "big")
    batch._buffer = altered
    await (await producer.send_batch(batch, topic, partition=partition))
