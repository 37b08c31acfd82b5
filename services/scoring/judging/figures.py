"""Exact figures: computed with 50 digits, kept with 28, and rounded only where they are shown (`shared/wording`)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache, reduce
from typing import Final, overload

from services.scoring.judging.model import Observation

# Computing with more digits than are kept makes a quotient that lands on a threshold land on it exactly:
# (1710 ÷ 73) ÷ (1800 ÷ 73) is 0.95, where 28-digit steps give 0.9500…01. No traps: a rule never raises.
_WIDE: Final = Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
# A power by way of logarithms is exact to some digits less than are computed, and takes half the time of a rounded one.
_FINE: Final = Context(prec=60, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
_KEPT: Final = Context(prec=28, rounding=ROUND_HALF_EVEN, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
_HUNDRED: Final = Decimal(100)
ONE: Final = Decimal(1)
ZERO: Final = Decimal(0)
ONE_DAY: Final = timedelta(days=1)


_OfTwo = Callable[[Decimal, Decimal], Decimal]
# Called by the million, so without a function of our own around them.
quotient: Final[_OfTwo] = _WIDE.divide
"""Return dividend ÷ divisor; the divisor is not 0."""
product: Final[_OfTwo] = _WIDE.multiply
"""Return one × other."""
added: Final[_OfTwo] = _WIDE.add
"""Return one + other."""
difference: Final[_OfTwo] = _WIDE.subtract
"""Return one − other."""


def sum_of_quotients(one: tuple[int, int], other: tuple[int, int]) -> Decimal:
    """Return the sum of two quotients of whole numbers."""
    return _WIDE.add(quotient(Decimal(one[0]), Decimal(one[1])), quotient(Decimal(other[0]), Decimal(other[1])))


def mean(figures: Sequence[Decimal]) -> Decimal:
    """Return the mean of figures, of which there is at least one."""
    return quotient(total(figures), Decimal(len(figures)))


def median(figures: Iterable[Decimal]) -> Decimal:
    """Return the middle one of figures, of which there is at least one; of an even number the middle two's mean."""
    ordered = sorted(figures)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else mean(ordered[middle - 1 : middle + 1])


def total(figures: Iterable[Decimal]) -> Decimal:
    """Return the sum of figures, 0 where there are none."""
    return reduce(_WIDE.add, figures, ZERO)


def on_line(at: Decimal, *, slope: Decimal, rise: Decimal) -> Decimal:
    """Return slope × at + rise."""
    return _WIDE.fma(slope, at, rise)


def part_of_way(value: Decimal, *, first: Decimal, last: Decimal) -> Decimal:
    """Return how much of the way from first to last, which differ, is done at value: a ratio."""
    return quotient(_WIDE.subtract(value, first), _WIDE.subtract(last, first))


@lru_cache(maxsize=4096)  # the way to a target is the same for every value on it
def compound_rate(first: Decimal, last: Decimal, *, years: Decimal) -> Decimal:
    """Return the growth in a year (a ratio) that leads from first to last in so many years; both are of one sign."""
    return _WIDE.subtract(_power(_FINE.divide(last, first), _FINE.divide(ONE, years)), ONE)


@lru_cache(maxsize=4096)
def grown(first: Decimal, last: Decimal, *, part: Decimal) -> Decimal:
    """Return the value at a part (a ratio) of the time in which first grows to last at an even rate; of one sign."""
    return _WIDE.multiply(first, _power(_FINE.divide(last, first), part))


def raised(figure: Decimal, exponent: Decimal) -> Decimal:
    """Return the power of a figure above 0."""
    return _WIDE.plus(_power(figure, exponent))


def _power(figure: Decimal, exponent: Decimal) -> Decimal:
    return _FINE.exp(_FINE.multiply(_FINE.ln(figure), exponent))


def percentage(ratio: Decimal) -> Decimal:
    """Return the ratio in percent."""
    return _WIDE.multiply(ratio, _HUNDRED)


def between(first: Decimal, last: Decimal, *, part: int, whole: int) -> Decimal:
    """Return the value `part` of `whole` days along the straight line from `first` to `last`."""
    way = _WIDE.multiply(_WIDE.subtract(last, first), Decimal(part))
    return _WIDE.add(first, _WIDE.divide(way, Decimal(whole)))


def shortfall(attained: Decimal, expected: Decimal) -> Decimal:
    """Return how far attained lies below expected (ratios), in percentage points, never below 0."""
    return percentage(difference(expected, attained)) if attained < expected else ZERO


@overload
def kept(figure: Decimal) -> Decimal: ...


@overload
def kept(figure: Decimal | None) -> Decimal | None: ...


def kept(figure: Decimal | None) -> Decimal | None:
    """Return the figure with the 28 digits that judgements keep and publish."""
    if figure is None:
        return None
    return _KEPT.plus(figure) if figure else ZERO  # and not 0E+50, as a quotient has it


def kept_towards(figure: Decimal, rounding: str) -> Decimal:
    """Return the figure with the 28 digits that are kept, rounded that way."""
    towards = _KEPT.copy()
    towards.rounding = rounding
    return towards.plus(figure) if figure else ZERO


def value_of(observation: Observation) -> Decimal | None:
    """Return what was reported in the indicator's unit: a share in percent, yes-no as 1 or 0; None over 0."""
    _, numerator, denominator, value, yes, _ = observation
    if yes is not None:
        return ONE if yes else ZERO
    if numerator is not None and denominator is not None:
        return quotient(product(numerator, _HUNDRED), denominator) if denominator else None
    return value
