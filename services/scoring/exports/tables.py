"""Tables of what is exported: titles in both languages, and the long form, a row a figure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from shared.events.vocabulary import Basis, Language, Standing
from shared.wording.judgement_terms import WORDS
from shared.wording.terms import SHORT_BASES

Cell = str | int | Decimal | date | datetime | bool | None


class Head(NamedTuple):
    """The head of a column: its title, and how wide it stands in a sheet (letters)."""

    title: str
    width: int


class Table(NamedTuple):
    """A table: what its sheet is called, the heads of its columns, and its rows."""

    name: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Title:
    """A column's title in both languages, and how wide it stands in a sheet (letters)."""

    vi: str
    en: str
    width: int = 13

    def head(self, language: Language) -> Head:
        """Return the head in this language."""
        return Head(self.vi if language is Language.VI else self.en, self.width)


class Figure(NamedTuple):
    """A figure of the long form; its name and basis are codes."""

    name: str
    value: Cell
    unit: str
    basis: str


COMPUTED: Final = "computed"
"""The basis of what is put together from indicators, of which some may be stated and others assumed."""

REPORTED: Final = "reported"
"""The basis of what agencies said: it rests on neither the decision nor on us."""

POINTS: Final = {Language.VI: "điểm", Language.EN: "points"}
RATIO: Final = {Language.VI: "tỷ số", Language.EN: "ratio"}
AGENCIES: Final = {Language.VI: "cơ quan", Language.EN: "agencies"}
STANDING_TITLES: Final = tuple(
    Title(
        f"Số cơ quan {WORDS[Language.VI].standings[standing]}", f"Agencies {WORDS[Language.EN].standings[standing]}", 10
    )
    for standing in Standing
)
VERSIONS: Final = Title("Đánh giá theo các phiên bản", "Judged by versions", 12)
_LARGEST_EXPONENT: Final = 60  # beyond that a figure is written in powers of ten
_FIGURE: Final = ("figure", "value", "unit", "basis")
_TIDY: Final = {
    "plan": "kế hoạch",
    "plan_version": "phiên bản kế hoạch",
    "period": "kỳ báo cáo",
    "plan_versions": "đánh giá theo các phiên bản",
    "level": "cấp tổng hợp",
    "id": "mã",
    "indicator": "chỉ tiêu",
    "agency": "cơ quan",
    "kind": "loại cơ quan",
    "measure": "loại số liệu",
    "figure": "tên số liệu",
    "value": "số liệu",
    "unit": "đơn vị tính",
    "basis": "căn cứ",
    "standing": "xếp loại",
    "reason": "lý do",
}
"""The columns of the long form, in English by their names."""


def tidy(
    name: str, columns: Iterable[str], rows: Iterable[Sequence[Cell]], language: Language, *, after: Iterable[str] = ()
) -> Table:
    """Return a table in the long form: these columns, those of a figure, and those that come after."""
    titles = (Title(_TIDY[column], column) for column in (*columns, *_FIGURE, *after))
    return table(name, titles, rows, language)


def table(name: str, titles: Iterable[Title], rows: Iterable[Sequence[Cell]], language: Language) -> Table:
    """Return a table with its titles in this language."""
    return Table(name, [title.head(language) for title in titles], rows)


def versions_of(document: Mapping[str, Any]) -> str:
    """Return by which plan versions agencies were judged, as in `1+2`."""
    return "+".join(map(str, document["plan_versions"]))  # no comma, which would be taken for a decimal one


def standings_of(document: Mapping[str, Any]) -> list[Cell]:
    """Return how many agencies have each standing, in the order of `STANDING_TITLES`."""
    return [document["agencies"][standing.value] for standing in Standing]


def standing_figures(document: Mapping[str, Any], language: Language) -> list[Figure]:
    """Return the same for the long form."""
    counts = document["agencies"]
    return [
        Figure(f"agencies_{standing.value}", counts[standing.value], AGENCIES[language], COMPUTED)
        for standing in Standing
    ]


def basis_word(basis: str | None, language: Language) -> str:
    """Return what readers call a basis."""
    return SHORT_BASES[Basis(basis)].of(language) if basis else ""


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
