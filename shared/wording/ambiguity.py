"""Says how else a figure that came as text could have been meant: 1.062 is a thousand to some, and one to others."""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from shared.events.vocabulary import LocalizedText, Measure

_THOUSAND: Final = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}", re.ASCII)
_POINTS: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+){2,}", re.ASCII)
_COMMAS: Final = re.compile(r"-?[0-9]+(?:,[0-9]+)+", re.ASCII)
_FULL_PCT: Final = Decimal(100)
_LONGEST: Final = 40


class Readings(NamedTuple):
    """The two readings of a figure and the separator that may be either."""

    grouped: str  # its separators stand between thousands
    decimal: str  # its first separator is a decimal one
    separator: str

    @property
    def decimal_accepted(self) -> str:
        """Return the decimal reading as it is accepted in a text: with a zero at its end where it has two readings."""
        return f"{self.decimal}0" if _THOUSAND.fullmatch(self.decimal) else self.decimal

    def told(self, text: str, *, is_whole: bool) -> LocalizedText:
        """Return the sentences that say both readings of a text, and how each is written; a decimal where it may be."""
        name_vi, name_en = {".": ("dấu chấm", "point"), ",": ("dấu phẩy", "comma")}[self.separator]
        accepted_vi, accepted_en = (
            f"hãy ghi số nguyên, ví dụ {self.grouped}",
            f"write a whole number, such as {self.grouped}",
        )
        if not is_whole:
            accepted_vi = f"hãy ghi {self.grouped} hoặc {self.decimal_accepted}"
            accepted_en = f"write {self.grouped} or {self.decimal_accepted}"
        return LocalizedText(
            f"“{text}” có thể hiểu theo hai cách: {self.grouped} ({name_vi} tách hàng nghìn)"
            f" hoặc {self.decimal} ({name_vi} thập phân); {accepted_vi}.",
            f"“{text}” has two readings: {self.grouped} ({name_en} between thousands) or {self.decimal}"
            f" (decimal {name_en}); {accepted_en}.",
        )


def readings_of(text: str, *, measure: Measure, is_whole: bool) -> Readings | None:
    """Return both readings of a figure that came as text; None where its shape has one, or no figure at all.

    `0.995`, `99.95` and `1.0620` have one reading. Of a percentage the reading beyond 100 cannot be meant.
    """
    if len(text) > _LONGEST:
        return None
    if is_whole and _COMMAS.fullmatch(text):
        separator = ","
    elif _THOUSAND.fullmatch(text) or _POINTS.fullmatch(text):
        separator = "."
    else:
        return None
    whole, _, rest = text.partition(separator)
    places = rest.replace(separator, "")
    grouped = Decimal(f"{whole}{places}")
    if measure is Measure.PERCENT and abs(grouped) > _FULL_PCT:
        return None
    return Readings(str(grouped), f"{whole}.{places}", separator)
