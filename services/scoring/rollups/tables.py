"""Roll-ups as tables: for people a row an indicator, after that of the whole; in the long form a row a figure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from services.scoring.exports.tables import (
    AGENCIES,
    COMPUTED,
    POINTS,
    RATIO,
    STANDING_TITLES,
    VERSIONS,
    Cell,
    Figure,
    Table,
    Title,
    basis_word,
    standing_figures,
    standings_of,
    table,
    tidy,
    versions_of,
)
from shared.events.vocabulary import Language
from shared.wording.kinds import verdict

_NAMES: Final = {Language.VI: "Tổng hợp", Language.EN: "Roll-ups"}
_WHERE: Final = (
    Title("Kế hoạch", "Plan", 16),
    Title("Phiên bản kế hoạch", "Plan version", 9),
    Title("Kỳ báo cáo", "Period", 10),
    Title("Cấp tổng hợp", "Level", 11),
    Title("Mã", "Id", 22),
    VERSIONS,
)
_INDICATOR: Final = Title("Mã chỉ tiêu", "Indicator", 20)
_TIDY: Final = ("plan", "plan_version", "period", "level", "id", "plan_versions", "indicator")
_TITLES: Final = (
    *_WHERE,
    Title("Tên", "Name", 32),
    _INDICATOR,
    Title("Chỉ tiêu", "Indicator name", 44),
    Title("Đơn vị tính", "Unit", 11),
    Title("Giá trị gộp", "Pooled value"),
    Title("So sánh với mục tiêu", "Target comparison", 10),
    Title("Mục tiêu", "Target"),
    Title("Căn cứ của mục tiêu", "Basis of the target", 14),
    Title("So với mục tiêu", "Against the target", 30),
    Title("Số cơ quan đã báo cáo", "Agencies that reported", 10),
    Title("Số cơ quan phải báo cáo", "Agencies that owe it", 10),
    Title("Giá trị cần đạt cuối kỳ", "Expected value"),
    Title("Căn cứ của mức cần đạt", "Basis of the expectation", 14),
    Title("Điểm", "Points"),
    Title("Điểm tối đa", "Weight"),
    Title("Điểm tổng hợp (0 … 100)", "Composite score (0 … 100)"),
    Title("Phần đánh giá được (tỷ số)", "Coverage (ratio)"),
    *STANDING_TITLES,
)
_NO_INDICATOR: Final[tuple[Cell, ...]] = (None,) * 12
Documents = Sequence[dict[str, Any]]


def rollup_table(documents: Documents, language: Language) -> Table:
    """Return roll-ups as a table for people."""
    return table(_NAMES[language], _TITLES, _rows(documents, language), language)


def rollup_tidy(documents: Documents, language: Language) -> Table:
    """Return roll-ups in the long form."""
    return tidy(_NAMES[language], _TIDY, _figure_rows(documents, language), language)


def _rows(documents: Documents, language: Language) -> Iterator[list[Cell]]:
    for document in documents:
        head = [*_where(document), document["name"]]
        yield [*head, *_NO_INDICATOR, *_sums(document)]
        for each in document["indicators"]:
            target = each["target"] or {}
            yield [
                *head,
                each["indicator"],
                each["name"],
                each["unit"],
                each["value"],
                target.get("comparison"),
                target.get("value"),
                basis_word(each["basis"], language),
                _verdict(each, language),
                each["reported"],
                each["owed"],
                each["expected_value"],
                basis_word(each["expected_basis"], language),
                *_sums(each),
            ]


def _verdict(each: dict[str, Any], language: Language) -> str:
    """Return the verdict in words, empty where there is none."""
    if each["verdict"] is None:
        return ""
    names = ("verdict", "is_incomplete", "reported", "owed")
    return verdict(**{name: each[name] for name in names}, language=language)


def _figure_rows(documents: Documents, language: Language) -> Iterator[list[Cell]]:
    for document in documents:
        head = _where(document)
        yield from _written([*head, None], [*_sum_figures(document, language), *standing_figures(document, language)])
        for each in document["indicators"]:
            figures = [
                Figure("value", each["value"], each["unit"], COMPUTED),
                Figure("target", (each["target"] or {}).get("value"), each["unit"], each["basis"]),
                Figure("expected_value", each["expected_value"], each["unit"], each["expected_basis"] or ""),
                Figure("reported", each["reported"], AGENCIES[language], COMPUTED),
                Figure("owed", each["owed"], AGENCIES[language], COMPUTED),
                *_sum_figures(each, language),
                *standing_figures(each, language),
            ]
            yield from _written([*head, each["indicator"]], figures)


def _written(head: list[Cell], figures: Iterable[Figure]) -> Iterator[list[Cell]]:
    return ([*head, *figure] for figure in figures if figure.value is not None)


def _where(document: dict[str, Any]) -> list[Cell]:
    return [*(document[name] for name in ("plan", "plan_version", "period", "level", "id")), versions_of(document)]


def _sums(document: dict[str, Any]) -> list[Cell]:
    sums = (document[name] for name in ("points", "weight", "score", "coverage_ratio"))
    return [*sums, *standings_of(document)]


def _sum_figures(document: dict[str, Any], language: Language) -> list[Figure]:
    points, ratio = POINTS[language], RATIO[language]
    return [
        Figure("points", document["points"], points, COMPUTED),
        Figure("weight", document["weight"], points, COMPUTED),
        Figure("score", document["score"], points, COMPUTED),
        Figure("coverage_ratio", document["coverage_ratio"], ratio, COMPUTED),
    ]
