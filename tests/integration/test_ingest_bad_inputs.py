"""Every bad input that is listed in what the system promises, sent to a running ingest: what its sender is told."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.databases import DatabaseMaker
from tests.support.ingest import BODY, Ingest, ingest_on

VALUE = "/observations/0/value"
NUMERATOR = "/observations/0/numerator"
PILE = "a" + "\u0323\u0301" * 70_000


@pytest.fixture(scope="module")
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


def uptime(value: object) -> dict[str, Any]:
    """Return a submission of a percentage."""
    return {**BODY, "observations": [{"indicator": "network-uptime", "value": value}]}


def exchange(numerator: object, denominator: object = 510) -> dict[str, Any]:
    """Return a submission of a share, whose parts count things."""
    observation = {"indicator": "edoc-exchange", "numerator": numerator, "denominator": denominator}
    return {**BODY, "observations": [observation]}


def literally(value: str) -> bytes:
    """Return a submission in which a percentage is written just so."""
    return json.dumps(uptime("HERE")).replace('"HERE"', value).encode()


def without(field: str) -> dict[str, Any]:
    return {name: value for name, value in BODY.items() if name != field}


def noted(note: object) -> dict[str, Any]:
    return {**BODY, "note": note}


REFUSED: dict[str, tuple[bytes | dict[str, Any], int, list[tuple[str, str]], str]] = {
    # JSON
    "trailing text": (json.dumps(BODY).encode() + b" x", 400, [("", "not-json")], "không phải JSON"),
    "single quotes": (b"{'plan': 'x'}", 400, [("", "not-json")], "không phải JSON"),
    "a comment": (b"{} // note", 400, [("", "not-json")], "không phải JSON"),
    "an empty body": (b"", 400, [("", "not-json")], "không phải JSON"),
    "a byte order mark": (b"\xef\xbb\xbf{}", 400, [("", "byte-order-mark")], "BOM"),
    "UTF-16": (json.dumps(BODY).encode("utf-16"), 400, [("", "not-utf-8")], "UTF-8"),
    "overlong UTF-8": (b'{"plan": "\xc0\xaf"}', 400, [("", "not-utf-8")], "UTF-8"),
    "nested too deeply": (b"[" * 5000, 400, [("", "too-deep")], "lồng quá sâu"),
    "nested without end": (b"[" * 100_000, 400, [("", "too-many-values")], "có hơn 5000 giá trị"),
    "a field twice": (
        json.dumps(BODY).encode().replace(b'{"plan"', b'{"plan": "x", "plan"', 1),
        422,
        [("/plan", "repeated-field")],
        "“plan” xuất hiện hai lần",
    ),
    "another case of a field": ({**BODY, "Agency": "x"}, 422, [("/Agency", "unknown-field")], "Không có trường này"),
    "__proto__": ({**BODY, "__proto__": {}}, 422, [("/__proto__", "unknown-field")], "Không có trường này"),
    "constructor": ({**BODY, "constructor": 1}, 422, [("/constructor", "unknown-field")], "Không có trường này"),
    "a list": (b"[]", 422, [("", "malformed")], "cần một đối tượng"),
    "501 values": (
        {**BODY, "observations": [{"indicator": "x", "yes": True}] * 501},
        422,
        [("/observations", "malformed")],
        "nhiều hơn 500",
    ),
    "ten thousand values": (
        {**BODY, "observations": [{"indicator": "x", "yes": True}] * 10_000},
        400,
        [("", "too-many-values")],
        "có hơn 5000 giá trị",
    ),
    # values
    "no plan": (without("plan"), 422, [("/plan", "required")], "Thiếu trường bắt buộc"),
    "no period": (without("period"), 422, [("/period", "required")], "Thiếu trường bắt buộc"),
    "no observations": (without("observations"), 422, [("/observations", "required")], "Thiếu trường bắt buộc"),
    "a decimal comma": (uptime("12,5"), 422, [(VALUE, "decimal-comma")], "Dùng dấu chấm thập phân"),
    "a comma in a count": (exchange("1,062", 2000), 422, [(NUMERATOR, "ambiguous-number")], "1062 (dấu phẩy tách"),
    "thousands or decimals": (
        exchange("1.062", "2.510"),
        422,
        [("/observations/0/denominator", "ambiguous-number"), (NUMERATOR, "ambiguous-number")],
        "2510 (dấu chấm tách hàng nghìn) hoặc 2.510 (dấu chấm thập phân)",
    ),
    "millions": (exchange("1.234.567", 2e6), 422, [(NUMERATOR, "ambiguous-number")], "1234567"),
    "half a thing": (exchange(12.5), 422, [(NUMERATOR, "not-whole")], "số nguyên"),
    "blanks around a figure": (uptime(" 12 "), 422, [(VALUE, "bad-number")], "không ghi dấu cách"),
    "a unit": (uptime("85%"), 422, [(VALUE, "bad-number")], "đơn vị"),
    "an underscore": (uptime("1_000"), 422, [(VALUE, "bad-number")], "dấu tách hàng nghìn"),
    "an Arabic digit": (uptime("\u0663"), 422, [(VALUE, "bad-number")], "ARABIC-INDIC DIGIT THREE"),
    "full-width digits": (uptime("\uff19\uff19"), 422, [(VALUE, "bad-number")], "FULLWIDTH DIGIT NINE ở vị trí 1"),
    "a zero with a sign": (uptime("-0.00"), 422, [(VALUE, "bad-number")], "hãy ghi 0"),
    "a zero with a sign as a number": (literally("-0.0"), 422, [(VALUE, "bad-number")], "hãy ghi 0"),
    "below nothing": (exchange(-1), 422, [(NUMERATOR, "out-of-range")], "không âm"),
    "more than all": (exchange(511), 422, [(NUMERATOR, "out-of-range")], "không lớn hơn mẫu số 510"),
    "more than 100 %": (uptime(100.1), 422, [(VALUE, "out-of-range")], "từ 0 đến 100"),
    "200 digits": (uptime("9" * 200), 422, [(VALUE, "too-many-digits")], "tối đa 28"),
    "5,000 digits": (literally("9" * 5000), 422, [(VALUE, "too-many-digits")], "tối đa 28"),
    "29 digits": (uptime("0." + "1" * 29), 422, [(VALUE, "too-many-digits")], "tối đa 28"),
    "an exponent in a text": (uptime("1e3"), 422, [(VALUE, "bad-number")], "Không phải số"),
    "a huge exponent": (literally("1e1000000000"), 422, [(VALUE, "too-many-digits")], "tối đa 28"),
    "beyond a float": (literally("1e999"), 422, [(VALUE, "too-many-digits")], "tối đa 28"),
    "NaN": (literally("NaN"), 422, [(VALUE, "not-a-number")], "NaN không phải số"),
    "minus infinity": (literally("-Infinity"), 422, [(VALUE, "not-a-number")], "-Infinity không phải số"),
    "a yes as a figure": (uptime(value=True), 422, [(VALUE, "bad-number")], "Cần một số"),
    "an empty figure": (uptime(""), 422, [(VALUE, "bad-number")], "Không phải số"),
    "a figure for a yes": (
        {**BODY, "observations": [{"indicator": "doc-management", "yes": 1}]},
        422,
        [("/observations/0/yes", "malformed")],
        "true hoặc false",
    ),
    # texts
    "an empty note": (noted(""), 422, [("/note", "bad-text")], "trống"),
    "a note of blanks": (noted(" \t\r\n\u00a0"), 422, [("/note", "bad-text")], "trống"),
    "a note of zero width": (noted("\u200b"), 422, [("/note", "bad-text")], "U+200B ZERO WIDTH SPACE ở vị trí 1"),
    "a note of fillers": (noted("\u3164"), 422, [("/note", "bad-text")], "U+3164 HANGUL FILLER"),
    "a note of no character": (noted("\uffff"), 422, [("/note", "bad-text")], "U+FFFF"),
    "a NUL": (noted("a\0b"), 422, [("/note", "bad-text")], "U+0000 ở vị trí 2"),
    "half a character": (noted("\ud800"), 422, [("/note", "bad-text")], "U+D800 ở vị trí 1"),
    "a text that reads backwards": (noted("a\u202eb"), 422, [("/note", "bad-text")], "RIGHT-TO-LEFT OVERRIDE"),
    "a pile of marks": (noted(PILE), 422, [("/note", "too-long")], "dài hơn 2000 ký tự"),
    "a small pile of marks": (noted(PILE[:1000]), 422, [("/note", "bad-text")], "quá nhiều dấu"),
    "a long note": (noted("x" * 2001), 422, [("/note", "too-long")], "dài hơn 2000 ký tự"),
    "a note that is a number": (noted(5), 422, [("/note", "malformed")], "cần văn bản"),
    # periods
    "a period not over": ({**BODY, "period": "2014-04"}, 409, [("/period", "period-not-over")], "từ 01/05/2014"),
    "a locked period": ({**BODY, "period": "2014-01"}, 409, [("/period", "period-locked")], "đã khóa từ"),
    "a period of no plan": ({**BODY, "period": "2019-01"}, 422, [("/period", "unknown-period")], "2014-01 … 2014-12"),
    "another length": ({**BODY, "period": "2014-Q1"}, 422, [("/period", "unknown-period")], "độ dài khác (quý)"),
    "a naive moment": ({**BODY, "period": "2014-03-31T17:00:00"}, 422, [("/period", "malformed")], "như 2014-03"),
    "a moment as a number": ({**BODY, "period": 1396224000}, 422, [("/period", "malformed")], "như 2014-03"),
    "a day": ({**BODY, "period": "2014-02-30"}, 422, [("/period", "malformed")], "như 2014-03"),
    "day, month, year": ({**BODY, "period": "31/03/2014"}, 422, [("/period", "malformed")], "như 2014-03"),
    "month before year": ({**BODY, "period": "03/2014"}, 422, [("/period", "malformed")], "như 2014-03"),
    "the year 9999": ({**BODY, "period": "9999-12"}, 422, [("/period", "unknown-period")], "không có kỳ “9999-12”"),
    "the year 1": ({**BODY, "period": "0001-01"}, 422, [("/period", "unknown-period")], "không có kỳ “0001-01”"),
    "a period in other digits": (
        {**BODY, "period": "\uff12\uff10\uff11\uff14-03"},
        422,
        [("/period", "malformed")],
        "U+FF12 FULLWIDTH DIGIT TWO",
    ),
    # the domain
    "an unknown plan": ({**BODY, "plan": "lam-dong-2015"}, 422, [("/plan", "unknown-plan")], "có: lam-dong-2014"),
    "another agency": (
        {**BODY, "agency": "so-tai-chinh"},
        403,
        [("/agency", "not-your-agency")],
        "không được nộp thay",
    ),
    "an unknown agency": ({**BODY, "agency": "so-x"}, 403, [("/agency", "not-your-agency")], "không được nộp thay"),
    "an agency that looks the same": (
        {**BODY, "agency": "s\u043e-noi-vu"},
        422,
        [("/agency", "malformed")],
        "U+043E CYRILLIC SMALL LETTER O",
    ),
    "an agency in capitals": ({**BODY, "agency": "So-Noi-Vu"}, 422, [("/agency", "malformed")], "chữ thường"),
    "an unknown indicator": (
        {**BODY, "observations": [{"indicator": "edoc-exchang", "numerator": 1, "denominator": 2}]},
        422,
        [("/observations/0/indicator", "unknown-indicator")],
        "có: ",
    ),
    "an indicator twice": (
        {**BODY, "observations": exchange(1)["observations"] * 2},
        422,
        [("/observations/1/indicator", "repeated-indicator")],
        "hai giá trị",
    ),
    "a stale revision": ({**BODY, "revision": 7}, 409, [("/revision", "stale-revision")], "bản kế tiếp là"),
    "a revision that is none": ({**BODY, "revision": 0}, 422, [("/revision", "malformed")], "số nguyên từ 1"),
    "one bad row of three": (
        {
            **BODY,
            "observations": [
                {"indicator": "edoc-exchange", "numerator": 1, "denominator": 2},
                {"indicator": "network-uptime", "value": "x"},
                {"indicator": "doc-management", "yes": "có"},
            ],
        },
        422,
        [("/observations/1/value", "bad-number"), ("/observations/2/yes", "malformed")],
        "Không phải số",
    ),
}


@pytest.mark.parametrize(("body", "status", "told", "vi"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_bad_input_is_refused_by_name_and_leaves_nothing(
    ingest: Ingest, body: bytes | dict[str, Any], status: int, told: list[tuple[str, str]], vi: str
) -> None:
    before = await ingest.count("submission")
    answer = await ingest.insist(body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    faults = answer.json()["faults"]
    assert [(fault["pointer"], fault["code"]) for fault in faults] == told
    assert vi in faults[0]["vi"]
    assert all(fault["en"] and fault["vi"] for fault in faults)
    assert await ingest.count("submission") == before


ACCEPTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text of three places below one": (uptime("0.995"), {"value": "0.995"}),
    "text of two places": (uptime("99.95"), {"value": "99.95"}),
    "text of four places": (uptime("1.0620"), {"value": "1.0620"}),
    "a percentage that cannot be thousands": (uptime("99.950"), {"value": "99.950"}),
    "a JSON number of three places": (uptime(1.062), {"value": "1.062"}),
    "sixteen decimals": (uptime("0.0070454100450257"), {"value": "0.0070454100450257"}),
    "28 digits": (uptime("0.1234567890123456789012345678"), {"value": "0.1234567890123456789012345678"}),
    "a small number": (uptime(0.0000001), {"value": "0.0000001"}),
    "nothing of nothing": (exchange(0, 0), {"numerator": "0", "denominator": "0"}),
    "a whole number with a point": (exchange(1, 2000.0), {"numerator": "1", "denominator": "2000.0"}),
}


@pytest.mark.parametrize(("body", "kept"), ACCEPTED.values(), ids=ACCEPTED.keys())
async def test_a_figure_is_kept_and_told_to_its_last_digit(
    ingest: Ingest, body: dict[str, Any], kept: dict[str, Any]
) -> None:
    answer = await ingest.insist(body)
    assert answer.status_code == 202, answer.text
    shown = (await ingest.get(answer.json()["status_url"])).json()["observations"][0]
    assert {name: shown[name] for name in kept} == kept
    event = next(each for each in await ingest.outbox() if each["data"]["submission"] == answer.json()["submission"])
    assert {name: event["data"]["observations"][0][name] for name in kept} == kept


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("Tie\u0302\u0301n \u0111o\u0323\u0302", "Tiến độ"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\tb", "a b"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=?utf-8?q?a=0D=0ABcc:_e@x?=", "=?utf-8?q?a=0D=0ABcc:_e@x?="),
        ("đ" * 2000, "đ" * 2000),
    ],
)
async def test_a_note_is_kept_as_its_reader_sees_it(ingest: Ingest, note: str, kept: str) -> None:
    answer = await ingest.insist(noted(note))
    assert answer.status_code == 202, answer.text
    event = next(each for each in await ingest.outbox() if each["data"]["submission"] == answer.json()["submission"])
    assert event["data"]["note"] == kept


async def test_every_fault_of_every_kind_is_named_at_once(ingest: Ingest) -> None:
    answer = await ingest.insist(
        {
            "plan": "lam-dong-2014",
            "period": "2014-04",
            "observations": [
                {"indicator": "edoc-exchange", "numerator": "1.062", "denominator": "12,5", "note": "\u200b"},
                {"indicator": "network-uptime", "value": "100,5"},
                {"indicator": "eoffice-commune", "yes": True},
            ],
            "note": "",
        },
    )
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["faults"]] == [
        ("/period", "period-not-over"),
        ("/observations/0/denominator", "ambiguous-number"),
        ("/observations/0/note", "bad-text"),
        ("/observations/0/numerator", "ambiguous-number"),
        ("/observations/1/value", "decimal-comma"),
        ("/observations/2/indicator", "not-reported-by-agency"),
        ("/note", "bad-text"),
    ]


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_a_key_that_names_no_request_is_refused(ingest: Ingest, key: str) -> None:
    answer = await ingest.insist(Idempotency_Key=key)
    (fault,) = answer.json()["faults"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (400, "Idempotency-Key", "bad-idempotency-key")
