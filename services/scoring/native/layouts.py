"""The values of the compiled rules as C has them (judging.h)."""

import ctypes
from typing import ClassVar, Final

from services.scoring.rollup import STANDINGS

LIMBS: Final = 4
OUTCOMES: Final = 9
_LONG: Final = ctypes.c_int64


class Figure(ctypes.Structure):
    """A decimal figure that is not negative."""

    _fields_: ClassVar = [("limbs", ctypes.c_uint64 * LIMBS), ("exponent", _LONG)]


class Text(ctypes.Structure):
    """Bytes, which are kept alive elsewhere."""

    _fields_: ClassVar = [("at", ctypes.c_char_p), ("length", _LONG)]


class Segment(ctypes.Structure):
    """What stands before a figure in a text, and which figure; below 0: none, the text ends."""

    _fields_: ClassVar = [("before", Text), ("slot", _LONG)]


class Piece(ctypes.Structure):
    """A judgement that is the same for every agency."""

    _fields_: ClassVar = [("row", Text), ("event", Text), ("points", Text), ("standing", _LONG)]


class Indicator(ctypes.Structure):
    """What an indicator is measured by in a period, and what its judgements say whoever is judged."""

    _fields_: ClassVar = [
        ("id", Text),
        ("name", Text),
        ("head", Text),
        ("formula", Text),
        ("expected", Text),
        ("weight_in_event", Text),
        ("programme", Text),
        ("verdicts", Text * OUTCOMES),
        ("sentences", ctypes.POINTER(Segment) * OUTCOMES),
        ("silences", Piece * 2),
        ("answers", Piece * 2),
        ("target", Figure),
        ("expected_ratio", Figure),
        ("expected_value", Figure),
        ("expected_as_read", Figure),
        ("weight", Figure),
        ("method", _LONG),
        ("comparison", _LONG),
        ("roll_up", _LONG),
        ("has_target", _LONG),
        ("has_expected_ratio", _LONG),
        ("tells_expected", _LONG),
        ("programme_place", _LONG),
    ]


class Owed(ctypes.Structure):
    """Which indicators an agency owes."""

    _fields_: ClassVar = [("places", ctypes.POINTER(_LONG)), ("count", _LONG)]


class Table(ctypes.Structure):
    """What a plan version asks in a period."""

    _fields_: ClassVar = [
        ("indicators", ctypes.POINTER(Indicator)),
        ("indicator_count", _LONG),
        ("programme_count", _LONG),
        ("on_track", Figure),
        ("at_risk", Figure),
        ("middle", Figure),
        ("decimal_signs", ctypes.c_char * 8),
    ]


class Sum(ctypes.Structure):
    """What an indicator comes to in a place."""

    _fields_: ClassVar = [
        ("part", Figure),
        ("whole", Figure),
        ("points", Figure),
        ("assessed", _LONG),
        ("count", _LONG),
        ("standings", _LONG * len(STANDINGS)),
    ]


class Place(ctypes.Structure):
    """Sums of a place: of each indicator, and the standings of each programme and of agencies as a whole."""

    _fields_: ClassVar = [
        ("table", ctypes.POINTER(Table)),
        ("sums", ctypes.POINTER(Sum)),
        ("programmes", ctypes.POINTER(_LONG)),
        ("whole", _LONG * len(STANDINGS)),
        ("is_spoilt", _LONG),
    ]


FILING_FIELDS: Final = 17
"""How many whole numbers a filing is, those that come out of judging included."""
