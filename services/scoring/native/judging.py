"""Judges ordinary first filings by the compiled twin of the rules; what it refuses is left to the rules."""

import ctypes
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from services.scoring.fitness import is_sound_heading
from services.scoring.judgements import Cause
from services.scoring.model import Agency, Filing, Plan
from services.scoring.native import layouts
from services.scoring.native.rooms import EVENTS_ROOM, MOST_FILINGS, ROWS_ROOM, Places, Room
from services.scoring.native.tables import NativeOwed, NativeTable, table_of
from services.scoring.rollup import STANDINGS, Place, branch_of
from services.scoring.travelled import Travelled
from shared.events.vocabulary import Standing

_ROOM_OF_JUDGEMENT: Final = 1 << 11  # as an event has it
_ROOM_OF_SUMS: Final = 1 << 20
_GOES_IN: Final = 7  # of a filing's fields; the others come out
_NOT_YET: Final = (0,) * (layouts.FILING_FIELDS - _GOES_IN)
_MOST_STAFF: Final = 2**31 - 1


class Ask(NamedTuple):
    """A filing to be judged, with its observations as they travelled, and by what."""

    filing: Filing
    observations: memoryview
    plan: Plan
    agency: Agency
    is_closed: bool
    table: NativeTable
    owed: NativeOwed


class Verdict(NamedTuple):
    """How a filing is judged, as a row and an event have it."""

    standing: Standing
    observations: bytes
    judgements: bytes
    changed: bytes  # the indicators judged, as JSON: there was nothing before
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
    if type(observations) is not Travelled or not is_sound_heading(filing, plan=plan):
        return None
    if not 0 <= (agency.staff or 0) <= _MOST_STAFF:
        return None
    table = table_of(plan, filing.key.period)
    if table is None:
        return None
    return Ask(filing, observations.json, plan, agency, is_closed, table, table.owed_by(agency, plan=plan))


class NativeRules:
    """The compiled twin of the rules; any number of tasks may ask it, of one thread."""

    def __init__(self, compiled: Any, *, lane_of: Callable[[str], int]) -> None:
        self.compiled = compiled
        self._lane_of = lane_of
        self._rooms: list[Room] = []
        self._sums_out = ctypes.create_string_buffer(_ROOM_OF_SUMS)
        self.is_trusted = True  # until it is found to judge otherwise than the rules

    def judge(self, asked: Sequence[Ask], *, registry: Mapping[str, Agency]) -> Judged:
        """Return how filings are judged; all are refused where their sums are beyond it."""
        judging = self.judging(asked, registry=registry)
        computed = None
        while True:
            try:
                compute = judging.send(computed)
            except StopIteration as end:
                judged: Judged = end.value
                return judged
            computed = compute()

    def judging(
        self, asked: Sequence[Ask], *, registry: Mapping[str, Agency]
    ) -> Generator[Callable[[], int], int | None, Judged]:
        """Yield what is to be computed, which needs nothing of Python's, and return what came of it."""
        names: dict[_Name, int] = {}
        some = list(_some_at_once(asked))
        laid_out = [self._laid_out(each, names=names, registry=registry) for each in some]
        places = Places([name.table.table for name in names])
        verdicts: list[Verdict | None] = []
        room = self._rooms.pop() if self._rooms else Room()
        for each, fields in zip(some, laid_out, strict=True):
            yield partial(self._compute, each, fields, places, room)
            verdicts.extend(_verdicts(room, fields, count=len(each)))
        sums: list[Sums] = []
        left = list(names)
        while left:
            ends = (ctypes.c_int64 * len(left))()
            count = yield partial(self._write, places, len(names) - len(left), ends, room)
            if count is None or count < 0:
                self._rooms.append(room)
                return Judged([None] * len(asked), [])
            sums.extend(self._sums(left[:count], places, room.rows_view, ends, first=len(names) - len(left)))
            del left[:count]
        self._rooms.append(room)  # unless somebody ceased to wait: then it may still be written to
        return Judged(verdicts, sums)

    def _compute(self, asked: Sequence[Ask], fields: "array[int]", places: Places, room: Room) -> int:
        filed = b"".join([each.observations for each in asked])
        at = fields.buffer_info()[0]
        self.compiled.judge(at, len(asked), filed, places.address, room.rows, ROWS_ROOM, room.events, EVENTS_ROOM)
        return len(asked)

    def _write(self, places: Places, first: int, ends: Any, room: Room) -> int:
        count: int = self.compiled.write_all(places.at(first), len(ends), room.rows, ROWS_ROOM, ends)
        return count

    def _laid_out(
        self, asked: Sequence[Ask], *, names: dict[_Name, int], registry: Mapping[str, Agency]
    ) -> "array[int]":
        """Return the filings' fields, naming the places they belong to."""
        fields: list[int] = []
        begins = 0
        for filing, observations, plan, agency, is_closed, table, owed in asked:
            length = len(observations)
            lane = self._lane_of(agency.id)
            branch = branch_of(agency, registry=registry, on=table.last_on)
            place = names.setdefault(
                _Name(Place(plan.id, filing.key.period, branch, agency.kind), lane, table), len(names)
            )
            fields += (table.address, owed.address, begins, length, place, agency.staff or 0, is_closed, *_NOT_YET)
            begins += length
        return array("q", fields)

    def _sums(
        self, names: Iterable[_Name], places: Places, view: memoryview, ends: Iterable[int], *, first: int
    ) -> Iterator[Sums]:
        begin = 0
        for number, (name, end) in enumerate(zip(names, ends, strict=False), start=first):
            if end > begin:
                cells = str(view[begin:end], "utf-8")
                yield Sums(name.place, name.lane, cells, partial(self._with_known, places, number))
            begin = end

    def _with_known(self, places: Places, number: int, known: str) -> str | None:
        before = known.encode()
        length = self.compiled.write_sums(places.at(number), before, len(before), self._sums_out, _ROOM_OF_SUMS)
        return None if length < 0 else ctypes.string_at(self._sums_out, length).decode()


def _verdicts(room: Room, fields: "array[int]", *, count: int) -> Iterator[Verdict | None]:
    width, view, events = layouts.FILING_FIELDS, room.rows_view, room.events_view
    for begin in range(0, count * width, width):
        is_refused, standing, filed, row, changed, score, coverage, end, event, event_end = fields[
            begin + _GOES_IN : begin + width
        ]
        if is_refused:
            yield None
            continue
        yield Verdict(
            STANDINGS[standing],
            bytes(view[filed:row]),
            bytes(view[row:changed]),
            bytes(view[changed:score]),
            bytes(events[event:event_end]),
            str(view[score:coverage], "ascii"),
            str(view[coverage:end], "ascii"),
        )


def _some_at_once(asked: Sequence[Ask]) -> Iterator[Sequence[Ask]]:
    """Yield filings in their order, as many together as there surely is room for what is made of them."""
    begin, room = 0, EVENTS_ROOM
    for number, each in enumerate(asked):
        told = 2 * len(each.observations)  # in a row's two documents, of which the events' room is twice as large
        needed = max(EVENTS_ROOM // MOST_FILINGS, _ROOM_OF_JUDGEMENT * len(each.plan.indicators)) + told
        if needed > room and number > begin:
            yield asked[begin:number]
            begin, room = number, EVENTS_ROOM
        room -= needed
    if asked:
        yield asked[begin:]
