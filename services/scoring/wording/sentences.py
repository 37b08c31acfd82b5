"""Puts a judgement into words: what was judged, against what, and how it came out, in each language."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

import orjson

from services.scoring.judging.criteria import Yardstick
from services.scoring.judging.figures import ONE, ZERO, difference, kept, percentage, product
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.methods.no_target import YEARLY_LIMITS
from services.scoring.judging.methods.pace import RATIO_LIMITS
from services.scoring.judging.model import Thresholds
from services.scoring.wording.explain import Phrases, Shown, put_together
from services.scoring.wording.numerals import FEWEST_DIGITS, is_moved, number
from shared.events.vocabulary import Reason, Standing

_HARDLY_LESS: Final = Decimal("0.99")  # a pace that rounding could make 1
_HARDLY_MORE: Final = Decimal("1.01")
_DIGITS_OF_GROWTH: Final = 4  # a growth rate changes with the third
# Where a figure comes in a sentence that is put together: characters that no text of ours holds, for each language.
_MARKS: Final = "\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007"
_TELLING_EXPECTED: Final = frozenset({Reason.BY_PACE, Reason.BY_TOLERANCE})
_OF_EACH: Final = 4  # value, expected, lag and pace
_FIGURE: Final = re.compile(f"[{_MARKS}]")

Figures = tuple[str, ...]
"""Value, expected, lag and pace as they are read, in Vietnamese and again in English."""


class Told(NamedTuple):
    """A judgement's sentence in Vietnamese and in English."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A text in which figures are left out, to be formatted by `%`; `places` says which go in, in order."""

    text: str
    text_as_bytes: bytes
    places: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Blank":
        """Return the blank of a text with marks in it."""
        order = tuple(_MARKS.index(mark) for mark in _FIGURE.findall(text))
        blank = _FIGURE.sub("%s", text.replace("%", "%%"))
        return cls(blank, blank.encode(), order)

    def filled(self, figures: Figures) -> str:
        """Return the text with the figures that go in."""
        return self.text % tuple([figures[place] for place in self.places])

    def filled_as_bytes(self, figures: Figures) -> bytes:
        """Return the text in UTF-8; only what is new is encoded."""
        return self.text_as_bytes % tuple([figures[place].encode() for place in self.places])


@dataclass(frozen=True, slots=True)
class Frame:
    """A judgement's sentences with the figures left out: by themselves, and as they stand in an event."""

    vi: Blank
    en: Blank
    json: Blank


def told(judgement: Judgement, *, yardstick: Yardstick) -> Told:
    """Return the sentences that tell a reader of this judgement."""
    shown = _shown(judgement, yardstick=yardstick)
    if shown.base_on or shown.ratio:
        return _whole(judgement, shown=shown, yardstick=yardstick)
    frame = frame_of(judgement.standing, judgement.reason, shown=shown, yardstick=yardstick)
    figures = _figures(shown, yardstick=yardstick)
    return Told(frame.vi.filled(figures), frame.en.filled(figures))


def told_as_json(judgement: Judgement, *, yardstick: Yardstick) -> bytes:
    """Return the sentences as an event has them: two members of a JSON object."""
    shown = _shown(judgement, yardstick=yardstick)
    if judgement.base or shown.ratio:
        return _as_json(_whole(judgement, shown=shown, yardstick=yardstick)).encode()
    frame = frame_of(judgement.standing, judgement.reason, shown=shown, yardstick=yardstick)
    return frame.json.filled_as_bytes(_figures(shown, yardstick=yardstick))


def _shown(judgement: Judgement, *, yardstick: Yardstick) -> Shown:
    """Return the figures as they are read; what is expected is not told where it is the target itself.

    The pace is told on its own side of every threshold, so that whoever compares them finds the same standing.
    """
    observed, pace_ratio, reason = judgement.observed, judgement.pace_ratio, judgement.reason
    base, ratio, factor = judgement.base, judgement.progress_ratio, judgement.limit_factor
    value = observed.value if observed else None
    goal = yardstick.target.value if yardstick.target else None
    told = "" if value is None else number(value, beside=goal, digits=_DIGITS_OF_GROWTH if base else FEWEST_DIGITS)
    expected = lag = pace = ""
    if reason in _TELLING_EXPECTED:
        expected, (low, high) = yardstick.expected_text, yardstick.near_expected
        if expected and value is not None and low < value < high:  # elsewhere rounding moves neither across the other
            expected = _on_its_side(expected, yardstick.expected.value, beside=value)
            told = _on_its_side(told, value, beside=yardstick.expected.value)
            told = _on_its_side(told, value, beside=Decimal(expected))  # each may be rounded towards the other
        lag = _lag(judgement, yardstick=yardstick)
    if reason is Reason.BY_PACE and pace_ratio is not None:
        pace = number(pace_ratio, beside=_nearest(pace_ratio, yardstick.thresholds))
    if base:
        told = _on_its_side(told, value, beside=base.value)
    return Shown(
        told,
        expected,
        lag,
        pace,
        number(base.value, beside=None if base.value == value else value, digits=_DIGITS_OF_GROWTH) if base else "",
        base.on if base else None,
        "" if ratio is None else _ratio(ratio, factor=factor, is_required=yardstick.target is not None),
        _ratio(ratio, factor=None, is_required=False) if ratio and factor and factor != ONE else "",
        factor == 0,
    )


