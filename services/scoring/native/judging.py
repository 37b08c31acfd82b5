"""Judges ordinary first filings by the compiled twin of the rules; what it refuses is left to the rules."""

import ctypes
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from services.scoring.fitness import is_sound_heading
from services.scoring.judgements import Cause
from services.scoring.model import Agency, Filing, Period, Plan
from services.scoring.native import layouts
from services.scoring.native.tables import NativeOwed, NativeTable, table_of
from services.scoring.obligation import indicators_owed
from services.scoring.rollup import STANDINGS, Place, branch_of
from services.scoring.travelled import Travelled
from shared.events.vocabulary import Standing

_AT_ONCE: Final = 24  # so that what is made stays near the processor
_ROOM: Final = 1 << 20
_GOES_IN: Final = 7  # of a filing's fields; the others come out
_NOT_YET: Final = (0,) * (layouts.FILING_FIELDS - _GOES_IN)
_BYTES_OF_A_FIELD: Final = 8
_MOST_STAFF: Final = 2**31 - 1


class Ask(NamedTuple):
    """A filing to be judged, with its observations as they travelled, and by what."""

    filing: Filing
    observations: memoryview
    plan: Plan
    period: Period
    agency: Agency
    is_closed: bool
    table: NativeTable
    owed: NativeOwed


class Verdict(NamedTuple):
    """How a filing is judged, as a row and an event have it."""

    standing: Standing
    observations: str
    judgements: str
    changed: str  # the indicators judged, as JSON: there was nothing before
    judgements_in_event: bytes
    score: str  # empty where there is none
    coverage_ratio: str


class FirstProgress(NamedTuple):
    """How an agency stands in a period by the first that it filed, judged and written by the compiled rules."""

    filing: Filing
    plan_version: int
    is_closed: bool
    cause: Cause
    verdict: Verdict


class Sums(NamedTuple):
    """What a place comes to by the verdicts, as JSON, and the lane that counts it."""

    place: Place
    lane: int
    cells: str
    with_known: Callable[[str], str | None]
    """Adds what the row held before, as JSON; None where that has what only Python adds up."""


class Judged(NamedTuple):
    """What came of asking: a verdict each, None where the rules must judge, and what places come to by the verdicts."""

    verdicts: list[Verdict | None]
    sums: list[Sums]


class _Name(NamedTuple):
    """Names a place, the lane that counts it and the table it is judged by."""

    place: Place
    lane: int
    table: NativeTable


def ask_of(filing: Filing, *, plan: Plan, agency: Agency, is_closed: bool) -> Ask | None:
    """Return what to ask, None where only the rules can judge."""
    observations = filing.observations
    if not isinstance(observations, Travelled) or not is_sound_heading(filing, plan=plan):
        return None
    if not 0 <= (agency.staff or 0) <= _MOST_STAFF:
        return None
    period = plan.period_by_id[filing.key.period]
    table = table_of(plan, period)
    if table is None:
        return None
    owed = table.owed_of(indicators_owed(plan=plan, agency=agency, period=period))
    return Ask(filing, observations.json, plan, period, agency, is_closed, table, owed)


class NativeRules:
    """The compiled twin of the rules; one thread asks it at a time."""

    def __init__(self, compiled: Any, *, lane_of: Callable[[str], int]) -> None:
        self.compiled = compiled
        self._lane_of = lane_of
        self.is_trusted = True  # until it is found to judge otherwise than the rules
        self._out = ctypes.create_string_buffer(_ROOM)
        self._view = memoryview(self._out).cast("B")

    def judge(self, asked: Sequence[Ask], *, registry: Mapping[str, Agency]) -> Judged:
        """Return how filings are judged; all are refused where their sums are beyond it."""
        names: dict[_Name, int] = {}
        fields = self._laid_out(asked, names=names, registry=registry)
        places = _Places(names)
        verdicts: list[Verdict | None] = []
        for first in range(0, len(asked), _AT_ONCE):
            some = asked[first : first + _AT_ONCE]
            at = fields.buffer_info()[0] + _BYTES_OF_A_FIELD * first * layouts.FILING_FIELDS
            filed = b"".join([each.observations for each in some])
            self.compiled.judge(at, len(some), filed, places.address, self._out, _ROOM)
            verdicts.extend(self._verdicts(fields, first=first, count=len(some)))
        sums = self._sums(names, places)
        return Judged([None] * len(asked), []) if sums is None else Judged(verdicts, sums)

    def _laid_out(
        self, asked: Sequence[Ask], *, names: dict[_Name, int], registry: Mapping[str, Agency]
    ) -> "array[int]":
        """Return the filings' fields, naming the places they belong to."""
        fields: list[int] = []
        begins = 0
        for number, (_, observations, plan, period, agency, is_closed, table, owed) in enumerate(asked):
            if number % _AT_ONCE == 0:
                begins = 0
            length = len(observations)
            lane = self._lane_of(agency.id)
            branch = branch_of(agency, registry=registry, on=period.last_on)
            place = names.setdefault(_Name(Place(plan.id, period.id, branch, agency.kind), lane, table), len(names))
            fields += (table.address, owed.address, begins, length, place, agency.staff or 0, is_closed, *_NOT_YET)
            begins += length
        return array("q", fields)

    def _verdicts(self, fields: "array[int]", *, first: int, count: int) -> Iterator[Verdict | None]:
        view, width = self._view, layouts.FILING_FIELDS
        for begin in range(first * width, (first + count) * width, width):
            is_refused, standing, filed, row, changed, event, score, coverage, end = fields[
                begin + _GOES_IN : begin + width
            ]
            if is_refused:
                yield None
                continue
            yield Verdict(
                STANDINGS[standing],
                str(view[filed:row], "utf-8"),
                str(view[row:changed], "utf-8"),
                str(view[changed:event], "utf-8"),
                bytes(view[event:score]),
                str(view[score:coverage], "ascii"),
                str(view[coverage:end], "ascii"),
            )

    def _sums(self, names: Mapping[_Name, int], places: "_Places") -> list[Sums] | None:
        """Return what places come to, None where one is beyond what is computed with, or written, in C."""
        sums = []
        for name, number in names.items():
            cells = self._cells(places, number, "")
            if cells is None:
                return None
            if cells:
                sums.append(Sums(name.place, name.lane, cells, partial(self._cells, places, number)))
        return sums

    def _cells(self, places: "_Places", number: int, known: str) -> str | None:
        before = known.encode()
        length = self.compiled.write_sums(places.at(number), before, len(before), self._out, _ROOM)
        return None if length < 0 else str(self._view[:length], "utf-8")


class _Places:
    """Sums in memory, all of them 0 at first."""

    def __init__(self, names: Iterable[_Name]) -> None:
        tables = [name.table.table for name in names]
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
