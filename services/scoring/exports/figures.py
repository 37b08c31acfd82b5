"""The tidy long form of an export: a row a figure, with its unit and its basis; its words are the domain's codes."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from services.scoring.exports.lines import Cell, Document, Line
from shared.events.vocabulary import Basis, Language, Measure

REPORTED: Final = "reported"
"""The basis of what an agency said: it rests on neither the decision nor on us."""

COMPUTED: Final = "computed"
"""The basis of what is put together from indicators, of which some may be stated and others assumed."""

TITLES: Final[Mapping[Language, tuple[str, ...]]] = MappingProxyType(
    {
        Language.VI: (
            "kế hoạch",
            "phiên bản kế hoạch",
            "cơ quan",
            "loại cơ quan",
            "kỳ báo cáo",
            "chỉ tiêu",
            "loại số liệu",
            "tên số liệu",
            "số liệu",
            "đơn vị tính",
            "căn cứ",
            "xếp loại",
            "lý do",
        ),
        Language.EN: (
            "plan",
            "plan_version",
            "agency",
            "kind",
            "period",
            "indicator",
            "measure",
            "figure",
            "value",
            "unit",
            "basis",
            "standing",
            "reason",
        ),
    }
)
_RATIO: Final = {Language.VI: "tỷ số", Language.EN: "ratio"}
_POINTS: Final = {Language.VI: "điểm phần trăm", Language.EN: "percentage points"}
_SCORE: Final = {Language.VI: "điểm", Language.EN: "points"}
_PLACE: Final = {Language.VI: "thứ hạng trong loại cơ quan", Language.EN: "place within its kind"}
_AGENCIES: Final = {Language.VI: "cơ quan", Language.EN: "agencies"}
_COUNTED: Final = {Language.VI: "số lượng", Language.EN: "count"}


def figure_rows(lines: Iterable[Line], *, language: Language) -> Iterator[tuple[Cell, ...]]:
    """Return a row for each figure there is; a line without any has its value's row, in which the value is empty.

    An agency's figures as a whole stand before its first indicator's, in rows that name no indicator.
    """
    told: Document | None = None
    for line in lines:
        where = tuple(line.document[name] for name in ("plan", "plan_version", "agency"))
        head = (*where, line.document.get("kind"), line.document["period"])
        if line.document is not told:
            told = line.document
            for name, figure, unit in _of_agency(line, language=language):
                if figure is not None:
                    yield (*head, "", "", name, figure, unit, COMPUTED, line.document["standing"], "")
        tail = (line.said("standing"), line.said("reason"))
        for name, figure, unit, basis in _figures(line, language=language):
            if figure is not None or name == "value":
                yield (*head, line.said("indicator"), line.said("measure"), name, figure, unit, basis, *tail)


def _of_agency(line: Line, *, language: Language) -> Iterator[tuple[str, Decimal | int | None, str]]:
    yield "composite_score", line.whole("composite_score"), _SCORE[language]
    yield "coverage_ratio", line.whole("coverage_ratio"), _RATIO[language]
    yield "rank", line.ranked("place"), _PLACE[language]
    yield "ranked_agencies", line.ranked("of"), _AGENCIES[language]


def _figures(line: Line, *, language: Language) -> Iterator[tuple[str, Decimal | None, str, str]]:
    """Return name, figure, unit and basis; what is computed with an assumed figure is assumed itself."""
    unit, ratio = line.indicator.unit, _RATIO[language]
    target = line.said("basis")
    expected = line.expected_basis or target
    of_parts = _COUNTED[language] if line.said("measure") == Measure.SHARE else unit
    yield "value", line.figure("observed", "value"), unit, REPORTED
    yield "numerator", line.figure("observed", "numerator"), of_parts, REPORTED
    yield "denominator", line.figure("observed", "denominator"), of_parts, REPORTED
    yield "target", line.figure("target", "value"), unit, target
    yield "baseline", line.figure("baseline", "value"), unit, line.part("baseline", "basis") or ""
    yield "expected_value", line.figure("expected_value"), unit, expected
    yield "attainment_ratio", line.figure("attainment_ratio"), ratio, target
    yield "expected_ratio", line.figure("expected_ratio"), ratio, expected
    yield "pace_ratio", line.figure("pace_ratio"), ratio, expected
    yield "lag_points", line.figure("lag_points"), _POINTS[language], expected
    yield "lag_value", line.figure("lag_value"), unit, expected
    tolerated = line.part("tolerance", "basis") or ""
    yield "tolerance_on_track", line.figure("tolerance", "on_track"), unit, tolerated
    yield "tolerance_at_risk", line.figure("tolerance", "at_risk"), unit, tolerated
    yield "needed_value", line.figure("needed_value"), unit, Basis.ASSUMED
    yield "needed_numerator", line.figure("needed_numerator"), of_parts, Basis.ASSUMED
    yield "points", line.figure("points"), _SCORE[language], target
    yield "base", line.figure("base", "value"), unit, REPORTED
    yield "progress_ratio", line.figure("progress_ratio"), ratio, target
    yield "limit", line.figure("limit"), unit, target
    yield "limit_factor", line.figure("limit_factor"), ratio, target
    yield "score", line.figure("score"), _SCORE[language], target
