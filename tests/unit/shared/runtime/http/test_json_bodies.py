"""How many values a body may have, and what is odd in it."""

import orjson
import pytest

from shared.runtime.http.json_bodies import MOST_VALUES, UnreadableBody, parse


@pytest.mark.parametrize(
    "body",
    [
        b"[%s]" % b",".join([b"1"] * (MOST_VALUES + 1)),
        b"[%s]" % b",".join([b"[]"] * MOST_VALUES),
        b"{%s}" % b",".join(b'"%d":{}' % number for number in range(MOST_VALUES)),
        b'["\\"",' + b"1," * MOST_VALUES + b"1]",
    ],
)
def test_a_body_of_too_many_values_is_refused_before_any_is_made(body: bytes) -> None:
    with pytest.raises(UnreadableBody) as refused:
        parse(body)
    assert (refused.value.answer.status_code, refused.value.fault.code) == (400, "too-many-values")


def test_what_stands_in_texts_is_not_counted() -> None:
    document = [', [ { " \\ , \\" ,' * 5_000] * 5
    assert parse(orjson.dumps(document)) == (document, {})
    assert len(parse(b"[%s]" % b",".join([b"1"] * (MOST_VALUES - 1)))[0]) == MOST_VALUES - 1


@pytest.mark.parametrize(
    "body",
    [
        b'["' + b"," * 50_000,
        b'["' + b"\\" * 50_001 + b"," * 50_000,
        b'["' + b'\\"' * 400_000 + b"," * 50_000,  # of which each quote was tried to the end, which took an hour
    ],
    ids=["commas", "backslashes", "quotes"],
)
def test_a_text_without_end_is_no_json(body: bytes) -> None:
    with pytest.raises(UnreadableBody):
        parse(body)


def test_every_name_given_twice_and_every_number_that_is_none_is_named_where_it_stands() -> None:
    document, odd = parse(b'{"a": [1, NaN, {"b": 1, "b": 2}], "c": 1e99999999999999999999}')
    assert document["a"][0] == 1
    assert sorted((each.pointer, each.code) for each in odd.values()) == [
        ("/a/1", "not-a-number"),
        ("/a/2/b", "repeated-field"),
        ("/c", "not-a-number"),
    ]
