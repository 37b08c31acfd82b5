"""A record whose header has a name that is no text is read like any other, and so are those around it."""

from typing import Any

import pytest
from aiokafka.codec import zstd_encode
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from shared.runtime.kafka.header_names import AnyNameRecords

NAME = b"zzqq"
NO_TEXT = b"z\xff\xfeq"
CRC_AT, ATTRIBUTES_AT, RECORDS_AT = 17, 21, 61


def batch(*names: bytes) -> bytes:
    """Return a batch of records, each with a header of such a name."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 20)
    for number, _ in enumerate(names):
        builder.append(number, 1, b"key", b"value %d" % number, [(NAME.decode(), b"1")])
    made = bytearray(builder.build())
    at = 0
    for name in names:
        at = made.index(NAME, at)
        made[at : at + len(NAME)] = name
        at += len(NAME)
    return sealed(made)


def sealed(made: bytearray) -> bytes:
    """Return a batch with the checksum of what it holds now."""
    made[CRC_AT:ATTRIBUTES_AT] = calc_crc32c(bytes(made[ATTRIBUTES_AT:])).to_bytes(4, "big")
    return bytes(made)


def packed(made: bytes) -> bytes:
    """Return a batch with its records compressed, as most producers send it."""
    head, records = bytearray(made[:RECORDS_AT]), zstd_encode(made[RECORDS_AT:])
    head[8:12] = (RECORDS_AT - 12 + len(records)).to_bytes(4, "big")
    head[ATTRIBUTES_AT + 1] |= 4
    return sealed(head + records)


def of_before_headers(*values: bytes) -> bytes:
    builder = LegacyRecordBatchBuilder(1, 0, 1 << 20)
    for number, each in enumerate(values):
        builder.append(number, 1, b"key", each)
    return bytes(builder.build())


def read(buffer: bytes) -> list[Any]:
    records, found = AnyNameRecords(buffer), []
    assert records.size_in_bytes() == len(buffer)
    while records.has_next():
        each = records.next_batch()
        assert each.validate_crc()
        assert not each.is_control_batch
        found += [(record.offset, record.key, record.value) for record in each]
    assert records.next_batch() is None
    return found


@pytest.mark.parametrize("where", range(3))
def test_all_records_of_a_batch_are_read_wherever_the_name_is(where: int) -> None:
    names = [NO_TEXT if number == where else NAME for number in range(3)]
    broken = batch(*names)
    with pytest.raises((CorruptRecordException, UnicodeDecodeError)):  # as long as that is so this is needed
        list(MemoryRecords(broken).next_batch())
    for sent in (broken, packed(broken)):
        assert read(sent) == [(number, b"key", b"value %d" % number) for number in range(3)]


def test_batches_before_and_after_are_read_too() -> None:
    found = read(batch(NAME, NAME) + batch(NO_TEXT, NAME, NO_TEXT) + batch(NAME))
    assert [value for _, _, value in found] == [b"value %d" % number for number in (0, 1, 0, 1, 2, 0)]


def test_records_of_before_there_were_headers_are_read_as_ever() -> None:
    assert [value for _, _, value in read(of_before_headers(b"a", b"b"))] == [b"a", b"b"]


def test_what_is_truly_broken_is_still_told_so() -> None:
    whole = bytearray(batch(NAME))
    whole[ATTRIBUTES_AT + 40] ^= 0x55  # the length of the record
    with pytest.raises(CorruptRecordException):
        read(sealed(whole))
