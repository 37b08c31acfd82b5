"""Explains a judgement in one sentence: what was judged, against what, and how it came out."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Context, Decimal
from typing import Final, NamedTuple

from shared.events.plans import ToleranceData
from shared.events.progress import JudgementData, ProgressChangedData
from shared.events.vocabulary import REQUIRED_LIMITS, YEARLY_LIMITS, Direction, Language, Measure, Reason
from shared.wording.phrases import Phrases
from shared.wording.rounding import FEWEST_DIGITS, exact, is_moved, number

_WIDE: Final = Context(prec=50)
_KEPT: Final = Context(prec=28)
_ONE: Final = Decimal(1)
_ZERO: Final = Decimal(0)
_HUNDRED: Final = Decimal(100)
_ONE_DAY: Final = timedelta(days=1)
_NEARLY_ONE: Final = (Decimal("0.99"), Decimal("1.01"))  # between these, rounding could make a pace 1
_DIGITS_OF_GROWTH: Final = 4  # a growth rate changes with the third
_EXPECTED_IS_TOLD: Final = frozenset({Reason.BY_PACE, Reason.BY_TOLERANCE})
_PERCENTAGES: Final = frozenset({Measure.SHARE, Measure.PERCENT})


class Shown(NamedTuple):
    """A judgement's figures as they are read, with a decimal point; empty where there is nothing to tell."""

    value: str
    expected: str
    lag: str
    pace: str
    base: str
    ratio: str
    limited: str  # the ratio as it counts, where a limit is near


def sentence(judgement: JudgementData, *, progress: ProgressChangedData, unit: str, language: Language) -> str:
    """Return the sentence that tells a reader of this judgement; `unit` is the indicator's, in the language."""
    phrases = Phrases.of(language, unit=unit, measure=judgement.measure)
    words, shown = phrases.words, _shown(judgement, progress=progress)
    last_on = (progress.period_ends_on - _ONE_DAY).strftime(words.date_format)
    target = phrases.target(judgement.target, basis=judgement.basis) if judgement.target else ""
    expected = pace = base_on = ""
    if shown.expected and not phrases.is_yes_no:  # a fraction of a yes says nothing
        expected = words.expected.format(last_on=last_on, expected=phrases.amount(shown.expected))
    if shown.pace and not phrases.is_yes_no:
        pace = words.pace.format(pace=phrases.localised(shown.pace))
    if judgement.base:
        base_on = judgement.base.on.strftime(words.date_format)
    return words.sentences[judgement.reason].format(
        value=phrases.amount(shown.value),
        target=target,
        goal=f" / {target}" if target else "",
        standing=words.standings[judgement.standing],
        last_on=last_on,
        due_on=progress.due_on.strftime(words.date_format),
        expected=expected,
        pace=pace,
        lag=_lag(judgement, phrases=phrases, shown=shown.lag) if shown.lag else "",
        growth=_growth(judgement, phrases=phrases, shown=shown, base_on=base_on) if shown.ratio else "",
        base=phrases.amount(shown.base) if judgement.base else "",
        base_on=base_on,
    )


def _shown(judgement: JudgementData, *, progress: ProgressChangedData) -> Shown:
    """Return the figures as they are read; the expected value is not told where it is the target itself.

    Each stands on its own side of what it is compared with, so that whoever compares them finds the same standing.
    """
    value = judgement.observed.value if judgement.observed else None
    goal = judgement.target.value if judgement.target else None
    base, expected_value, reason = judgement.base, judgement.expected_value, judgement.reason
    digits = _DIGITS_OF_GROWTH if base else FEWEST_DIGITS
    told = "" if value is None else number(value, beside=goal, digits=digits)
    expected = lag = pace = told_base = ratio = limited = ""
    if reason in _EXPECTED_IS_TOLD:
        if expected_value is not None and expected_value != goal:
            expected = _on_its_side(number(expected_value), expected_value, beside=value)
            told = _on_its_side(told, value, beside=expected_value)
            told = _on_its_side(told, value, beside=Decimal(expected))  # each may be rounded towards the other
        lag = _lag_shown(judgement)
    if reason is Reason.BY_PACE and judgement.pace_ratio is not None:
        thresholds = progress.thresholds
        pace = _pace_shown(judgement.pace_ratio, thresholds=(thresholds.on_track_ratio, thresholds.at_risk_ratio))
    if base:
        told = _on_its_side(told, value, beside=base.value)
        told_base = number(base.value, beside=None if base.value == value else value, digits=_DIGITS_OF_GROWTH)
    if judgement.progress_ratio is not None:
        ratio, limited = _ratio_shown(judgement, judgement.progress_ratio)
    return Shown(told, expected, lag, pace, told_base, ratio, limited)


