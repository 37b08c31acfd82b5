"""Figures of an indicator with their units: values, targets, what is missing, and what is needed."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from shared.events.vocabulary import Direction, Language, LocalizedText, Measure
from shared.wording.numbers import NONE, formatted, number, rounded, shown
from shared.wording.phrases import Goal
from shared.wording.terms import ABOVE_BY, NO, NO_TARGET, NOT_DONE, PERCENTAGE_POINTS, SHORT_BY, SIGNS, YES

_PERCENT_MEASURES: Final = frozenset({Measure.SHARE, Measure.PERCENT})


@dataclass(frozen=True, slots=True)
class Figures:
    """Words the figures of one indicator in one language."""

    measure: Measure
    unit: LocalizedText
    target: Goal | None = None
    direction: Direction = Direction.INCREASING
    language: Language = Language.VI

    def value(self, value: Decimal | None) -> str:
        """Return a value with its unit, distinguishable from the target: `91,2 %`, `12 dịch vụ`, `có`."""
        if value is None:
            return NONE
        if self.measure is Measure.YES_NO:
            return (YES if value >= 1 else NO).of(self.language)
        return self._with_unit(self._number(value))

    def expected(self, value: Decimal | None) -> str:
        """Return the value expected by now; for yes-no indicators yes as soon as anything is expected."""
        if value is None:
            return NONE
        if self.measure is Measure.YES_NO:
            return (YES if value else NO).of(self.language)
        return self._with_unit(number(value, language=self.language))

    def goal(self) -> str:
        """Return the target with its sign: `> 90 %`."""
        if self.target is None:
            return NO_TARGET.of(self.language)
        if self.measure is Measure.YES_NO:
            return YES.of(self.language)
        amount = self._with_unit(number(self.target.value, language=self.language))
        return f"{SIGNS[self.target.comparison]} {amount}"

    def pooled(self, value: Decimal | None) -> str:
        """Return a value over many agencies; for yes-no indicators the percentage of agencies that say yes."""
        return NONE if value is None else self._with_unit(self._number(value), is_pooled=True)

    def pooled_change(self, before: Decimal, after: Decimal) -> str:
        """Return a value over many agencies then and now, with one unit: `3.528 → 3.555 dịch vụ`."""
        return f"{self._number(before)} → {self.pooled(after)}"

    def pooled_goal(self) -> str:
        """Return the target over many agencies; for yes-no indicators yes by every agency."""
        is_yes_by_all = self.target is not None and self.measure is Measure.YES_NO
        return "100 %" if is_yes_by_all else self.goal()

    def needed(
        self, value: Decimal | None, *, numerator: Decimal | None = None, denominator: Decimal | None = None
    ) -> str:
        """Return a value that suffices, rounded to the safe side: `≥ 42,8 %`, of things counted `≥ 2/9 (22,2 %)`."""
        if value is None:
            return NONE
        if self.measure is Measure.YES_NO:
            return YES.of(self.language)
        is_increasing = self.direction is Direction.INCREASING
        sign = "≥" if is_increasing else "≤"
        if numerator is not None and denominator:
            of, whole = (number(each, language=self.language) for each in (numerator, denominator))
            share = self._with_unit(number(numerator * 100 / denominator, language=self.language))
            return f"{sign} {of}/{whole} ({share})"
        decimals = 0 if self.measure is Measure.COUNT or value == value.to_integral_value() else 1
        safe = rounded(value, decimals, rounding=ROUND_CEILING if is_increasing else ROUND_FLOOR)
        return f"{sign} {self._with_unit(formatted(safe, decimals, language=self.language))}"

    def shortfall(self, value: Decimal | None, expected: Decimal | None) -> str:
        """Return by how much a value misses the expected one, as a reader subtracts the two shown figures.

        In the indicator's own unit: `còn thiếu 15,6 điểm phần trăm`; empty where it does not miss it.
        """
        if value is None or expected is None:
            return ""
        if self.measure is Measure.YES_NO:
            return "" if value or not expected else NOT_DONE.of(self.language)
        reported, reported_decimals = shown(value, beside=self.target.value if self.target else None)
        wanted, wanted_decimals = shown(expected)
        is_increasing = self.direction is Direction.INCREASING
        short = wanted - reported if is_increasing else reported - wanted
        if short <= 0:
            return ""
        decimals = 0 if short == short.to_integral_value() else max(reported_decimals, wanted_decimals)
        label = (SHORT_BY if is_increasing else ABOVE_BY).of(self.language)
        return f"{label} {self._with_gap_unit(formatted(short, decimals, language=self.language))}"

    def gap(self, distance: Decimal) -> str:
        """Return the distance between two values: `0,1 điểm phần trăm`."""
        return self._with_gap_unit(number(distance, language=self.language))

    def _number(self, value: Decimal) -> str:
        return number(value, language=self.language, beside=self.target.value if self.target else None)

    def _with_gap_unit(self, figure: str) -> str:
        unit = PERCENTAGE_POINTS if self.measure in _PERCENT_MEASURES else self.unit
        return f"{figure} {unit.of(self.language)}".rstrip()

    def _with_unit(self, figure: str, *, is_pooled: bool = False) -> str:
        is_percent = self.measure in _PERCENT_MEASURES or (is_pooled and self.measure is Measure.YES_NO)
        unit = "%" if is_percent else self.unit.of(self.language)
        if self.language is Language.EN and figure == "1":
            unit = _singular(unit)
        return f"{figure} {unit}".rstrip()


def _singular(unit: str) -> str:
    """Return an English unit as it stands beside a one: plans name units in the plural."""
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    return unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit
