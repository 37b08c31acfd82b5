"""What can be read goes on; what cannot is set aside with the reason, and nothing is lost between them."""

import json
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from shared.events.topics import SUBMISSIONS
from shared.runtime.kafka.decoding import Decoder
from tools.docs.__main__ import PROJECT
from tools.docs.events import SAMPLES

DECODER = Decoder([SUBMISSIONS])
SAMPLE = (PROJECT / SAMPLES / "submission.accepted.v1" / "every-measure.json").read_bytes()
GOOD = DECODER.read(SAMPLE).to_bytes()


def record(value: bytes | None, *, offset: int = 0) -> "ConsumerRecord[bytes, bytes]":
    return ConsumerRecord(
        topic="submissions",
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=b"so-noi-vu",
        value=value,
        checksum=None,
        serialized_key_size=9,
        serialized_value_size=len(value or b""),
        headers=(),
    )


def changed(**data: Any) -> bytes:
    document = json.loads(GOOD)
    document["data"].update(data)
    return json.dumps(document).encode()


def reason(value: bytes) -> str:
    (rejected,) = DECODER.decode([record(value)]).rejected
    return rejected.reason


def test_a_good_event_is_read() -> None:
    (received,) = DECODER.decode([record(GOOD)]).received
    assert received.event.data.agency == "ubnd-huyen-lac-duong"


def test_a_bad_record_is_set_aside_and_the_rest_of_its_batch_goes_on_in_order() -> None:
    records = [record(GOOD, offset=0), record(b"{", offset=1), record(GOOD, offset=2)]
    decoded = DECODER.decode(records)
    assert [each.record.offset for each in decoded.received] == [0, 2]
    assert [each.record for each in decoded.rejected] == [records[1]]


def test_a_tombstone_is_passed_over() -> None:
    decoded = DECODER.decode([record(None)])
    assert (decoded.received, decoded.rejected) == ([], [])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"type":"submission.accepted.v1', "not JSON"),
        (b"[1, 2]", "not an event: it has no attribute `type`"),
        (b"{}", "not an event: it has no attribute `type`"),
        (b'{"type": 7}', "unknown event type '7'"),
        (GOOD.replace(b"submission.accepted.v1", b"submission.eaten.v1"), "unknown event type 'submission.eaten.v1'"),
        (GOOD[:-20], "not JSON"),
        (changed(revision="first"), "/data/revision: Input should be a valid integer"),
        (changed(filed_at="2014-04-03T09:00:00"), "/data/filed_at: Input should have timezone info"),
        (changed(observations=[{"indicator": "x", "value": "NaN"}]), "/data/observations/0/value"),
    ],
)
def test_the_reason_says_what_is_wrong(value: bytes, said: str) -> None:
    assert said in reason(value)


def test_the_reason_names_the_types_that_are_known() -> None:
    assert "known here: submission.accepted.v1" in reason(b'{"type": "plan.published.v1"}')


def test_the_reason_does_not_repeat_what_was_sent() -> None:
    assert "s3cret" not in reason(changed(revision="s3cret"))


def test_an_event_written_with_spaces_is_read_too() -> None:
    assert DECODER.read(SAMPLE) == DECODER.read(GOOD)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_decoder(value: bytes) -> None:
    decoded = DECODER.decode([record(value)])
    assert len(decoded.rejected) == 1


@given(st.integers(0, len(GOOD)), st.binary(min_size=1, max_size=4))
def test_no_damage_to_an_event_is_lost(at: int, damage: bytes) -> None:
    decoded = DECODER.decode([record(GOOD[:at] + damage + GOOD[at + 1 :])])
    assert len(decoded.received) + len(decoded.rejected) == 1
