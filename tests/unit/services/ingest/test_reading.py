"""What a request's body may look like, and what is said of one that does not."""

import json
from decimal import Decimal
from typing import Any

import pytest

from services.ingest.faults import Fault
from services.ingest.model import Draft
from services.ingest.reading import UnreadableBody, read_draft

GOOD: dict[str, Any] = {
    "plan": "lam-dong-2014",
    "period": "2014-03",
    "observations": [{"indicator": "edoc-exchange", "numerator": 412, "denominator": "510.5"}],
}


def read(document: object) -> Draft | list[Fault]:
    return read_draft(json.dumps(document).encode(), filer="so-noi-vu")


def faults(document: object) -> list[tuple[str, str]]:
    found = read(document)
    assert isinstance(found, list)
    return [(fault.pointer, fault.code) for fault in found]


def test_numbers_are_read_exactly_whether_written_as_number_or_text() -> None:
    body = (
        b'{"plan":"p","period":"2014","observations":[{"indicator":"x","value":0.1},{"indicator":"y","value":"0.10"}]}'
    )
    found = read_draft(body, filer="a")
    assert isinstance(found, Draft)
    assert [each.value for each in found.observations] == [Decimal("0.1"), Decimal("0.10")]


def test_the_agency_is_that_of_the_key_where_none_is_named() -> None:
    found = read(GOOD)
    assert isinstance(found, Draft)
    assert found.agency == "so-noi-vu"


def test_text_is_kept_composed_so_that_the_same_word_is_the_same_text() -> None:
    found = read({**GOOD, "note": "Tie\u0302\u0301n \u0111o\u0323\u0302"})
    assert isinstance(found, Draft)
    assert found.note == "Tiến độ"


@pytest.mark.parametrize(
    "number",
    [
        "85%",
        " 12 ",
        "1_000",
        "٣",
        "",
        "abc",
        "1e5",
        "0x1",
        "+1",
        "01",
        ".5",
        "5.",
        "-0",
        "1" * 200,
        "1.1234567890123456",
        True,
        [],
        {},
    ],
)
def test_what_is_no_decimal_number_is_refused_at_its_place(number: object) -> None:
    observation = {"indicator": "x", "value": number}
    assert faults({**GOOD, "observations": [observation]}) == [("/observations/0/value", "bad-number")]


def test_a_decimal_comma_is_named_as_such() -> None:
    observation = {"indicator": "x", "value": "12,5"}
    assert faults({**GOOD, "observations": [observation]}) == [("/observations/0/value", "decimal-comma")]


@pytest.mark.parametrize("literal", [b"1e999", b"1" * 5000, b"1e1000000000"])
def test_a_number_beyond_all_bounds_is_refused_and_costs_nothing(literal: bytes) -> None:
    body = b'{"plan":"p","period":"2014","observations":[{"indicator":"x","value":' + literal + b"}]}"
    found = read_draft(body, filer="a")
    assert isinstance(found, list)
    assert [fault.code for fault in found] == ["bad-number"]


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "a\u0000b", "a\u202eb", "\ud800"])
def test_text_that_no_reader_sees_is_refused(text: str) -> None:
    assert faults({**GOOD, "note": text}) == [("/note", "bad-text")]


def test_every_fault_of_form_is_named_at_once() -> None:
    document = {
        "period": "03/2014",
        "Agency": "x",
        "observations": [{"indicator": "X", "yes": "yes", "foo": 1}],
        "revision": 0,
    }
    assert sorted(faults(document)) == sorted(
        [
            ("/plan", "required"),
            ("/period", "malformed"),
            ("/observations/0/indicator", "malformed"),
            ("/observations/0/yes", "malformed"),
            ("/observations/0/foo", "unknown-field"),
            ("/revision", "malformed"),
            ("/Agency", "unknown-field"),
        ]
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"plan":"p","period":"2014","observations":[{"indicator":"x","value":"\\ud800"}]}', "bad-number"),
        (b'{"\\ud800":1,"\\ud800":2}', "repeated-field"),
        (b'{"plan":"p","period":"2014","\\ud800":1,"observations":[{"indicator":"x","yes":true}]}', "malformed"),
    ],
)
def test_half_a_character_is_a_fault_that_can_be_written_down(body: bytes, code: str) -> None:
    found = read_draft(body, filer="a")
    assert isinstance(found, list)
    assert code in {fault.code for fault in found}
    assert json.dumps([[fault.pointer, fault.vi, fault.en] for fault in found], ensure_ascii=False).encode()


def test_a_field_named_twice_is_refused_by_name() -> None:
    found = read_draft(b'{"plan":"p","plan":"q"}', filer="a")
    assert isinstance(found, list)
    assert "“plan”" in found[0].vi


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-json"),
        (b"{'plan': 1}", "not-json"),
        (b"{} trailing", "not-json"),
        (b"\xff\xfe{\x00}\x00", "not-utf-8"),
        (b"\xef\xbb\xbf{}", "byte-order-mark"),
        (b"[" * 100_000, "too-deep"),
        (b'{"plan": NaN}', "not-a-number"),
        (b'{"plan": -Infinity}', "not-a-number"),
        (b'{"revision": 1e999999999999999999999}', "number-out-of-bounds"),
    ],
)
def test_a_body_that_is_no_json_document_is_told_why(body: bytes, code: str) -> None:
    with pytest.raises(UnreadableBody) as refused:
        read_draft(body, filer="a")
    assert refused.value.fault.code == code


@pytest.mark.parametrize("document", [[], "text", 1, None])
def test_a_document_that_is_no_object_is_refused(document: object) -> None:
    assert faults(document) == [("", "malformed")]


def test_more_observations_than_a_plan_has_are_refused() -> None:
    observation = {"indicator": "x", "yes": True}
    assert faults({**GOOD, "observations": [observation] * 501}) == [("/observations", "malformed")]
    assert faults({**GOOD, "observations": []}) == [("/observations", "malformed")]


def test_no_fault_echoes_what_python_calls_things() -> None:
    documents: list[object] = [
        [],
        {**GOOD, "observations": 3},
        {**GOOD, "is_synthetic": "x"},
        {**GOOD, "revision": "2"},
    ]
    for document in documents:
        found = read(document)
        assert isinstance(found, list)
        assert not any("Input should" in fault.en or "SubmissionIn" in fault.en for fault in found)
