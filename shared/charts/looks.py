"""How things look: told apart by lightness and hatching as well as by colour, in print as on a screen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from shared.events.vocabulary import Standing

INK: Final = "#1f2328"
FAINT: Final = "#57606a"
LINE: Final = "#d8dee4"

TILE: Final = 8.0
"""The side of the square that a hatching repeats, in pixels."""


class Look(NamedTuple):
    """Fill and hatching (an SVG path on a tile) of a standing, and the ink of a number that stands on it."""

    fill: str
    ink: str
    hatching: str = ""
    hatching_ink: str = ""


# Lines begin and end outside of the tile, so that neighbours join.
_RISING: Final = "M-2,2 2,-2 M0,8 8,0 M6,10 10,6"
_FALLING: Final = "M-2,6 2,10 M0,0 8,8 M6,-2 10,2"
_CROSSED: Final = f"{_RISING} {_FALLING}"
_DOTTED: Final = "M1,2 h1.8 M5,6 h1.8"

# Colours after Okabe and Ito, some made lighter: neighbours in a column differ in grey by a fifth of the scale or more.
LOOKS: Final[Mapping[Standing, Look]] = MappingProxyType(
    {
        Standing.MET: Look("#0072B2", "#ffffff"),
        Standing.ON_TRACK: Look("#8CCBF0", INK, _RISING, "#ffffff"),
        Standing.AT_RISK: Look("#FAF3A8", INK, _DOTTED, "#8A7A00"),
        Standing.LAGGING: Look("#D55E00", INK, _FALLING, "#FFC79A"),
        Standing.MISSING: Look("#2B2B2B", "#ffffff"),
        Standing.AWAITED: Look("#ffffff", INK),
        Standing.NOT_ASSESSABLE: Look("#CFCFCF", INK, _CROSSED, "#8C8C8C"),
    }
)


def fill_of(standing: Standing) -> str:
    """Return the paint of a standing: a plain colour, or a pattern where it is hatched."""
    return f"url(#{pattern_of(standing)})" if LOOKS[standing].hatching else LOOKS[standing].fill


def pattern_of(standing: Standing) -> str:
    """Return the id of a standing's pattern."""
    return f"hatching-{standing.value.replace('_', '-')}"
