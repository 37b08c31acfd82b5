"""Text is never wider than it is taken to be, and its lines break where words end."""

from importlib.resources import files

import pytest
from PIL import ImageFont

from shared.charts.measuring import width_of, wrapped
from tests.unit.shared.charts.chart_examples import LONG_NAME

SIZE = 12.5
FONTS = {is_bold: f"BeVietnamPro-{'Bold' if is_bold else 'Regular'}.ttf" for is_bold in (False, True)}
SEEN = (
    LONG_NAME,
    "Cán bộ, công chức thường xuyên sử dụng thư điện tử công vụ",
    "Kế hoạch ứng dụng công nghệ thông tin trong cơ quan nhà nước tỉnh Lâm Đồng năm 2014: kỳ 2014-09",
    "SỐ LIỆU MÔ PHỎNG (synthetic) · DIỄN TẬP (rehearsal)",
    "≥ 100 % cơ quan",
    "0123456789",
    "The quick brown fox jumps over the lazy dog; THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG",
)


@pytest.mark.parametrize("is_bold", [False, True])
@pytest.mark.parametrize("text", SEEN)
def test_text_is_as_wide_as_the_font_has_it_or_a_little_less(text: str, is_bold: bool) -> None:  # noqa: FBT001
    font = ImageFont.truetype(str(files("fontpkg_be_vietnam_pro") / "files" / FONTS[is_bold]), 1000)
    real = font.getlength(text) / 1000 * SIZE
    assert real <= width_of(text, size=SIZE, is_bold=is_bold) <= 1.15 * real


def test_a_letter_that_the_font_lacks_is_taken_for_a_wide_one() -> None:
    assert width_of("中", size=10) > width_of("m", size=10)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_line_is_wider_than_asked_for_and_what_is_cut_off_is_seen_to_be(most: int) -> None:
    lines = wrapped(LONG_NAME, width=300, size=SIZE, most=most)
    assert len(lines) == most
    assert all(width_of(line, size=SIZE) <= 300 for line in lines)
    assert lines[-1].endswith(" …")
    assert LONG_NAME.startswith(" ".join(lines).removesuffix(" …"))


def test_text_that_fits_stays_whole() -> None:
    assert wrapped("Hạ tầng khu CNTT tập trung", width=300, size=SIZE, most=2) == ["Hạ tầng khu CNTT tập trung"]
    assert wrapped("", width=300, size=SIZE, most=2) == [""]


def test_a_word_without_end_is_cut() -> None:
    (line,) = wrapped("m" * 900, width=100, size=SIZE, most=2)
    assert line.endswith("m …")
    assert width_of(line, size=SIZE) <= 100
    assert wrapped("a " + "m" * 900, width=100, size=SIZE, most=2)[0] == "a"
