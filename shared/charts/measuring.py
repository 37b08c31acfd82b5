"""How wide text is in the font of charts, and where its lines break."""

import unicodedata
from typing import Final

# Advance widths in Be Vietnam Pro Regular, rounded up, as a share of the font size. A letter's marks add nothing.
_WIDTHS: Final = {
    letter: width
    for width, letters in {
        0.28: " 'Iil·j!`",
        0.33: '.:,;"',
        0.45: "1frt{}()|",
        0.51: "[]J~\\*/zs–”“",
        0.6: "^<>kxy?nu≥≤hv7e",
        0.76: "BRYZ069K4HVUX3_=DN…&A",
        0.86: "CGQO#%M",
        0.9: "wm",
    }.items()
    for letter in letters
}
_USUAL: Final = 0.67  # most other letters
_WIDEST: Final = 1.03  # what this table does not know may be of another script
_BOLD: Final = 1.07  # times as wide as Regular, at most
_FIRST_WIDE: Final = "\u1100"
_ELLIPSIS: Final = " …"


def width_of(text: str, *, size: float, is_bold: bool = False) -> float:
    """Return how wide the text is at most, in the unit of its font size.

    Source: the advance widths in the font's table `hmtx`.
    """
    widths = (
        _WIDTHS.get(letter, _USUAL if letter < _FIRST_WIDE and letter not in "@W—" else _WIDEST)
        for letter in unicodedata.normalize("NFD", text)
        if not unicodedata.combining(letter)
    )
    return sum(widths) * size * (_BOLD if is_bold else 1)


def wrapped(text: str, *, width: float, size: float, most: int, is_bold: bool = False) -> list[str]:
    """Return the text in at most `most` lines, none wider than `width`; an ellipsis stands for what is cut off."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if width_of(longer, size=size, is_bold=is_bold) <= width:
            lines[-1] = longer
        elif lines[-1]:
            lines.append(word)
        else:
            lines[-1] = word
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] += _ELLIPSIS
    return [_cut(line, width=width, size=size, is_bold=is_bold) for line in kept]


def _cut(line: str, *, width: float, size: float, is_bold: bool) -> str:
    """Return the line, cut to the width by letters."""
    while len(line) > len(_ELLIPSIS) and width_of(line, size=size, is_bold=is_bold) > width:
        line = line.removesuffix(_ELLIPSIS)[:-1].rstrip() + _ELLIPSIS
    return line
