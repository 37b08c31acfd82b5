"""How targets look as tables: for people a row an indicator and agency; in the long form a row a figure."""

from collections.abc import Iterator
from typing import Any, Final

from services.scoring.exports.tables import (
    AGENCIES,
    COMPUTED,
    Cell,
    Figure,
    Table,
    Title,
    basis_word,
    table,
    tidy,
)
from shared.events.vocabulary import Adjustment, Language, Reach

_NAMES: Final = {Language.VI: "Triển vọng", Language.EN: "Outlooks"}
_WHERE: Final = (
    Title("Kế hoạch", "Plan", 16),
    Title("Phiên bản kế hoạch", "Plan version", 9),
    Title("Kỳ báo cáo", "Period", 10),
    Title("Mã chỉ tiêu", "Indicator", 20),
    Title("Mã cơ quan", "Agency", 24),
)
_TIDY: Final = ("plan", "plan_version", "period", "indicator", "agency")
_TITLES: Final = (
    *_WHERE,
    Title("Chỉ tiêu", "Indicator name", 44),
    Title("Cơ quan", "Agency name", 32),
    Title("Đơn vị tính", "Unit", 11),
    Title("So sánh với mục tiêu", "Target comparison", 10),
    Title("Mục tiêu", "Target"),
    Title("Căn cứ của mục tiêu", "Basis of the target", 14),
    Title("Đánh giá mục tiêu", "Finding", 16),
    Title("Giải thích", "Explanation", 60),
    Title("Đạt đúng hạn theo nhịp độ hiện nay", "Reaches it in time", 16),
    Title("Số lần quan sát", "Observations", 10),
    Title("Giá trị cuối kế hoạch", "Value at the plan's end"),
    Title("Giá trị khi mục tiêu đến hạn", "Value when the target is due"),
    Title("Còn thiếu so với mục tiêu", "Shortfall"),
)
_ADJUSTMENTS: Final = {
    Language.VI: {Adjustment.OUT_OF_REACH: "khó đạt", Adjustment.LONG_EXCEEDED: "đã vượt từ lâu"},
    Language.EN: {Adjustment.OUT_OF_REACH: "out of reach", Adjustment.LONG_EXCEEDED: "long exceeded"},
}
_REACHES: Final = {
    Language.VI: {
        Reach.YES: "đạt",
        Reach.NO: "không đạt",
        Reach.TOO_FEW_OBSERVATIONS: "chưa đủ số liệu",
        Reach.NO_PACE: "chưa có nhịp độ",
        Reach.NO_TARGET: "không có mục tiêu",
    },
    Language.EN: {
        Reach.YES: "yes",
        Reach.NO: "no",
        Reach.TOO_FEW_OBSERVATIONS: "too few observations",
        Reach.NO_PACE: "no pace",
        Reach.NO_TARGET: "no target",
    },
}


def outlook_table(document: dict[str, Any], language: Language) -> Table:
    """Return how targets look as a table for people."""
    return table(_NAMES[language], _TITLES, _rows(document, language), language)


def outlook_tidy(document: dict[str, Any], language: Language) -> Table:
    """Return how targets look in the long form; a row without an agency is of all of them."""
    return tidy(_NAMES[language], _TIDY, _figure_rows(document, language), language)


def _rows(document: dict[str, Any], language: Language) -> Iterator[list[Cell]]:
    for outlook in document["outlooks"]:
        target, found = outlook["target"], outlook["adjustment"]
        for each in outlook["forecasts"]:
            yield [
                *_where(document, outlook["indicator"], each["agency"]),
                outlook["name"],
                each["agency_name"],
                outlook["unit"],
                target["comparison"],
                target["value"],
                basis_word(outlook["basis"], language),
                _ADJUSTMENTS[language][found] if found else None,
                outlook["sentence"],
                _REACHES[language][each["reach"]],
                *(each[name] for name in ("observations", "value_at_end", "value_when_due", "shortfall")),
            ]


def _figure_rows(document: dict[str, Any], language: Language) -> Iterator[list[Cell]]:
    for outlook in document["outlooks"]:
        unit, indicator = outlook["unit"], outlook["indicator"]
        of_all = [
            Figure("target", outlook["target"]["value"], unit, outlook["basis"]),
            Figure("median_shortfall", outlook["median_shortfall"], unit, COMPUTED),
            Figure("level", (outlook["level"] or {}).get("value"), unit, COMPUTED),
            *(
                Figure(f"agencies_{reach}", count, AGENCIES[language], COMPUTED)
                for reach, count in (outlook["reaches"] or {}).items()
            ),
        ]
        yield from ([*_where(document, indicator, None), *each] for each in of_all if each.value is not None)
        for each in outlook["forecasts"]:
            of_agency = [
                Figure(name, each[name], unit, COMPUTED) for name in ("value_at_end", "value_when_due", "shortfall")
            ]
            head = _where(document, indicator, each["agency"])
            yield from ([*head, *figure] for figure in of_agency if figure.value is not None)


def _where(document: dict[str, Any], indicator: str, agency: str | None) -> list[Cell]:
    return [document["plan"], document["plan_version"], document["period"], indicator, agency]
