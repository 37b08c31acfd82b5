"""Numbers as readers of Vietnamese and of English write them."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Final

from babel import Locale
from babel.numbers import NumberPattern, parse_pattern

from shared.events.vocabulary import Language

NONE: Final = "–"
"""What stands in place of a figure that nobody knows."""

_MOST_DECIMALS: Final = 6


def number(value: Decimal | int | None, *, language: Language, beside: Decimal | None = None) -> str:
    """Return `value` with at most one decimal, or with as many as distinguish it from `beside`: `12.345,6`."""
    if value is None:
        return NONE
    return formatted(*shown(Decimal(value), beside=beside), language=language)


def percent(ratio: Decimal, *, language: Language) -> str:
    """Return a ratio (0–1) in percent: `95 %`."""
    return f"{number(ratio * 100, language=language)} %"


def counted(count: int, one: str, many: str, *, language: Language) -> str:
    """Return a count with its noun: `1 agency`, `2 agencies`."""
    return f"{number(count, language=language)} {one if count == 1 else many}"


def shown(exact: Decimal, *, beside: Decimal | None = None) -> tuple[Decimal, int]:
    """Return the rounded figure that a reader sees, and its number of decimals."""
    decimals = 0 if exact == exact.to_integral_value() else 1
    while beside is not None and decimals < _MOST_DECIMALS and exact != beside == rounded(exact, decimals):
        decimals += 1
    return rounded(exact, decimals), decimals


def rounded(value: Decimal, decimals: int, *, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Return `value` rounded to `decimals` places, half up unless told otherwise."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=rounding)


def formatted(value: Decimal, decimals: int, *, language: Language) -> str:
    """Return `value` with exactly `decimals` places, and thousands separated."""
    return str(_pattern(decimals).apply(value, _locale(language)))


@cache
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(language.value)
