"""The periods of the year, a line each as it is over: how many agencies stand how, and how many mails were sent."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from rich.text import Text

from shared.events.vocabulary import Language, Standing
from shared.wording.dates import period as period_name


class _Column(NamedTuple):
    standing: Standing
    vi: str
    en: str
    style: str


_COLUMNS: Final = (
    _Column(Standing.MET, "đạt", "met", "green"),
    _Column(Standing.ON_TRACK, "đúng tiến độ", "on track", "cyan"),
    _Column(Standing.AT_RISK, "nguy cơ chậm", "at risk", "yellow"),
    _Column(Standing.LAGGING, "chậm tiến độ", "lagging", "red"),
    _Column(Standing.MISSING, "chưa báo cáo", "missing", "magenta"),
)
_PERIOD_WIDTH: Final = 12
_MAILS_WIDTH: Final = 5
_GAP: Final = "  "


def heads() -> list[Text]:
    """Return the two lines above the months, in Vietnamese and in English."""
    return [
        _line("kỳ", [each.vi for each in _COLUMNS], "thư"),
        _line("period", [each.en for each in _COLUMNS], "mails"),
    ]


def over(period: str, counts: Mapping[Standing, int], *, mails: int) -> Text:
    """Return the line of one period; `mails` came since the period before."""
    cells = [str(counts.get(each.standing) or "") for each in _COLUMNS]
    return _line(period_name(period, language=Language.VI), cells, str(mails or ""))


def under_way(period: str, counts: Mapping[Standing, int]) -> str:
    """Return how a period stands at this moment, in a few words."""
    lagging, missing = counts.get(Standing.LAGGING, 0), counts.get(Standing.MISSING, 0)
    return f"{period_name(period, language=Language.VI)}: {lagging} chậm tiến độ, {missing} chưa báo cáo"


def _line(period: str, cells: list[str], mails: str) -> Text:
    line = Text(f"{period:<{_PERIOD_WIDTH}}")
    for cell, column in zip(cells, _COLUMNS, strict=True):
        line.append(f"{_GAP}{cell:>{len(column.vi)}}", style=column.style)
    return line.append(f"{_GAP}{mails:>{_MAILS_WIDTH}}")
