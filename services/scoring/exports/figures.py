"""Progress in the tidy long form: a row a figure, with its unit and its basis; its words are the domain's codes."""

from collections.abc import Iterable, Iterator
from typing import Final

from services.scoring.exports.lines import Document, Line, at, figure, lines
from services.scoring.exports.tables import AGENCIES, COMPUTED, POINTS, RATIO, REPORTED, Cell, Figure, Table, tidy
from shared.events.vocabulary import Basis, Language, Measure

_NAME: Final = "figures"
_WHERE: Final = ("plan", "plan_version", "agency", "kind", "period")
_PERCENTAGE_POINTS: Final = {Language.VI: "điểm phần trăm", Language.EN: "percentage points"}
_PLACE: Final = {Language.VI: "thứ hạng trong loại cơ quan", Language.EN: "place within its kind"}
_COUNTED: Final = {Language.VI: "số lượng", Language.EN: "count"}


def progress_tidy(documents: Iterable[Document], language: Language) -> Table:
    """Return a row for each figure there is; a line without any has its value's row, in which the value is empty.

    An agency's figures as a whole stand before its first indicator's, in rows that name no indicator.
    """
    columns = (*_WHERE, "indicator", "measure")
    return tidy(_NAME, columns, _rows(documents, language=language), language, after=("standing", "reason"))


def _rows(documents: Iterable[Document], *, language: Language) -> Iterator[list[Cell]]:
    told: Document | None = None
    for line in lines(documents):
        document = line["progress"]
        head = [document.get(name) for name in _WHERE]
        if document is not told:
            told = document
            for each in _of_agency(line, language):
                if each.value is not None:
                    yield [*head, "", "", *each, document["standing"], ""]
        for each in _of_indicator(line, language):
            if each.value is not None or each.name == "value":
                yield [*head, line["indicator"], line["measure"], *each, line["standing"], line["reason"]]


def _of_agency(line: Line, language: Language) -> Iterator[Figure]:
    yield Figure("composite_score", figure(line, "progress.composite_score"), POINTS[language], COMPUTED)
    yield Figure("coverage_ratio", figure(line, "progress.coverage_ratio"), RATIO[language], COMPUTED)
    yield Figure("rank", at(line, "progress.rank.place"), _PLACE[language], COMPUTED)
    yield Figure("ranked_agencies", at(line, "progress.rank.of"), AGENCIES[language], COMPUTED)


def _of_indicator(line: Line, language: Language) -> Iterator[Figure]:
    """Return the figures of a judgement; what is computed with an assumed figure is assumed itself."""
    unit, ratio, points = line["unit"], RATIO[language], POINTS[language]
    target = line["basis"]
    expected, tolerated = line["expected_basis"] or target, at(line, "tolerance.basis")
    of_parts = _COUNTED[language] if line["measure"] == Measure.SHARE else unit
    yield Figure("value", figure(line, "observed.value"), unit, REPORTED)
    yield Figure("numerator", figure(line, "observed.numerator"), of_parts, REPORTED)
    yield Figure("denominator", figure(line, "observed.denominator"), of_parts, REPORTED)
    yield Figure("target", figure(line, "target.value"), unit, target)
    yield Figure("baseline", figure(line, "baseline.value"), unit, at(line, "baseline.basis"))
    yield Figure("expected_value", figure(line, "expected_value"), unit, expected)
    yield Figure("attainment_ratio", figure(line, "attainment_ratio"), ratio, target)
    yield Figure("expected_ratio", figure(line, "expected_ratio"), ratio, expected)
    yield Figure("pace_ratio", figure(line, "pace_ratio"), ratio, expected)
    yield Figure("lag_points", figure(line, "lag_points"), _PERCENTAGE_POINTS[language], expected)
    yield Figure("lag_value", figure(line, "lag_value"), unit, expected)
    yield Figure("tolerance_on_track", figure(line, "tolerance.on_track"), unit, tolerated)
    yield Figure("tolerance_at_risk", figure(line, "tolerance.at_risk"), unit, tolerated)
    yield Figure("needed_value", figure(line, "needed_value"), unit, Basis.ASSUMED)
    yield Figure("needed_numerator", figure(line, "needed_numerator"), of_parts, Basis.ASSUMED)
    yield Figure("points", figure(line, "points"), points, target)
    yield Figure("base", figure(line, "base.value"), unit, REPORTED)
    yield Figure("progress_ratio", figure(line, "progress_ratio"), ratio, target)
    yield Figure("limit", figure(line, "limit"), unit, target)
    yield Figure("limit_factor", figure(line, "limit_factor"), ratio, target)
    yield Figure("score", figure(line, "score"), points, target)