def _lag_shown(judgement: JudgementData) -> str:
    """Return the lag as it is read, on its own side of what a tolerance allows; empty where there is none."""
    if judgement.reason is Reason.BY_TOLERANCE and judgement.tolerance is not None:
        lag, bounds = judgement.lag_value, (judgement.tolerance.on_track, judgement.tolerance.at_risk)
        return number(lag, beside=_nearest(lag, bounds)) if lag else ""
    return number(judgement.lag_points, beside=_ZERO) if judgement.lag_points else ""


def _pace_shown(pace_ratio: Decimal, *, thresholds: tuple[Decimal, Decimal]) -> str:
    """Return a pace as it is read: not rounded onto the nearest threshold, nor onto the expectation itself."""
    low, high = _NEARLY_ONE
    bounds = (*thresholds, _ONE) if low < pace_ratio < high and pace_ratio != _ONE else thresholds
    return number(pace_ratio, beside=_nearest(pace_ratio, bounds))


def _ratio_shown(judgement: JudgementData, ratio: Decimal) -> tuple[str, str]:
    """Return a ratio of growth as it is read, and as it counts where a limit is near; each on its side of every limit.

    It is of the growth required, or without a target a year's, told in percent.
    """
    if judgement.target is not None:
        return number(ratio, beside=_nearest(ratio, REQUIRED_LIMITS)), ""
    yearly = number(_WIDE.multiply(ratio, _HUNDRED), beside=_WIDE.multiply(_nearest(ratio, YEARLY_LIMITS), _HUNDRED))
    factor = judgement.limit_factor
    if not factor or factor == _ONE:
        return yearly, ""
    return number(_WIDE.multiply(_KEPT.multiply(ratio, factor), _HUNDRED)), yearly


def _lag(judgement: JudgementData, *, phrases: Phrases, shown: str) -> str:
    """Return how a lag is told: in percentage points of attainment, or by a tolerance in the indicator's unit."""
    words, tolerance = phrases.words, judgement.tolerance
    if phrases.is_yes_no:
        return ""  # a no lacks the whole yes
    if tolerance is None:
        return words.lag.format(lag=phrases.localised(shown))
    told = words.short if judgement.direction is Direction.INCREASING else words.over
    return told.format(
        lag=phrases.localised(shown),
        unit=words.points if judgement.measure in _PERCENTAGES else phrases.unit,
        allowed=_allowed(judgement, tolerance, phrases=phrases),
    )


def _allowed(judgement: JudgementData, tolerance: ToleranceData, *, phrases: Phrases) -> str:
    words = phrases.words
    return words.allowed.format(
        on_track=phrases.localised(exact(tolerance.on_track)),
        at_risk=phrases.localised(exact(tolerance.at_risk)),
        basis=words.of_tolerance[tolerance.basis] if tolerance.basis is not judgement.basis else "",
    )


def _growth(judgement: JudgementData, *, phrases: Phrases, shown: Shown, base_on: str) -> str:
    words = phrases.words
    way = words.required if judgement.target else words.yearly
    told = way.format(ratio=phrases.localised(shown.ratio), base=phrases.amount(shown.base), base_on=base_on)
    limit = "" if judgement.limit is None else phrases.amount(exact(judgement.limit))
    if judgement.limit_factor == 0:
        return told + words.at_limit.format(limit=limit)
    if shown.limited:
        return told + words.near_limit.format(limit=limit, ratio=phrases.localised(shown.limited))
    return told


def _on_its_side(told: str, figure: Decimal | None, *, beside: Decimal | None) -> str:
    """Return a figure as it is read, with as many digits as keep it on its side of another one of the sentence."""
    if figure is None or beside is None or figure == beside or not is_moved(Decimal(told), figure, beside=beside):
        return told
    return number(figure, beside=beside)


def _nearest(figure: Decimal, bounds: Iterable[Decimal]) -> Decimal:
    return min(bounds, key=lambda bound: _WIDE.subtract(bound, figure).copy_abs())