def _lag(judgement: Judgement, *, yardstick: Yardstick) -> str:
    """Return the lag as it is read, on its own side of what a tolerance allows; empty where there is none."""
    if judgement.reason is Reason.BY_TOLERANCE and yardstick.tolerance is not None:
        lag, bounds = judgement.lag_value, (yardstick.tolerance.on_track, yardstick.tolerance.at_risk)
        if not lag:
            return ""
        return number(lag, beside=min(bounds, key=lambda bound: abs(difference(bound, lag))))
    return number(judgement.lag_points, beside=ZERO) if judgement.lag_points else ""


def _on_its_side(told: str, figure: Decimal | None, *, beside: Decimal | None) -> str:
    """Return a figure as it is read, with as many digits as keep it on its side of another one of the sentence."""
    if figure is None or beside is None or figure == beside or not is_moved(Decimal(told), figure, beside=beside):
        return told
    return number(figure, beside=beside)


def _nearest(pace_ratio: Decimal, thresholds: Thresholds) -> Decimal:
    """Return what a pace must not be rounded onto: the nearest threshold, or the expectation itself."""
    nearest = thresholds.nearest(pace_ratio)
    if not _HARDLY_LESS < pace_ratio < _HARDLY_MORE or pace_ratio == ONE:
        return nearest
    return ONE if abs(pace_ratio - ONE) < abs(pace_ratio - nearest) else nearest


def _ratio(ratio: Decimal, *, factor: Decimal | None, is_required: bool) -> str:
    """Return a ratio of growth as it is read, on its own side of every limit.

    It is of the growth required, or without a target a year's, told in percent; with a `factor` as it was before it was
    divided by that.
    """
    if factor:
        return number(percentage(kept(product(ratio, factor))))
    if is_required:
        return number(ratio, beside=RATIO_LIMITS.nearest(ratio))
    return number(percentage(ratio), beside=percentage(YEARLY_LIMITS.nearest(ratio)))


def frame_of(standing: Standing, reason: Reason, *, shown: Shown, yardstick: Yardstick) -> Frame:
    """Return the frame of the sentences: all but the figures is the same for every agency, so it is made once.

    Of `shown` counts only which figures there are, and of a yes-no which it is.
    """
    value, expected, lag, pace = shown[:_OF_EACH]
    word = value if yardstick.vi.is_yes_no else ""
    key = standing, reason, bool(expected), bool(lag), bool(pace), word
    frame: Frame | None = yardstick.frames.get(key)
    if frame is None:
        vi, en = (
            _left_out(phrases, marks=marks, standing=standing, reason=reason, shown=shown, word=word)
            for phrases, marks in ((yardstick.vi, _MARKS[:_OF_EACH]), (yardstick.en, _MARKS[_OF_EACH:]))
        )
        frame = Frame(Blank.of(vi), Blank.of(en), Blank.of(_as_json(Told(vi, en))))
        yardstick.frames[key] = frame
    return frame


def _left_out(phrases: Phrases, *, marks: str, standing: Standing, reason: Reason, shown: Shown, word: str) -> str:
    value, expected, lag, pace = tuple(marks)
    return put_together(
        phrases,
        shown=Shown(
            word or value, expected if shown.expected else "", lag if shown.lag else "", pace if shown.pace else ""
        ),
        standing=standing,
        reason=reason,
    )


def _figures(shown: Shown, *, yardstick: Yardstick) -> Figures:
    value, expected, lag, pace = shown[:_OF_EACH]
    vi, en = yardstick.vi.words.decimal_sign, yardstick.en.words.decimal_sign
    return (
        value.replace(".", vi),
        expected.replace(".", vi),
        lag.replace(".", vi),
        pace.replace(".", vi),
        value.replace(".", en),
        expected.replace(".", en),
        lag.replace(".", en),
        pace.replace(".", en),
    )


def _whole(judgement: Judgement, *, shown: Shown, yardstick: Yardstick) -> Told:
    standing, reason = judgement.standing, judgement.reason
    return Told(
        put_together(yardstick.vi, shown=shown, standing=standing, reason=reason),
        put_together(yardstick.en, shown=shown, standing=standing, reason=reason),
    )


def _as_json(told: Told) -> str:
    return f'"sentence_vi":{orjson.dumps(told.vi).decode()},"sentence_en":{orjson.dumps(told.en).decode()}'
