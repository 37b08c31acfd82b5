"""Reporting periods as people say them."""

import re
from collections.abc import Mapping
from typing import Final

from shared.events.vocabulary import Language, LocalizedText

_PERIOD: Final = re.compile(r"(?P<year>\d{4})(?:-(?P<part>\d\d|Q[1-4]|H[12]|9M))?")
_MONTH: Final = LocalizedText(vi="{part}/{year}", en="{part}/{year}")
_PERIODS: Final[Mapping[str | None, LocalizedText]] = {
    None: LocalizedText(vi="năm {year}", en="{year}"),
    "Q1": LocalizedText(vi="quý I/{year}", en="Q1 {year}"),
    "Q2": LocalizedText(vi="quý II/{year}", en="Q2 {year}"),
    "Q3": LocalizedText(vi="quý III/{year}", en="Q3 {year}"),
    "Q4": LocalizedText(vi="quý IV/{year}", en="Q4 {year}"),
    "H1": LocalizedText(vi="6 tháng đầu năm {year}", en="first half of {year}"),
    "H2": LocalizedText(vi="6 tháng cuối năm {year}", en="second half of {year}"),
    "9M": LocalizedText(vi="9 tháng đầu năm {year}", en="first nine months of {year}"),
}


def period(period_id: str, *, language: Language) -> str:
    """Return the period for a sentence or a table: `03/2014`, `quý I/2014`, `năm 2014`; another id as it is."""
    found = _PERIOD.fullmatch(period_id)
    if found is None:
        return period_id
    return _PERIODS.get(found["part"], _MONTH).of(language).format(part=found["part"], year=found["year"])
