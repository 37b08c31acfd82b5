"""What is taken as text, what is made of it, and what is said of what cannot be."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.text import UnfitText, check_marks, composed, first_foreign, sign_named


def refused(raw: str, *, longest: int = 2000, has_lines: bool = True) -> UnfitText:
    with pytest.raises(UnfitText) as found:
        composed(raw, longest=longest, has_lines=has_lines)
    return found.value


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  Mất điện ngày 12/3 ", "Mất điện ngày 12/3"),
        ("Tie\u0302\u0301n \u0111o\u0323\u0302", "Tiến độ"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("từ Word\vxuống dòng\u2028nữa", "từ Word\nxuống dòng\nnữa"),
        ("cột\tcột", "cột cột"),
        ("\u3000tr.\u00a05\u00a0", "tr.\u00a05"),
        ("👨\u200d👩\u200d👧 và ❤\ufe0f\u200d🔥", "👨\u200d👩\u200d👧 và ❤\ufe0f\u200d🔥"),
        ("👩🏽\u200d💻", "👩🏽\u200d💻"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("…", "…"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_text_is_kept_as_its_reader_sees_it(raw: str, kept: str) -> None:
    assert composed(raw, longest=2000, has_lines=True) == kept


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ("a\u200bb", "U+200B ZERO WIDTH SPACE ở vị trí 2"),
        ("a\u200db", "U+200D ZERO WIDTH JOINER ở vị trí 2"),
        ("👨\u200d", "U+200D ZERO WIDTH JOINER ở vị trí 2"),
        ("\u200d👨", "U+200D ZERO WIDTH JOINER ở vị trí 1"),
        ("a\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE ở vị trí 2"),
        ("a\u00adb", "U+00AD SOFT HYPHEN ở vị trí 2"),
        ("a\u202eb", "U+202E RIGHT-TO-LEFT OVERRIDE ở vị trí 2"),
        ("a\x00b", "U+0000 ở vị trí 2"),
        ("a\x1bb", "U+001B ở vị trí 2"),
        ("\ud800", "U+D800 ở vị trí 1"),
        ("a\uf0b7", "U+F0B7 ở vị trí 2"),
        ("\uffff", "U+FFFF ở vị trí 1"),
        ("S\ufffd N\u1ed9i v\u1ee5", "U+FFFD REPLACEMENT CHARACTER ở vị trí 2"),
        ("\u3164", "U+3164 HANGUL FILLER ở vị trí 1"),
        ("\u2800", "U+2800 BRAILLE PATTERN BLANK ở vị trí 1"),
        ("\u034f", "U+034F COMBINING GRAPHEME JOINER ở vị trí 1"),
    ],
)
def test_a_sign_that_cannot_be_taken_is_named_with_its_position(raw: str, named: str) -> None:
    found = refused(raw)
    assert found.code == "bad-text"
    assert named in found.vi
    assert named.replace("ở vị trí", "at position") in found.en


def test_each_kind_of_sign_is_named_once_and_of_many_the_first_three() -> None:
    assert "U+200B ZERO WIDTH SPACE ở vị trí 1;" in refused("\u200ba\u200b").vi
    assert " và 1 loại khác; " in refused("a\u200b\u200c\u200e\u202e").vi
    assert " and 1 more; " in refused("a\u200b\u200c\u200e\u202e").en


@pytest.mark.parametrize("raw", ["", "   ", "\n\t\r\n", "\u00a0\u3000", "\u0301", "\ufe0f"])
def test_text_in_which_nothing_is_seen_is_blank(raw: str) -> None:
    assert "trống" in refused(raw).vi


def test_a_name_has_no_second_line() -> None:
    assert "U+000A ở vị trí 2" in refused("a\nb", has_lines=False).vi
    assert "U+000D ở vị trí 2" in refused("a\r\nb", has_lines=False).vi
    assert composed("UBND\txã", longest=20) == "UBND xã"


def test_length_is_that_of_the_composed_text() -> None:
    word = unicodedata.normalize("NFD", "ế" * 2000)
    assert composed(word, longest=2000) == "ế" * 2000
    found = refused("ế" * 2001)
    assert (found.code, found.vi) == ("too-long", "Văn bản dài hơn 2000 ký tự.")
    assert "2,000 characters" in found.en


@pytest.mark.parametrize("raw", ["a" + "\u0323\u0301" * 70_000, "a" + "\u0f73" * 70_000, "a" + "\u0323\u0301" * 900])
def test_a_pile_of_marks_is_refused_before_anything_is_computed(raw: str) -> None:
    begun = time.perf_counter()
    assert refused(raw).code in {"too-long", "bad-text"}
    assert time.perf_counter() - begun < 0.2


def test_a_character_may_carry_a_few_marks() -> None:
    check_marks("a" + "\u0301" * 8)
    with pytest.raises(UnfitText) as found:
        check_marks("ba" + "\u0301" * 9)
    assert "vị trí 2 " in found.value.vi
    assert "position 2 " in found.value.en


def test_a_sign_that_only_looks_like_ours_is_found() -> None:
    assert first_foreign("s\u043e-noi-vu") == ("U+043E CYRILLIC SMALL LETTER O", 2)
    assert first_foreign("so-noi-vu") is None
    assert sign_named("\uff11") == "U+FF11 FULLWIDTH DIGIT ONE"


@given(st.text(max_size=60))
def test_what_is_taken_stays_the_same_when_it_is_taken_again(raw: str) -> None:
    try:
        text = composed(raw, longest=60, has_lines=True)
    except UnfitText as found:
        f"{found.vi} {found.en}".encode()  # what is said of it can be sent
        return
    assert composed(text, longest=60, has_lines=True) == text
    assert unicodedata.is_normalized("NFC", text)
    assert len(text) <= 60
