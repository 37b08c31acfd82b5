"""The order in which Vietnamese readers look for a name: by their alphabet, with numbers as numbers."""

import re
from typing import Final
from unicodedata import normalize

_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES: Final = {letter: f"{place:02d}" for place, letter in enumerate(_LETTERS)}
# Huyền, hỏi, ngã, sắc, nặng.
_TONES: Final = (
    "\N{COMBINING GRAVE ACCENT}\N{COMBINING HOOK ABOVE}\N{COMBINING TILDE}"
    "\N{COMBINING ACUTE ACCENT}\N{COMBINING DOT BELOW}"
)
_PARTS: Final = re.compile(r"([0-9]+)|(\w)|\W+")

Place = tuple[tuple[tuple[int, int, str], ...], tuple[int, ...], str]
"""Letters, numbers and spaces; then tones; then the name itself, so that no two names share a place."""


def place_of(name: str) -> Place:
    """Return the key that sorts names as readers expect: d before đ, `phường 2` before `phường 10`.

    Spaces and signs come before numbers, numbers before letters; tones count only between names of the same letters.

    Source: the collation for `vi` of the Unicode Common Locale Data Repository, with its numeric order.
    """
    letters: list[tuple[int, int, str]] = []
    tones: list[int] = []
    for number, sign in _PARTS.findall(normalize("NFC", name).lower()):
        if number:
            letters.append((1, int(number), ""))
        elif sign:
            marks = normalize("NFD", sign)
            tones.append(max(_TONES.find(mark) for mark in marks))  # none is -1: the level tone comes first
            letter = normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
            letters.append((2, 0, _PLACES.get(letter, letter)))
        else:
            letters.append((0, 0, ""))
    return tuple(letters), tuple(tones), name
