"""Days and moments as readers of Vietnamese and of English write them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from babel.dates import format_date, format_datetime

from shared.events.vocabulary import Language

_DAY: Final[Mapping[Language, str]] = {Language.VI: "dd/MM/yyyy", Language.EN: "d MMMM yyyy"}
_MOMENT: Final[Mapping[Language, str]] = {
    Language.VI: "HH:mm 'ngày' dd/MM/yyyy",
    Language.EN: "HH:mm, d MMMM yyyy",
}


def day(day: date, *, language: Language) -> str:
    """Return the day: `07/04/2014`, `7 April 2014`."""
    return format_date(day, _DAY[language], locale=language.value)


def last_day(ends_on: date, *, language: Language) -> str:
    """Return the last day of a half-open period, the one before `ends_on`."""
    return day(ends_on - timedelta(days=1), language=language)


def moment(moment: datetime, *, language: Language) -> str:
    """Return the moment in its own time zone: `09:05 ngày 07/04/2014`, `09:05, 7 April 2014`."""
    return format_datetime(moment, _MOMENT[language], tzinfo=moment.tzinfo, locale=language.value)
