"""Figures as they are written by people and programs: exact decimals, of bounded length, never rounded."""

import re
from decimal import Decimal
from typing import Final

from shared.runtime.text import UnfitText, first_foreign

MOST_DIGITS: Final = 28
_FIGURE: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_ZERO: Final = re.compile(r"-[0.]+", re.ASCII)
_LONGEST: Final = 2 * MOST_DIGITS + len("-.")
_SHOWN: Final = 40


class UnfitFigure(UnfitText):
    """A figure cannot be taken; code and sentences say why."""


def figure_of(written: str | Decimal) -> Decimal:
    """Return a figure exactly as it was written, as text or as a JSON number.

    Raises:
        UnfitFigure: it is no decimal number, or has more than 28 significant digits or 28 decimal places.
    """
    if isinstance(written, Decimal):
        if not written.is_finite() or abs(written.adjusted()) > MOST_DIGITS:  # 1e1000000000 written out fills memory
            raise _too_many_digits()
        written = format(written, "f")
    if written.isascii() and written.isdigit() and written[0] != "0" and len(written) <= MOST_DIGITS:
        return Decimal(written)  # most figures: no need to look closer
    if "," in written:
        raise UnfitFigure(
            "decimal-comma", vi="Dùng dấu chấm thập phân, ví dụ 12.5.", en="Use a decimal point, such as 12.5."
        )
    if not _FIGURE.fullmatch(written):
        raise _no_figure(written)
    if _ZERO.fullmatch(written):
        raise UnfitFigure("bad-number", vi="Số 0 không có dấu âm; hãy ghi 0.", en="Zero has no sign; write 0.")
    whole, _, places = written.lstrip("-").partition(".")
    digits = f"{whole}{places}".lstrip("0")
    if len(written) > _LONGEST or max(len(digits), len(places)) > MOST_DIGITS:
        raise _too_many_digits()
    return Decimal(written)


def _too_many_digits() -> UnfitFigure:
    return UnfitFigure(
        "too-many-digits",
        vi=f"Số có quá nhiều chữ số; tối đa {MOST_DIGITS} chữ số có nghĩa và {MOST_DIGITS} chữ số sau dấu chấm.",
        en=f"It has too many digits; at most {MOST_DIGITS} significant ones, {MOST_DIGITS} after the point, are taken.",
    )


def _no_figure(written: str) -> UnfitFigure:
    foreign = first_foreign(written[:_SHOWN])
    if foreign is not None:
        sign, position = foreign
        return UnfitFigure(
            "bad-number",
            vi=f"Không phải số: có {sign} ở vị trí {position}; hãy ghi bằng các chữ số 0–9, ví dụ 12.5.",
            en=f"Not a number: it holds {sign} at position {position}; write digits 0-9, such as 12.5.",
        )
    return UnfitFigure(
        "bad-number",
        vi="Không phải số thập phân hợp lệ (ví dụ 12.5); không ghi dấu cách, dấu tách hàng nghìn hay đơn vị.",
        en="Not a decimal number such as 12.5: no blanks, no signs between thousands, no unit.",
    )
