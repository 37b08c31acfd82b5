"""Numbers as they are read: exact where they are short, else rounded to the honest side of what they stand beside."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Final

FEWEST_DIGITS: Final = 2
"""How many digits that are not 0 a rounded number has at least."""

_SHORT_PLACES: Final = 4  # a figure with more decimal places is shown rounded
_SHORT: Final = Decimal(1).scaleb(-_SHORT_PLACES)
_ROUNDED_PLACES: Final = 2
_MOST_PLACES: Final = 28
_LARGEST_EXPONENT: Final = 24  # beyond that a figure is shown in powers of ten
_DISPLAY: Final = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=[])


def number(figure: Decimal, *, beside: Decimal | None = None, digits: int = FEWEST_DIGITS) -> str:
    """Return the figure with a decimal point: exact where short, else rounded, never onto or across `beside`.

    Rounding leaves two decimal places, or as many as `digits` that are not 0 take.
    """
    exact = _DISPLAY.plus(figure)
    if exact and not -_LARGEST_EXPONENT <= exact.adjusted() <= _LARGEST_EXPONENT:
        return f"{exact:.3e}"
    if exact.quantize(_SHORT, context=_DISPLAY) != exact:
        return _rounded(exact, beside=beside, digits=digits)
    return _plain(exact)


def exact(figure: Decimal) -> str:
    """Return the figure to its last digit, as long as it is not so large that nobody would count them."""
    if not figure:
        return "0"  # and not -0, as a figure of -0.00 has it
    return _plain(figure) if abs(figure.adjusted()) <= _LARGEST_EXPONENT else number(figure)


def is_moved(rounded: Decimal, figure: Decimal, *, beside: Decimal) -> bool:
    """Return whether rounding has moved a figure onto or across the one beside it."""
    if figure > beside:
        return rounded <= beside
    return rounded >= beside if figure < beside else rounded != beside


def _rounded(figure: Decimal, *, beside: Decimal | None, digits: int) -> str:
    places = max(_ROUNDED_PLACES, digits - 1 - figure.adjusted())
    rounded = figure.quantize(_quantum(places), context=_DISPLAY)
    # 89,996 % shown as 90 % beside "> 90 %" would contradict its own standing.
    while places < _MOST_PLACES and beside is not None and is_moved(rounded, figure, beside=beside):
        places += 1
        rounded = figure.quantize(_quantum(places), context=_DISPLAY)
    return _plain(rounded)


def _plain(figure: Decimal) -> str:
    """Return the figure without zeros at its end."""
    text = str(figure)
    if "E" in text or "." not in text:
        return f"{figure.normalize(_DISPLAY):f}"
    return text.rstrip("0").rstrip(".")


@lru_cache
def _quantum(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)
