"""Figures of an indicator with their units: values, targets, what is missing, and what is needed."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final, Protocol

from shared.events.vocabulary import Basis, Comparison, Direction, Language, LocalizedText, Measure
from shared.wording.numbers import NONE, formatted, number, rounded, shown
from shared.wording.terms import (
    ABOVE_BY,
    BASES,
    NO,
    NO_TARGET,
    NOT_DONE,
    PERCENTAGE_POINTS,
    SHORT_BY,
    SIGNS,
    YES,
)

_PERCENT_MEASURES: Final = frozenset({Measure.SHARE, Measure.PERCENT})


class Target(Protocol):
    """What a value is compared with, in the indicator's unit."""

    @property
    def comparison(self) -> Comparison:
        """Return how a value is compared."""

    @property
    def value(self) -> Decimal:
        """Return the figure that it is compared with."""


def figure(
    value: Decimal | None,
    measure: Measure,
    unit: LocalizedText,
    *,
    language: Language,
    target: Target | None = None,
) -> str:
    """Return `value` with its unit, distinguishable from the target's: `91,2 %`, `12 dịch vụ`, `có`."""
    if value is None:
        return NONE
    if measure is Measure.YES_NO:
        return _yes_no(value >= 1, language)
    return _with_unit(number(value, language=language, beside=_value(target)), measure, unit, language)


def expected(value: Decimal | None, measure: Measure, unit: LocalizedText, *, language: Language) -> str:
    """Return the value expected by now; for yes-no indicators yes as soon as anything is expected."""
    if value is not None and measure is Measure.YES_NO:
        return _yes_no(value != 0, language)
    return figure(value, measure, unit, language=language)


def pooled(
    value: Decimal | None,
    measure: Measure,
    unit: LocalizedText,
    *,
    language: Language,
    target: Target | None = None,
) -> str:
    """Return a figure over many agencies; for yes-no indicators the percentage of agencies that say yes."""
    shown_as = Measure.PERCENT if measure is Measure.YES_NO else measure
    return figure(value, shown_as, unit, language=language, target=target)


def pooled_change(
    before: Decimal,
    after: Decimal,
    measure: Measure,
    unit: LocalizedText,
    *,
    language: Language,
    target: Target | None = None,
) -> str:
    """Return a figure over many agencies then and now, with one unit: `3.528 → 3.555 dịch vụ`."""
    now = pooled(after, measure, unit, language=language, target=target)
    return f"{number(before, language=language, beside=_value(target))} → {now}"


def target(
    target: Target | None,
    measure: Measure,
    unit: LocalizedText,
    *,
    language: Language,
    is_pooled: bool = False,
) -> str:
    """Return the target with its sign: `> 90 %`; over many agencies, a yes-no target is yes by every agency."""
    if target is None:
        return NO_TARGET.of(language)
    if measure is Measure.YES_NO:
        return "100 %" if is_pooled else YES.of(language)
    return f"{SIGNS[target.comparison]} {figure(target.value, measure, unit, language=language)}"


def basis(basis: Basis, *, language: Language) -> str:
    """Return whose figure a target is."""
    return BASES[basis].of(language)


def needed(
    value: Decimal | None,
    measure: Measure,
    unit: LocalizedText,
    *,
    direction: Direction,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    language: Language,
) -> str:
    """Return a value that suffices, rounded to the safe side: `≥ 42,8 %`, of things counted `≥ 2/9 (22,2 %)`."""
    if value is None:
        return NONE
    if measure is Measure.YES_NO:
        return YES.of(language)
    is_increasing = direction is Direction.INCREASING
    sign = "≥" if is_increasing else "≤"
    if numerator is not None and denominator:
        share = figure(numerator * 100 / denominator, measure, unit, language=language)
        return f"{sign} {number(numerator, language=language)}/{number(denominator, language=language)} ({share})"
    decimals = 0 if measure is Measure.COUNT or value == value.to_integral_value() else 1
    safe = rounded(value, decimals, rounding=ROUND_CEILING if is_increasing else ROUND_FLOOR)
    return f"{sign} {_with_unit(formatted(safe, decimals, language=language), measure, unit, language)}"


def shortfall(
    value: Decimal | None,
    expected: Decimal | None,
    measure: Measure,
    unit: LocalizedText,
    *,
    direction: Direction,
    target: Target | None = None,
    language: Language,
) -> str:
    """Return by how much the value misses the expected one, as a reader subtracts the two shown figures.

    In the indicator's own unit: `còn thiếu 15,6 điểm phần trăm`; empty where it does not miss it.
    """
    if value is None or expected is None:
        return ""
    if measure is Measure.YES_NO:
        return "" if value or not expected else NOT_DONE.of(language)
    reported, reported_decimals = shown(value, beside=_value(target))
    wanted, wanted_decimals = shown(expected)
    is_increasing = direction is Direction.INCREASING
    short = wanted - reported if is_increasing else reported - wanted
    if short <= 0:
        return ""
    decimals = 0 if short == short.to_integral_value() else max(reported_decimals, wanted_decimals)
    label = (SHORT_BY if is_increasing else ABOVE_BY).of(language)
    return f"{label} {formatted(short, decimals, language=language)} {_unit_of_gap(measure, unit, language)}".rstrip()


def gap(value: Decimal, measure: Measure, unit: LocalizedText, *, language: Language) -> str:
    """Return the distance between two values of an indicator: `0,1 điểm phần trăm`."""
    return f"{number(value, language=language)} {_unit_of_gap(measure, unit, language)}".rstrip()


def _value(target: Target | None) -> Decimal | None:
    return target.value if target else None


def _yes_no(is_yes: bool, language: Language) -> str:  # noqa: FBT001  what it words
    return (YES if is_yes else NO).of(language)


def _unit_of_gap(measure: Measure, unit: LocalizedText, language: Language) -> str:
    return (PERCENTAGE_POINTS if measure in _PERCENT_MEASURES else unit).of(language)


def _with_unit(figure: str, measure: Measure, unit: LocalizedText, language: Language) -> str:
    name = "%" if measure in _PERCENT_MEASURES else unit.of(language)
    if language is Language.EN and figure == "1":
        name = _singular(name)
    return f"{figure} {name}".rstrip()


def _singular(unit: str) -> str:
    """Return an English unit as it stands beside a one: plans name units in the plural."""
    if unit.endswith("ies"):
        return f"{unit[:-3]}y"
    return unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit
