"""How things look: told apart by lightness and hatching as well as by colour, in print as on a screen."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from shared.events.vocabulary import Basis, Standing

INK: Final = "#1f2328"
FAINT: Final = "#57606a"
LINE: Final = "#d8dee4"
STYLE: Final[Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib and has every Vietnamese letter
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,  # a name may hold dollar signs
    "svg.fonttype": "path",  # reads the same where that font is not installed
    "svg.hashsalt": "tiendo",
    "hatch.linewidth": 0.9,
    "axes.linewidth": 0.6,
    "axes.edgecolor": FAINT,
}


class Look(NamedTuple):
    """Fill and hatching of a standing, and the ink of a number that stands on it."""

    fill: str
    hatch: str
    hatch_ink: str
    ink: str


# Colours after Okabe and Ito, some made lighter: neighbours in a column differ in grey by a fifth of the scale or more.
LOOKS: Final[Mapping[Standing, Look]] = MappingProxyType(
    {
        Standing.MET: Look("#0072B2", "", "#0072B2", "white"),
        Standing.ON_TRACK: Look("#8CCBF0", "////", "white", INK),
        Standing.AT_RISK: Look("#FAF3A8", "....", "#8A7A00", INK),
        Standing.LAGGING: Look("#D55E00", "\\\\\\\\", "#FFC79A", INK),
        Standing.MISSING: Look("#2B2B2B", "", "#2B2B2B", "white"),
        Standing.AWAITED: Look("white", "", "white", INK),
        Standing.NOT_ASSESSABLE: Look("#CFCFCF", "xxxx", "#8C8C8C", INK),
    }
)


def patch(standing: Standing) -> dict[str, Any]:
    """Return how matplotlib is to fill what has this standing."""
    look = LOOKS[standing]
    return {
        "facecolor": look.fill,
        "hatch": look.hatch,
        "hatchcolor": look.hatch_ink,
        "edgecolor": INK,
        "linewidth": 0.6,
    }


def target_line(basis: Basis) -> dict[str, Any]:
    """Return how a target is drawn: a line, broken where it is assumed."""
    style: Any = "-" if basis is Basis.STATED else (0, (2.2, 1.3))
    return {"color": INK, "linewidth": 2, "linestyle": style, "dash_capstyle": "butt", "solid_capstyle": "butt"}


def expected_marker(basis: Basis) -> dict[str, Any]:
    """Return how what is expected is drawn: a diamond, hollow where it is assumed."""
    return {
        "marker": "D",
        "markersize": 6.5,
        "markerfacecolor": INK if basis is Basis.STATED else "white",
        "markeredgecolor": INK,
        "markeredgewidth": 1.4,
        "linestyle": "",
    }
