"""The table of the last screen, a line a row: what the province reached, or what became of each series."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from services.notify.notices.contents import Attained
from shared.events.vocabulary import Basis, Language, Verdict
from shared.wording.dates import period as period_name
from shared.wording.figures import Figures
from shared.wording.numbers import number
from tools.demo.series import Series


def reached_table(attained: Sequence[Attained], *, period: str) -> Table:
    """Return what the province reached on each indicator, against which target and on what basis."""
    table = _table()
    table.add_column("indicator", min_width=20)
    table.add_column(f"by {period_name(period, language=Language.VI)}", justify="right", no_wrap=True)
    table.add_column("target", justify="right", no_wrap=True)
    table.add_column("basis", no_wrap=True)
    table.add_column("filed by", justify="right", no_wrap=True)
    for each in attained:
        figures = Figures(each.measure, each.unit, each.target, language=Language.EN)
        is_stated = each.basis is Basis.STATED
        table.add_row(
            _one_line(each.name.vi),
            _coloured(figures.pooled(each.value), verdict=each.verdict),
            figures.pooled_goal(),
            Text("stated" if is_stated else "assumed", style="" if is_stated else "dim"),
            f"{each.reported}/{each.owed}",
        )
    return table


def series_table(series: Series) -> Table:
    """Return what became of each series that is judged by its growth."""
    table = _table()
    table.add_column("series", min_width=20)
    table.add_column("status", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    for name, status in series.statuses.items():
        table.add_row(_one_line(name), status.replace("_", " "), number(series.scores[name], language=Language.EN))
    return table


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")


def _one_line(name: str) -> Text:
    """Return a name that is cut, not wrapped, where the terminal is narrow."""
    return Text(name, no_wrap=True, overflow="ellipsis")


def _coloured(value: str, *, verdict: Verdict | None) -> Text:
    """Return the value with a mark and a colour that say whether the target is met, where that is known."""
    if verdict is None or verdict is Verdict.NOT_YET_KNOWN:
        return Text(f"{value}  ")
    is_met = verdict is Verdict.MET
    return Text(f"{value} {'✓' if is_met else '✗'}", style="green" if is_met else "red")
