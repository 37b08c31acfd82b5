"""What a request's body may look like, and what is said of one that does not."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest

from services.ingest.submissions.model import Draft
from services.ingest.submissions.reading import FaultyDraft, read_draft
from services.ingest.submissions.schemas import PartialObservation
from shared.runtime.http.json_bodies import UnreadableBody, meaning_of, parse

GOOD: dict[str, Any] = {
    "plan": "lam-dong-2014",
    "period": "2014-03",
    "observations": [{"indicator": "edoc-exchange", "numerator": 412, "denominator": "510.5"}],
}


def read(document: object) -> Draft | FaultyDraft:
    return read_draft(json.dumps(document).encode(), filer="so-noi-vu")


def faults(document: object) -> list[tuple[str, str]]:
    found = read(document)
    assert isinstance(found, FaultyDraft)
    return [(fault.pointer, fault.code) for fault in found.faults]


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
        "-0.00",
        "\uff11",
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


@pytest.mark.parametrize("literal", [b"1e999", b"1" * 5000, b"1e1000000000", b"1.00000000000000000000000000001"])
def test_a_number_beyond_all_bounds_is_refused_and_costs_nothing(literal: bytes) -> None:
    body = b'{"plan":"p","period":"2014","observations":[{"indicator":"x","value":' + literal + b"}]}"
    found = read_draft(body, filer="a")
    assert isinstance(found, FaultyDraft)
    assert [fault.code for fault in found.faults] == ["too-many-digits"]


def test_up_to_28_digits_are_read_without_rounding() -> None:
    body = (
        b'{"plan":"p","period":"2014","observations":['
        b'{"indicator":"x","value":0.0070454100450257},{"indicator":"y","value":"0.007045410045025712345678901234"}]}'
    )
    found = read_draft(body, filer="a")
    assert isinstance(found, FaultyDraft)
    assert [(each.pointer, each.code) for each in found.faults] == [("/observations/1/value", "too-many-digits")]
    assert found.draft.observations[0].value == Decimal("0.0070454100450257")


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b", "a\u0000b", "a\u202eb", "\ud800", "\u3164", "\u2800", "\u034f", "\uffff"]
)
def test_text_that_no_reader_sees_is_refused(text: str) -> None:
    assert faults({**GOOD, "note": text}) == [("/note", "bad-text")]


def test_lines_and_tabs_of_a_note_are_kept_and_its_signs_named() -> None:
    found = read({**GOOD, "note": "Mất điện\r\nngày\t12/3 👨\u200d👩\u200d👧"})
    assert isinstance(found, Draft)
    assert found.note == "Mất điện\nngày 12/3 👨\u200d👩\u200d👧"
    refused = read({**GOOD, "note": "a\u200bb"})
    assert isinstance(refused, FaultyDraft)
    assert "U+200B ZERO WIDTH SPACE ở vị trí 2" in refused.faults[0].vi


def test_a_pile_of_marks_costs_nothing() -> None:
    begun = time.perf_counter()
    assert faults({**GOOD, "note": "a" + "\u0323\u0301" * 70_000}) == [("/note", "too-long")]
    assert time.perf_counter() - begun < 1


def test_a_letter_that_only_looks_like_ours_is_named() -> None:
    found = read({**GOOD, "agency": "s\u043e-noi-vu", "period": "\uff12014-03"})
    assert isinstance(found, FaultyDraft)
    assert [(each.pointer, each.code) for each in found.faults] == [("/period", "malformed"), ("/agency", "malformed")]
    assert "ký tự ở vị trí 2 là U+043E CYRILLIC SMALL LETTER O" in found.faults[1].vi
    assert "the sign at position 1 is U+FF12 FULLWIDTH DIGIT TWO" in found.faults[0].en


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
    assert isinstance(found, FaultyDraft)
    assert code in {fault.code for fault in found.faults}
    assert json.dumps([[fault.pointer, fault.vi, fault.en] for fault in found.faults], ensure_ascii=False).encode()


def test_every_field_named_twice_and_every_number_that_is_none_is_told_at_its_place() -> None:
    body = b"""{"plan": "p", "plan": "q", "period": "2014", "note": "a", "note": "b", "observations": [
        {"indicator": "x", "value": NaN},
        {"indicator": "y", "yes": true, "yes": false, "value": [-Infinity, {"a~/b": 1e999999999999999999999}]}]}"""
    found = read_draft(body, filer="a")
    assert isinstance(found, FaultyDraft)
    assert sorted((fault.pointer, fault.code) for fault in found.faults) == [
        ("/note", "repeated-field"),
        ("/observations/0/value", "not-a-number"),
        ("/observations/1/value", "bad-number"),
        ("/observations/1/value/0", "not-a-number"),
        ("/observations/1/value/1/a~0~1b", "not-a-number"),
        ("/observations/1/yes", "repeated-field"),
        ("/plan", "repeated-field"),
    ]
    assert any("“plan”" in fault.vi for fault in found.faults)
    assert found.draft.period == "2014"


def test_what_is_of_the_right_form_is_read_beside_what_is_not() -> None:
    document = {
        "period": "03/2014",
        "agency": "so-tai-chinh",
        "observations": [{"indicator": "x", "numerator": "12,5", "denominator": 20}, 7, {"yes": True}],
    }
    found = read(document)
    assert isinstance(found, FaultyDraft)
    assert found.draft == Draft(
        plan="",
        period="",
        agency="so-tai-chinh",
        observations=(
            PartialObservation(indicator="x", denominator=Decimal(20)),
            PartialObservation(),
            PartialObservation(yes=True),
        ),
    )
    assert found.unreadable == {
        "/plan",
        "/period",
        "/observations/0/numerator",
        "/observations/1",
        "/observations/2/indicator",
    }


def test_a_note_is_measured_in_characters() -> None:
    assert isinstance(read({**GOOD, "note": "x" * 2000}), Draft)
    found = read({**GOOD, "note": "x" * 2001})
    assert isinstance(found, FaultyDraft)
    assert [fault.pointer for fault in found.faults] == ["/note"]
    assert "2000 ký tự" in found.faults[0].vi
    assert "2,000 characters" in found.faults[0].en


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-json"),
        (b"{'plan': 1}", "not-json"),
        (b"{} trailing", "not-json"),
        (b"\xff\xfe{\x00}\x00", "not-utf-8"),
        (b"\xef\xbb\xbf{}", "byte-order-mark"),
        (b"[" * 5_000, "too-deep"),
        (b"[" * 100_000, "too-many-values"),
        (b"[" + b"NaN," * 20_000 + b"1]", "too-many-values"),
    ],
)
def test_a_body_that_is_no_json_document_is_told_why(body: bytes, code: str) -> None:
    with pytest.raises(UnreadableBody) as refused:
        read_draft(body, filer="a")
    assert refused.value.fault.code == code


@pytest.mark.parametrize("body", [b"NaN", b"[NaN]"])
def test_a_document_of_nothing_but_no_number_is_told_so(body: bytes) -> None:
    found = read_draft(body, filer="a")
    assert isinstance(found, FaultyDraft)
    assert "not-a-number" in {fault.code for fault in found.faults}
    assert "/plan" in found.unreadable or "" in found.unreadable


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
        assert isinstance(found, FaultyDraft)
        assert not any("Input should" in fault.en or "SubmissionIn" in fault.en for fault in found.faults)


def meaning(body: bytes) -> bytes:
    document, _ = parse(body)
    return meaning_of(document)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a": 1, "b": [1, 2]}', b'{\n"b":[1,2] , "a":1}'),
        (b'{"a": 1.50}', b'{"a": 1.5}'),
        (b'{"a": 150}', b'{"a": 1.5e2}'),
        (b'{"a": 100.00}', b'{"a": 1E+2}'),
        (b'{"a": "\\u0041"}', b'{"a": "A"}'),
    ],
)
def test_bodies_that_say_the_same_are_known_as_the_same(one: bytes, other: bytes) -> None:
    assert meaning(one) == meaning(other) != b""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a": 1}', b'{"a": "1"}'),
        (b'{"a": 1}', b'{"a": true}'),
        (b'{"a": [1, 2]}', b'{"a": [2, 1]}'),
        (b'{"a": 100}', b'{"a": 1}'),
        (b'{"a": null}', b"{}"),
        (b'{"a": 1e1000000000}', b'{"a": 1e1000000001}'),
    ],
)
def test_bodies_that_say_something_else_are_told_apart(one: bytes, other: bytes) -> None:
    assert meaning(one) != meaning(other)


def test_what_can_be_no_submission_has_no_meaning_to_compare() -> None:
    assert meaning(b'{"a": "\\ud800"}') == b""


def test_figures_that_came_as_text_with_a_separator_are_handed_on_as_they_were_written() -> None:
    document = {
        **GOOD,
        "observations": [
            {"indicator": "x", "numerator": "1.062", "denominator": "1,062"},
            {"indicator": "y", "value": "12"},
            {"indicator": "z", "value": 1.062},
            7,
        ],
    }
    found = read(document)
    assert isinstance(found, FaultyDraft)
    assert found.draft.written == {"/observations/0/numerator": "1.062", "/observations/0/denominator": "1,062"}
