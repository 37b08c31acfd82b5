"""Memory that the compiled rules write to: what they make of filings, and what places come to by them."""

import ctypes
from collections.abc import Sequence
from typing import Final

from services.scoring.native import layouts
from services.scoring.rollup import STANDINGS

MOST_FILINGS: Final = 128
"""Computed at most without coming back to Python."""

ROWS_ROOM: Final = MOST_FILINGS << 14
"""Bytes for what the rows of so many have."""

EVENTS_ROOM: Final = 1 << 22
"""Bytes for what their events have."""


class Room:
    """Where the compiled rules write what they made of some filings."""

    def __init__(self) -> None:
        self.rows, self.events = ctypes.create_string_buffer(ROWS_ROOM), ctypes.create_string_buffer(EVENTS_ROOM)
        self.rows_view, self.events_view = memoryview(self.rows).cast("B"), memoryview(self.events).cast("B")


class Places:
    """Sums in memory, all of them 0 at first, of places that are judged by these tables."""

    def __init__(self, tables: Sequence[layouts.Table]) -> None:
        self._places = (layouts.Place * len(tables))()
        self._held = []
        for place, table in zip(self._places, tables, strict=True):
            sums = (layouts.Sum * table.indicator_count)()
            programmes = (ctypes.c_int64 * (len(STANDINGS) * table.programme_count))()
            place.table, place.sums, place.programmes = ctypes.pointer(table), sums, programmes
            self._held.append((table, sums, programmes))
        self.address = ctypes.addressof(self._places)

    def at(self, number: int) -> int:
        """Return where a place stands."""
        return self.address + number * ctypes.sizeof(layouts.Place)
