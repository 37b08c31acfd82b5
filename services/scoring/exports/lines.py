"""Lines of an export: the judgements of progress documents, with the names and units that a reader knows them by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

import orjson

from services.scoring.judging.expectation import expected_basis
from shared.events.vocabulary import Basis, Measure

Document = Mapping[str, Any]
"""How an agency stands in a period, as `progress_events.data_of` returns it or as it was read from JSON."""

Cell = str | int | Decimal | date | datetime | bool | None
_LARGEST_EXPONENT: Final = 60  # beyond that a figure is written in powers of ten
_USUAL_WEIGHT: Final = Decimal(1)  # which documents leave out
_ONE_DAY: Final = timedelta(days=1)
_PERCENT: Final = frozenset({Measure.SHARE, Measure.PERCENT})


class Head(NamedTuple):
    """The head of a column: its title, and how wide it stands in a sheet (letters)."""

    title: str
    width: int


class Table(NamedTuple):
    """A table for people: what its sheet is called, the heads of its columns, and its rows."""

    name: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Cell]]


class Label(NamedTuple):
    """What readers call an indicator, and its unit."""

    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Names in the reader's language; what has none is told by its id."""

    agencies: Mapping[str, str] = field(default_factory=dict)
    indicators: Mapping[str, Label] = field(default_factory=dict)


class Line(NamedTuple):
    """One judgement, with the document it stands in."""

    document: Document
    judgement: Document
    agency_name: str
    indicator: Label

    def said(self, name: str) -> Any:
        """Return what the judgement says under that name, None where nothing."""
        return plain(self.judgement.get(name))

    def part(self, name: str, of: str) -> Any:
        """Return a part of what the judgement says: `part("target", "value")`."""
        whole = self.said(name)
        return None if whole is None else plain(whole.get(of))

    def figure(self, name: str, of: str | None = None) -> Decimal | None:
        """Return a figure of the judgement, exact."""
        found = self.said(name) if of is None else self.part(name, of)
        return None if found is None else Decimal(found)

    def whole(self, name: str) -> Decimal | None:
        """Return a figure of the agency as a whole, exact."""
        found = self.document.get(name)
        return None if found is None else Decimal(found)

    def ranked(self, name: str) -> Any:
        """Return what the document says of the agency's rank, None where it says of none."""
        rank = self.document.get("rank")
        return None if rank is None else rank[name]

    def day(self, name: str) -> date:
        """Return a day of the document."""
        return day(self.document[name])

    def filed(self, name: str) -> Any:
        """Return what the document says of its filing, None where nothing was filed."""
        filing = self.document["filing"]
        return None if filing is None else filing[name]

    def ended(self, name: str) -> Any:
        """Return what the document says of a submission that was withdrawn or returned, None where none was."""
        ended = self.document.get("ended")
        return None if ended is None else ended[name]

    @property
    def weight(self) -> Decimal:
        """Return the most points that the indicator gives."""
        weight = self.figure("weight")
        return _USUAL_WEIGHT if weight is None else weight

    @property
    def last_on(self) -> date:
        """Return the period's last day."""
        return self.day("period_ends_on") - _ONE_DAY

    @property
    def expected_basis(self) -> Basis | None:
        """Return whose figure the expectation is, None where nothing is expected."""
        target, expected = self.figure("target", "value"), self.figure("expected_value")
        if target is None or expected is None:
            return None
        return expected_basis(
            basis=Basis(self.judgement["basis"]),
            target=target,
            expected=expected,
            milestones=((day(each["on"]), Basis(each["basis"])) for each in self.said("milestones")),
            last_on=self.last_on,
        )


def lines(documents: Iterable[Document], *, labels: Labels) -> Iterator[Line]:
    """Return the judgements of the documents one by one, in their order."""
    for document in documents:
        agency = document["agency"]
        for judgement in document["judgements"]:
            indicator = judgement["indicator"]
            yield Line(
                document,
                judgement,
                labels.agencies.get(agency, agency),
                labels.indicators.get(indicator) or Label(indicator, "%" if judgement["measure"] in _PERCENT else ""),
            )


def plain(value: Any) -> Any:
    """Return the value, read where it was kept as written JSON."""
    return orjson.loads(orjson.dumps(value)) if isinstance(value, orjson.Fragment) else value


def day(value: date | str) -> date:
    """Return a day that may be written as `2014-03-31`."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def moment(value: str | None) -> datetime | None:
    """Return a moment that is written with its offset."""
    return None if value is None else datetime.fromisoformat(value)


def text_of(cell: Cell) -> str:
    """Return what a cell says as text: figures exact with a point, days and moments as ISO 8601 has them."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, Decimal):
        is_short = cell.is_finite() and abs(cell.adjusted()) <= _LARGEST_EXPONENT
        return f"{cell:f}" if is_short else str(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)
