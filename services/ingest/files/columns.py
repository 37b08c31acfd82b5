"""The columns of a form: what each is called, and which of them are read."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

FIGURES: Final = ("numerator", "denominator", "value", "yes")
"""A row that fills none of these reports nothing."""

TITLES: Final[Mapping[str, str]] = {
    "numerator": "Tử số",
    "denominator": "Mẫu số",
    "value": "Giá trị",
    "yes": "Có/Không",
    "note": "Ghi chú",
    "plan": "Mã kế hoạch",
    "period": "Mã kỳ",
    "agency": "Mã cơ quan",
    "indicator": "Mã chỉ tiêu",
}
"""What is read, by the names that JSON has for it."""

SHOWN: Final = ("Cơ quan", "Chỉ tiêu", "Đơn vị", "Cách điền", "Kỳ trước")
"""What a form shows beside that and is not read."""

NEEDED: Final = ("plan", "period", "agency", "indicator")
_BLANKS: Final = re.compile(r"\s+")


def _plain(title: str) -> str:
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", title)).strip().casefold()


_READ: Final = {_plain(title): name for name, title in TITLES.items()} | {name: name for name in TITLES}
_PASSED_OVER: Final = frozenset(map(_plain, SHOWN))
NEARLY: Final = (*TITLES.values(), *TITLES, *SHOWN)


def column_of(title: str) -> str | None:
    """Return the column that a title names, in Vietnamese or as in JSON; None where it is none that is read."""
    return _READ.get(_plain(title))


def is_passed_over(title: str) -> bool:
    """Return whether a form shows this column for people only."""
    return _plain(title) in _PASSED_OVER
