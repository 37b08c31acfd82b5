"""The right half: how many agencies stand how, period by period."""

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from services.scoring.charts.drawing.looks import FAINT, LOOKS, patch
from services.scoring.charts.picture import Column
from shared.events.vocabulary import Standing

_WIDTH: Final = 0.78  # of a column, in periods
_MOST_NAMES: Final = 12
_LEAST_NUMBERED: Final = 0.035  # of the highest column: a number needs some room


def draw_stack(axes: Axes, columns: Sequence[Column]) -> None:
    """Draw one column a period, the best standing at the bottom, each part with its number where there is room."""
    highest = max((sum(column.agencies.values()) for column in columns), default=0) or 1
    for place, column in enumerate(columns):
        below = 0
        for standing in Standing:
            count = column.agencies[standing]
            if count:
                axes.bar(place, count, _WIDTH, bottom=below, **patch(standing))
                if count >= _LEAST_NUMBERED * highest and len(columns) <= _MOST_NAMES:
                    _number(axes, count, standing=standing, place=place, at=below + count / 2)
            below += count
    axes.set(xlim=(-0.6, max(len(columns), 4) - 0.4), ylim=(0, highest * 1.02))
    step = -(-len(columns) // _MOST_NAMES) or 1
    shown = range((len(columns) - 1) % step, len(columns), step)  # the last one always
    axes.set_xticks(list(shown), [columns[place].period for place in shown], rotation=45, ha="right", fontsize=8)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.tick_params(length=2, colors=FAINT, labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _number(axes: Axes, count: int, *, standing: Standing, place: int, at: float) -> None:
    look = LOOKS[standing]
    behind = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"} if look.hatch else None
    axes.text(place, at, str(count), ha="center", va="center", fontsize=7, color=look.ink, bbox=behind)
