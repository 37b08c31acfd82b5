"""Periods as tables: for people a row a period; in the long form a row a figure."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from services.scoring.exports.tables import (
    AGENCIES,
    COMPUTED,
    STANDING_TITLES,
    VERSIONS,
    Cell,
    Figure,
    Table,
    Title,
    standing_figures,
    standings_of,
    table,
    tidy,
    versions_of,
)
from services.scoring.judging.figures import ONE_DAY
from shared.events.vocabulary import Language

_NAMES: Final = {Language.VI: "Kỳ báo cáo", Language.EN: "Periods"}
_WHERE: Final = (
    Title("Kế hoạch", "Plan", 16),
    Title("Phiên bản kế hoạch", "Plan version", 9),
    Title("Kỳ báo cáo", "Period", 10),
    VERSIONS,
)
_TIDY: Final = ("plan", "plan_version", "period", "plan_versions")
_TITLES: Final = (
    *_WHERE,
    Title("Từ ngày", "First day", 12),
    Title("Đến hết ngày", "Last day", 12),
    Title("Hạn nộp", "Due on", 12),
    Title("Khóa từ ngày", "Locked on", 12),
    Title("Đã quá hạn nộp", "Due date has passed", 9),
    Title("Đóng lúc", "Closed at", 18),
    Title("Số cơ quan đã nộp", "Agencies that filed", 10),
    Title("Số cơ quan chưa nộp", "Agencies that have not filed", 10),
    *STANDING_TITLES,
)
Documents = Sequence[dict[str, Any]]


def period_table(documents: Documents, language: Language) -> Table:
    """Return periods as a table for people."""
    return table(_NAMES[language], _TITLES, _rows(documents), language)


def period_tidy(documents: Documents, language: Language) -> Table:
    """Return periods in the long form."""
    return tidy(_NAMES[language], _TIDY, _figure_rows(documents, language), language)


def _rows(documents: Documents) -> Iterator[list[Cell]]:
    for each in documents:
        days = (each["starts_on"], each["ends_on"] - ONE_DAY, each["due_on"], each["locked_on"])
        filed = (each["filed"], each["not_filed"])
        yield [*_where(each), *days, each["is_closed"], each["closed_at"], *filed, *standings_of(each)]


def _figure_rows(documents: Documents, language: Language) -> Iterator[list[Cell]]:
    for each in documents:
        filed = [Figure(name, each[name], AGENCIES[language], COMPUTED) for name in ("filed", "not_filed")]
        for figure in (*filed, *standing_figures(each, language)):
            yield [*_where(each), *figure]


def _where(document: dict[str, Any]) -> list[Cell]:
    return [*(document[name] for name in ("plan", "plan_version", "period")), versions_of(document)]
