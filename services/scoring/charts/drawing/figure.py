"""The whole sheet: title, both halves, and what its signs mean."""

import io
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from services.scoring.charts.drawing.bars import draw_bars
from services.scoring.charts.drawing.looks import FAINT, INK, STYLE, expected_marker, patch, target_line
from services.scoring.charts.drawing.stack import draw_stack
from services.scoring.charts.picture import Picture
from services.scoring.charts.words import PICTURE_WORDS
from shared.events.vocabulary import Basis, Standing
from shared.wording.judgement_terms import WORDS

_DOTS_PER_INCH: Final = 130
_WIDTH: Final = 15.6  # inches, as all that follows
_MARGIN: Final = 0.25
_HEAD: Final = 1.8
_FOOT: Final = 1.0
_ROW: Final = 0.43
_LEAST: Final = 4.4  # a half's height
_MOST: Final = 7.0
_TITLE: Final = 14  # points
_TITLE_LETTERS: Final = 105  # that fit at that size
_BARS: Final = (3.35, 2.5)  # left edge and width
_STACK: Final = (11.8, 3.55)


def drawn(picture: Picture, *, suffix: str) -> bytes:
    """Return the picture as a `.svg` or `.png` file, which holds neither a date nor who made it."""
    with mpl.rc_context(STYLE):
        figure = _sheet(picture)
        file = io.BytesIO()
        silent = {"Date": None, "Creator": None} if suffix == ".svg" else {"Software": None}
        told = {"Title": picture.title, "Description": "; ".join(in_words(picture))}
        figure.savefig(file, format=suffix.removeprefix("."), dpi=_DOTS_PER_INCH, metadata=silent | told)
    return file.getvalue()


def in_words(picture: Picture) -> list[str]:
    """Return the picture in words, for who cannot see it."""
    standings = WORDS[picture.language].standings
    return [
        picture.subtitle,
        *picture.marks,
        *(f"{bar.name}: {bar.value} / {bar.target or '–'}, {standings[bar.standing]}" for bar in picture.bars),
    ]


def _sheet(picture: Picture) -> Figure:
    words, said = PICTURE_WORDS[picture.language], WORDS[picture.language]
    rows = max(_LEAST, _ROW * len(picture.bars))
    height = _HEAD + rows + _FOOT
    sheet = Figure(figsize=(_WIDTH, height), facecolor="white")

    def half(place: tuple[float, float], tall: float) -> Axes:
        left, width = place
        return sheet.add_axes((left / _WIDTH, (height - _HEAD - tall) / height, width / _WIDTH, tall / height))

    def write(left: float, down: float, text: str, **style: Any) -> None:
        sheet.text(left / _WIDTH, 1 - down / height, text, **{"va": "top", **style})

    size = min(_TITLE, _TITLE * _TITLE_LETTERS / len(picture.title))
    write(_MARGIN, 0.2, picture.title, fontsize=size, fontweight="bold")
    write(_MARGIN, 0.56, picture.subtitle, fontsize=9.5)
    if picture.marks:
        framed = {"boxstyle": "square,pad=0.35", "facecolor": "white", "edgecolor": INK, "linewidth": 1.2}
        write(_WIDTH - _MARGIN - 0.05, 0.58, " · ".join(picture.marks), ha="right", fontweight="bold", bbox=framed)
    write(_MARGIN, 1.25, words.together, fontsize=10.5, fontweight="bold", va="baseline")
    write(_STACK[0] - 0.3, 1.25, words.over_time, fontsize=10.5, fontweight="bold", va="baseline")
    draw_bars(half(_BARS, rows), picture.bars, words=words, standings=said)
    draw_stack(half(_STACK, min(rows, _MOST)), picture.columns)
    _explain(sheet, picture, height=height)
    return sheet


def _explain(sheet: Figure, picture: Picture, *, height: float) -> None:
    """Say what fills, lines and diamonds mean; the standings, with the newest period's counts, serve both halves."""
    words, said = PICTURE_WORDS[picture.language], WORDS[picture.language]
    newest = picture.columns[-1].agencies if picture.columns else {}
    used = {bar.standing for bar in picture.bars} | {
        standing for column in picture.columns for standing, count in column.agencies.items() if count
    }
    standings: list[Any] = [
        Patch(**patch(each), label=f"{said.standings[each]} ({newest.get(each, 0)})")
        for each in Standing
        if each in used
    ]
    signs: list[Any] = [Line2D([], [], **target_line(each), label=words.targets[each]) for each in Basis]
    signs += [Line2D([], [], **expected_marker(each), label=words.expectations[each]) for each in Basis]
    signs.append(Line2D([], [], linestyle="", label=words.counted))
    common: Any = {"loc": "lower left", "frameon": False, "fontsize": 8.5, "handleheight": 1.4, "columnspacing": 1.6}
    sheet.legend(handles=signs, bbox_to_anchor=(0.01, 0.04 / height), ncols=len(signs), labelcolor=FAINT, **common)
    sheet.legend(
        handles=standings, bbox_to_anchor=(0.01, 0.32 / height), ncols=len(standings), handlelength=2.4, **common
    )
