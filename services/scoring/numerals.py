"""Numbers as they are read: exact where they are short, else rounded to the honest side of what they stand beside."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Final

FEWEST_DIGITS: Final = 2
"""How many digits that are not 0 a rounded number has at least."""

_SHORT: Final = Decimal("0.0001")  # a figure with more decimal places is shown rounded
_SHORT_TEXT: Final = 20  # digits of a whole number that is shown as it is
_ROUNDED_PLACES: Final = 2
_MOST_PLACES: Final = 28
_LARGEST_EXPONENT: Final = 24  # beyond that a figure is shown in powers of ten
_NOTHING: Final = "0"
_DISPLAY: Final = Context(prec=80, rounding=ROUND_HALF_EVEN, traps=[])


def number(figure: Decimal, *, beside: Decimal | None = None, digits: int = FEWEST_DIGITS) -> str:
    """Return the figure with a decimal point: exact where short, else rounded, never onto or across `beside`.

    Rounding leaves two decimal places, or as many as `digits` that are not 0 take.
    """
    text = str(figure)
    if len(text) <= _SHORT_TEXT and text.isdecimal():
        return text.lstrip("0") or _NOTHING
    exact = _DISPLAY.plus(figure)
    if exact and not -_LARGEST_EXPONENT <= exact.adjusted() <= _LARGEST_EXPONENT:
        return f"{exact:.3e}"
    if exact.quantize(_SHORT, context=_DISPLAY) != exact:
        exact = _rounded(exact, beside=beside, places=max(_ROUNDED_PLACES, digits - 1 - exact.adjusted()))
    return f"{exact.normalize(_DISPLAY):f}"


def _rounded(figure: Decimal, *, beside: Decimal | None, places: int) -> Decimal:
    rounded = figure.quantize(_quantum(places), context=_DISPLAY)
    # 89,996 % shown as 90 % beside "> 90 %" would contradict its own standing.
    while places < _MOST_PLACES and beside is not None and is_moved(rounded, figure, beside=beside):
        places += 1
        rounded = figure.quantize(_quantum(places), context=_DISPLAY)
    return rounded


def is_moved(rounded: Decimal, figure: Decimal, *, beside: Decimal) -> bool:
    """Return whether rounding has moved a figure onto or across the one beside it."""
    return (rounded > beside) != (figure > beside) or (rounded < beside) != (figure < beside)


@lru_cache
def _quantum(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)
