"""The tables of the last screen: standings by month, mails by kind, what the province reached."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from rich import box
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.notify.contents import Attained
from services.notify.wording import Wording
from shared.events.vocabulary import Basis, Language, Standing
from tools.demo.evidence import StandingsByPeriod
from tools.demo.series import Series

_COLOURS: Final = {
    Standing.MET: "green",
    Standing.ON_TRACK: "cyan",
    Standing.AT_RISK: "yellow",
    Standing.LAGGING: "red",
    Standing.MISSING: "magenta",
    Standing.AWAITED: "dim",
    Standing.NOT_ASSESSABLE: "dim",
}


def standings_table(standings: StandingsByPeriod) -> Table:
    """Return how many agencies had which standing in each month."""
    shown = [standing for standing in Standing if any(counts[standing] for counts in standings.values())]
    table = _table("Agencies by standing")
    table.add_column("month")
    for standing in shown:
        table.add_column(Text(standing.replace("_", " "), style=_COLOURS[standing]), justify="right")
    wording = Wording(Language.VI)
    for period, counts in standings.items():
        table.add_row(wording.period(period), *(str(counts[standing] or "") for standing in shown))
    return table


def mails_table(mails: Mapping[str, int], outcomes: Counter[tuple[str, str]]) -> Table:
    """Return how many mails of each kind lie in the mailbox, and how many notices were not sent."""
    table = _table("Mails by kind")
    table.add_column("kind")
    table.add_column("mails", justify="right")
    table.add_column("not sent", justify="right")
    for kind in sorted({*mails, *(kind for kind, _ in outcomes)}):
        unsent = sum(count for (each, state), count in outcomes.items() if each == kind and state != "accepted")
        table.add_row(kind, str(mails.get(kind, 0)), str(unsent or ""))
    return table


def reached_table(attained: Sequence[Attained], *, period: str) -> Table:
    """Return what the province reached on each indicator, against which target and on what basis."""
    wording = Wording(Language.EN)
    table = _table(f"What the province reached by {Wording(Language.VI).period(period)}")
    table.add_column("indicator", min_width=20)
    table.add_column("reached", justify="right", no_wrap=True)
    table.add_column("target", justify="right", no_wrap=True)
    table.add_column("basis", no_wrap=True)
    table.add_column("filed by", justify="right", no_wrap=True)
    for each in attained:
        beside = each.target.value if each.target else None
        table.add_row(
            each.name.vi,
            _coloured(wording.share(each.value, each.measure, each.unit, beside=beside), is_met=each.is_met),
            wording.target(each.target, each.measure, each.unit, of_province=True),
            Text(
                "stated" if each.basis is Basis.STATED else "assumed", style="" if each.basis is Basis.STATED else "dim"
            ),
            f"{each.reported}/{each.expected}",
        )
    return table


def series_table(series: Series) -> Table:
    """Return what became of each series that is judged by its growth."""
    table = _table("Series by progress")
    table.add_column("series", min_width=20)
    table.add_column("status", no_wrap=True)
    table.add_column("score", justify="right", no_wrap=True)
    wording = Wording(Language.EN)
    for name, status in series.statuses.items():
        table.add_row(Text(name), status.replace("_", " "), wording.number(series.scores[name]))
    return table


def last_screen(
    *,
    standings: StandingsByPeriod,
    mails: Mapping[str, int],
    outcomes: Counter[tuple[str, str]],
    attained: Sequence[Attained],
    series: Series | None = None,
) -> RenderableType:
    """Return all tables, the first two beside each other where there is room.

    Of series that are judged by their growth no single period tells what was reached: they are shown instead.
    """
    last = next(reversed(standings), "")
    beside = Columns([standings_table(standings), mails_table(mails, outcomes)], padding=(0, 4))
    reached = series_table(series) if series and series.statuses else reached_table(attained, period=last)
    return Group(beside, "", reached)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)


def _coloured(value: str, *, is_met: bool | None) -> Text:
    """Return the value with a mark and a colour that say whether the target is met."""
    if is_met is None:
        return Text(f"{value}  ")
    return Text(f"{value} {'✓' if is_met else '✗'}", style="green" if is_met else "red")
