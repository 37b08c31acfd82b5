"""Days, moments and reporting periods as readers of Vietnamese and of English write them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import format_date, format_datetime

from shared.events.vocabulary import Language, LocalizedText

_DAY: Final[Mapping[Language, str]] = {Language.VI: "dd/MM/yyyy", Language.EN: "d MMMM yyyy"}
_MOMENT: Final[Mapping[Language, str]] = {
    Language.VI: "{} 'ngày' dd/MM/yyyy",
    Language.EN: "{}, d MMMM yyyy",
}
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


def day(day: date, *, language: Language) -> str:
    """Return the day: `07/04/2014`, `7 April 2014`."""
    return format_date(day, _DAY[language], locale=language.value)


def last_day(ends_on: date, *, language: Language) -> str:
    """Return the last day of a half-open period, the one before `ends_on`."""
    return day(ends_on - timedelta(days=1), language=language)


def moment(moment: datetime, *, language: Language) -> str:
    """Return the moment in its own time zone: `09:05 ngày 07/04/2014`, `09:05:07, 7 April 2014`.

    Seconds stand where there are any, so that who asks for what was known at the moment is answered the same.
    """
    form = _MOMENT[language].format("HH:mm:ss" if moment.second else "HH:mm")
    return format_datetime(moment, form, tzinfo=moment.tzinfo, locale=language.value)


def period(period_id: str, *, language: Language) -> str:
    """Return the period for a sentence or a table: `03/2014`, `quý I/2014`, `năm 2014`; another id as it is."""
    found = _PERIOD.fullmatch(period_id)
    if found is None:
        return period_id
    return _PERIODS.get(found["part"], _MONTH).of(language).format(part=found["part"], year=found["year"])
