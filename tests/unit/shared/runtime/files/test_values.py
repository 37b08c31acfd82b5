"""How dates, numbers and words of a plan file are read, and which are refused."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.vocabulary import Measure
from shared.runtime.files.values import UnusableValue, day, number, shown, slug, text, whole, word

PARSERS = (text, slug, day, number, whole, word(Measure))


@pytest.mark.parametrize(
    ("raw", "value"),
    [("90", "90"), ("90.0", "90"), ("100", "100"), ("12.50", "12.5"), ("0.0070454100450257", "0.0070454100450257")],
)
def test_a_number_has_one_form_for_one_meaning(raw: str, value: str) -> None:
    assert str(number(raw)) == value


@given(st.decimals(min_value=-999_999_999_999, max_value=999_999_999_999, places=15))
def test_a_number_is_kept_exactly(value: Decimal) -> None:
    assert number(f"{value:f}") == value


def test_the_published_figure_of_sixteen_decimals_is_kept() -> None:
    assert str(number("0.0070454100450257")) == "0.0070454100450257"


@pytest.mark.parametrize(
    "raw", ["12,5", "85%", "1e3", "1_000", "٣", "NaN", "inf", "0x10", "+5", ".5", "5.", "-0.00", "1" * 29, "1.1.1"]
)
def test_what_is_no_plain_number_is_refused(raw: str) -> None:
    with pytest.raises(UnusableValue, match="is ") as refused:
        number(raw)
    assert refused.value.code == "bad-number"


@pytest.mark.parametrize("raw", ["So-Noi-Vu", "sở-nội-vụ", "so--noi", "-so", "so-", "so noi", "so_noi", "ѕo", "a" * 81])
def test_what_is_no_id_is_refused(raw: str) -> None:
    with pytest.raises(UnusableValue) as refused:
        slug(raw)
    assert refused.value.code == "bad-id"


@pytest.mark.parametrize("raw", ["20140331", "2014-3-31", "2014-02-30", "0000-01-01", "2014-03-31T00:00", "31.03.2014"])
def test_what_is_no_date_is_refused(raw: str) -> None:
    with pytest.raises(UnusableValue) as refused:
        day(raw)
    assert refused.value.code == "bad-date"


def test_a_text_is_composed_and_without_blanks_around_it() -> None:
    assert text(" Sở\u00a0") == "Sở"
    assert text("Đà La\u0323t") == "Đà Lạt"


def test_values_are_what_they_say() -> None:
    assert day("2014-03-31") == date(2014, 3, 31)
    assert whole("007") == 7
    assert word(Measure)("share") is Measure.SHARE


def test_a_message_quotes_a_text_shortly_and_without_what_cannot_be_seen() -> None:
    assert shown("a\u202eb\nc") == '"a<U+202E>b<U+000A>c"'
    assert len(shown("x" * 1000)) < 70


@given(raw=st.text(), parse=st.sampled_from(PARSERS))
def test_every_text_is_a_value_or_a_reason(raw: str, parse: Callable[[str], object]) -> None:
    problem = problem_of(parse, raw)
    assert problem is None or (problem.code and problem.message and problem.accepted)


def problem_of(parse: Callable[[str], object], raw: str) -> UnusableValue | None:
    try:
        parse(raw)
    except UnusableValue as problem:
        return problem
    return None
