"""The left half: each indicator's attainment beside its target and what is expected, with the figures behind it."""

import textwrap
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from matplotlib.axes import Axes

from services.scoring.charts.bars import Bar
from services.scoring.charts.drawing.looks import FAINT, LINE, expected_marker, patch, target_line
from services.scoring.charts.words import PictureWords
from services.scoring.judging.figures import ONE, percentage
from shared.wording.judgement_terms import Words
from shared.wording.rounding import number

_MOST: Final = Decimal("1.25")  # attainment; a longer bar ends there in an arrow
_HALF: Final = 0.28  # of a bar's height, in rows
_NAME_LETTERS: Final = 46
_NAME_AT: Final = -0.04
_COLUMNS_AT: Final = (1.31, 2.0, 2.74, 3.66)
_HEAD_AT: Final = -0.62


def draw_bars(axes: Axes, bars: Sequence[Bar], *, words: PictureWords, standings: Words) -> None:
    """Draw one row an indicator; nothing is told by its colour alone."""
    axes.set(xlim=(0, float(_MOST)), ylim=(max(len(bars), 1) - 0.5, -0.5), yticks=[])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"], fontsize=8)
    axes.tick_params(axis="x", length=0, colors=FAINT)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    titles = (words.attainment, words.value, words.target, words.reported)
    for title, at in zip(titles, _COLUMNS_AT, strict=True):
        axes.text(at, _HEAD_AT, title, va="bottom", color=FAINT, fontsize=8)
    for row, bar in enumerate(bars):
        _draw_bar(axes, bar, row=row)
        name = textwrap.fill(bar.name, _NAME_LETTERS, max_lines=2, placeholder=" …")
        axes.text(_NAME_AT, row, name, ha="right", va="center", linespacing=1.1)
        for text, at in zip(_told(bar, words=words, standings=standings), _COLUMNS_AT, strict=True):
            axes.text(at, row, text, va="center", linespacing=1.1)


def _told(bar: Bar, *, words: PictureWords, standings: Words) -> tuple[str, str, str, str]:
    attained = "–"
    if bar.attainment is not None:
        attained = f"{_percent(bar.attainment, standings)} %"
    target = f"{bar.target}\n{words.bases[bar.target_basis]}{bar.target_due}" if bar.target_basis else "–"
    return f"{attained}\n{standings.standings[bar.standing]}", bar.value, target, f"{bar.reported}/{bar.owed}"


def _percent(ratio: Decimal, words: Words) -> str:
    """Return a ratio in percent as it is read, never rounded onto 100."""
    return number(percentage(ratio), beside=percentage(ONE)).replace(".", words.decimal_sign)


def _draw_bar(axes: Axes, bar: Bar, *, row: int) -> None:
    if bar.attainment is not None:
        length = min(max(bar.attainment, Decimal()), _MOST)
        axes.barh(row, float(length), 2 * _HALF, **patch(bar.standing))
        if bar.attainment > _MOST:
            axes.plot(float(_MOST), row, marker=">", color="white", markeredgecolor="black", clip_on=False)
    if bar.target_basis:
        axes.plot([1, 1], [row - 0.42, row + 0.42], **target_line(bar.target_basis))
    if bar.expected is not None and bar.expected_basis:
        at = min(max(bar.expected, Decimal()), _MOST)
        axes.plot(float(at), row, clip_on=False, zorder=5, **expected_marker(bar.expected_basis))
