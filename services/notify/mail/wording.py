"""How figures, dates and periods read in Vietnamese and English."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern, parse_pattern

from services.notify.notices.contents import Line
from services.notify.progress.model import Target, Words
from shared.events.vocabulary import Basis, Comparison, Direction, Language, Measure

_SIGNS: Final = {
    Comparison.ABOVE: ">",
    Comparison.AT_LEAST: "≥",
    Comparison.AT_MOST: "≤",
    Comparison.BELOW: "<",
}
_MOST_DECIMALS: Final = 6
_PERCENT_MEASURES: Final = frozenset({Measure.SHARE, Measure.PERCENT})
_PERIOD: Final = re.compile(r"(?P<year>\d{4})(?:-(?P<part>\d\d|Q[1-4]|H[12]|9M))?")
_PERIODS: Final = {
    None: Words(vi="năm {year}", en="{year}"),
    "Q1": Words(vi="quý I/{year}", en="Q1 {year}"),
    "Q2": Words(vi="quý II/{year}", en="Q2 {year}"),
    "Q3": Words(vi="quý III/{year}", en="Q3 {year}"),
    "Q4": Words(vi="quý IV/{year}", en="Q4 {year}"),
    "H1": Words(vi="6 tháng đầu năm {year}", en="first half of {year}"),
    "H2": Words(vi="6 tháng cuối năm {year}", en="second half of {year}"),
    "9M": Words(vi="9 tháng đầu năm {year}", en="first nine months of {year}"),
}
_MONTH: Final = Words(vi="{part}/{year}", en="{part}/{year}")
_YES_NO: Final = {True: Words(vi="có", en="yes"), False: Words(vi="không", en="no")}
_NONE: Final = "–"
_NOT_DONE: Final = Words(vi="chưa thực hiện", en="not done")
_SHORT_BY: Final = Words(vi="còn thiếu", en="short by")
_ABOVE_BY: Final = Words(vi="cao hơn", en="above by")
_POINTS: Final = Words(vi="điểm phần trăm", en="percentage points")


class Wording:
    """Writes figures for readers of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._locale = _locale(language)

    def words(self, words: Words) -> str:
        """Return the text in this language."""
        return words.of(self.language)

    def number(self, value: Decimal | int | None, *, beside: Decimal | None = None) -> str:
        """Return `value` with one decimal at most, or as many as keep it apart from `beside`."""
        if value is None:
            return _NONE
        return self._format(*self._shown(Decimal(value), beside=beside))

    def _shown(self, exact: Decimal, *, beside: Decimal | None = None) -> tuple[Decimal, int]:
        """Return the rounded figure that a reader sees, and with how many decimals."""
        decimals = 0 if exact == exact.to_integral_value() else 1
        while beside is not None and decimals < _MOST_DECIMALS and exact != beside == _rounded(exact, decimals):
            decimals += 1
        return _rounded(exact, decimals), decimals

    def figure(self, value: Decimal | None, measure: Measure, unit: Words, *, beside: Decimal | None = None) -> str:
        """Return `value` with its unit: `91,2 %`, `12 dịch vụ`, `có`."""
        if value is None:
            return _NONE
        if measure is Measure.YES_NO:
            return self.words(_YES_NO[value >= 1])
        return self._with_unit(self.number(value, beside=beside), measure, unit)

    def needed(self, line: Line) -> str:
        """Return what would do, rounded to the safe side: `≥ 42,8 %`, of things counted `≥ 2/9 (22,2 %)`."""
        value, measure = line.needed_value, line.measure
        if value is None:
            return _NONE
        if measure is Measure.YES_NO:
            return self.words(_YES_NO[True])
        is_increasing = line.direction is Direction.INCREASING
        sign = "≥" if is_increasing else "≤"
        if line.needed_numerator is not None and line.denominator:
            share = self.figure(line.needed_numerator * 100 / line.denominator, measure, line.unit)
            return f"{sign} {self.number(line.needed_numerator)}/{self.number(line.denominator)} ({share})"
        decimals = 0 if measure is Measure.COUNT or value == value.to_integral_value() else 1
        safe = _rounded(value, decimals, rounding=ROUND_CEILING if is_increasing else ROUND_FLOOR)
        return f"{sign} {self._with_unit(self._format(safe, decimals), measure, line.unit)}"

    def percent(self, ratio: Decimal) -> str:
        """Return a ratio in percent: `95 %`."""
        return f"{self.number(ratio * 100)} %"

    def counted(self, count: int, one: str, many: str) -> str:
        """Return how many there are of what: `1 agency`, `2 agencies`."""
        return f"{self.number(count)} {one if count == 1 else many}"

    def expected(self, value: Decimal | None, measure: Measure, unit: Words) -> str:
        """Return the value expected by now; of a yes-no, yes as soon as anything is expected."""
        is_yes_no = value is not None and measure is Measure.YES_NO
        return self.words(_YES_NO[value != 0]) if is_yes_no else self.figure(value, measure, unit)

    def shortfall(self, line: Line) -> str:
        """Return how far the value lies from what was expected, as a reader subtracts the two; empty where it does not.

        In the indicator's own unit, of the figures as they are shown: `còn thiếu 15,6 điểm phần trăm`.
        """
        if line.value is None or line.expected_value is None:
            return ""
        if line.measure is Measure.YES_NO:
            return "" if line.value or not line.expected_value else self.words(_NOT_DONE)
        reported, at_reported = self._shown(line.value, beside=line.target.value if line.target else None)
        wanted, at_wanted = self._shown(line.expected_value)
        is_increasing = line.direction is Direction.INCREASING
        short = wanted - reported if is_increasing else reported - wanted
        if short <= 0:
            return ""
        is_whole = short == short.to_integral_value()
        by = self._format(short, 0 if is_whole else max(at_reported, at_wanted))
        return f"{self.words(_SHORT_BY if is_increasing else _ABOVE_BY)} {by} {self._unit_of_gap(line)}".rstrip()

    def gap(self, value: Decimal, line: Line) -> str:
        """Return a distance between two values of the line's indicator: `0,1 điểm phần trăm`."""
        return f"{self.number(value)} {self._unit_of_gap(line)}".rstrip()

    def _unit_of_gap(self, line: Line) -> str:
        return self.words(_POINTS if line.measure in _PERCENT_MEASURES else line.unit)

    def share(self, value: Decimal | None, measure: Measure, unit: Words, *, beside: Decimal | None = None) -> str:
        """Return a figure of the province: yes-no indicators as the percent of agencies that say yes."""
        return self.figure(value, Measure.PERCENT if measure is Measure.YES_NO else measure, unit, beside=beside)

    def change(self, before: Decimal, since: Decimal, measure: Measure, unit: Words, *, beside: Decimal | None) -> str:
        """Return a figure of the province then and now, with one unit: `3.528 → 3.555 dịch vụ`."""
        return f"{self.number(before, beside=beside)} → {self.share(since, measure, unit, beside=beside)}"

    def target(self, target: Target | None, measure: Measure, unit: Words, *, of_province: bool = False) -> str:
        """Return the target with its sign: `> 90 %`; of the province, yes means yes by every agency."""
        if target is None:
            return self.words(Words(vi="không định lượng", en="no figure"))
        if measure is Measure.YES_NO:
            return "100 %" if of_province else self.words(_YES_NO[True])
        return f"{_SIGNS[target.comparison]} {self.figure(target.value, measure, unit)}"

    def basis(self, basis: Basis) -> str:
        """Return whose figure a target is, so that nobody takes ours for the decision's."""
        if basis is Basis.STATED:
            return self.words(Words(vi="quyết định nêu", en="stated in the decision"))
        return self.words(Words(vi="giả định", en="assumed"))

    def day(self, day: date) -> str:
        """Return `dd/MM/yyyy`, or the English long form."""
        return format_date(day, "dd/MM/yyyy" if self.language is Language.VI else "d MMMM yyyy", locale=self._locale)

    def last_day(self, ends_on: date) -> str:
        """Return the last day before `ends_on`."""
        return self.day(ends_on - timedelta(days=1))

    def moment(self, moment: datetime) -> str:
        """Return `HH:mm ngày dd/MM/yyyy`, or the English long form, in the moment's own zone."""
        pattern = "HH:mm 'ngày' dd/MM/yyyy" if self.language is Language.VI else "HH:mm, d MMMM yyyy"
        return format_datetime(moment, pattern, tzinfo=moment.tzinfo, locale=self._locale)

    def period(self, period_id: str) -> str:
        """Return the period for a sentence or a table: `03/2014`, `quý I/2014`, `năm 2014`."""
        found = _PERIOD.fullmatch(period_id)
        if found is None:
            return period_id
        return self.words(_PERIODS.get(found["part"], _MONTH)).format(part=found["part"], year=found["year"])

    def _format(self, value: Decimal, decimals: int) -> str:
        return str(_pattern(decimals).apply(value, self._locale))

    def _with_unit(self, number: str, measure: Measure, unit: Words) -> str:
        name = "%" if measure in _PERCENT_MEASURES else self.words(unit)
        if self.language is Language.EN and number == "1":
            name = _singular(name)
        return f"{number} {name}".rstrip()


def _singular(unit: str) -> str:
    """Return an English unit as it stands beside a one: plans name units in the plural."""
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    return unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit


@cache
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(language.value)


def _rounded(value: Decimal, decimals: int, *, rounding: str = ROUND_HALF_UP) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
