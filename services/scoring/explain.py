"""Explains a judgement in one sentence in Vietnamese and in English, with figures rounded to the honest side."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from services.scoring.expectation import Expected
from services.scoring.figures import ZERO, percentage
from services.scoring.methods.no_target import YEARLY_LIMITS
from services.scoring.methods.pace import RATIO_LIMITS
from services.scoring.model import Base, Indicator, Period, Target, Thresholds
from services.scoring.numerals import FEWEST_DIGITS, is_moved, number
from services.scoring.words import SIGNS, WORDS, Words
from shared.events.vocabulary import Language, Measure, Reason, Standing

_DIGITS_OF_GROWTH: Final = 4  # a growth rate changes with the third
_NO: Final = "0"  # how a no reads as a figure
# Where a figure comes in a sentence that is put together: characters that no text of ours holds.
_VALUE, _EXPECTED, _LAG, _PACE = _MARKS = ("\ue000", "\ue001", "\ue002", "\ue003")


class Phrases(NamedTuple):
    """What a sentence in one language says of an indicator in a period, whoever is judged."""

    words: Words
    target: str
    unit: str
    last_on: str
    is_yes_no: bool
    templates: Mapping[tuple[Standing, Reason], str]  # sentences in which only what is the agency's own is left out
    # The same with only the figures left out, by which of them are told; filled as they are needed.
    put_together: dict[tuple[Standing, Reason, bool, bool, bool, str], str]

    def amount(self, shown: str) -> str:
        """Return the figure in this language, with its unit or as a word."""
        if self.is_yes_no:
            return self.words.no if shown == _NO else self.words.yes
        return f"{self.localised(shown)} {self.unit}".rstrip()

    def localised(self, shown: str) -> str:
        """Return the figure with this language's decimal sign."""
        return shown.replace(".", self.words.decimal_sign)


class Shown(NamedTuple):
    """A judgement's figures as they are read, with a decimal point; empty where there is nothing to tell."""

    value: str
    expected: str
    lag: str
    pace: str = ""
    base: str = ""
    base_on: date | None = None
    ratio: str = ""


def phrases(language: Language, *, indicator: Indicator, target: Target | None, period: Period) -> Phrases:
    """Return what every sentence about this indicator and period has in common."""
    words = WORDS[language]
    common = Phrases(
        words=words,
        target="",
        unit=indicator.unit_vi if language is Language.VI else indicator.unit_en,
        last_on=period.last_on.strftime(words.date_format),
        is_yes_no=indicator.measure is Measure.YES_NO,
        templates={},
        put_together={},
    )
    if target is not None:
        named = words.targets[indicator.basis]
        amount = common.amount(number(target.value))
        by_when = words.by_when.format(on=target.on.strftime(words.date_format)) if target.on else ""
        told = f"“{amount}”" if common.is_yes_no else f"{SIGNS[target.comparison]} {amount}"
        common = common._replace(target=f"{named} {told}{by_when}")
    return common._replace(templates=_templates(common, due_on=period.due_on.strftime(words.date_format)))


def _templates(common: Phrases, *, due_on: str) -> Mapping[tuple[Standing, Reason], str]:
    target = common.target.replace("{", "{{").replace("}", "}}")  # a unit may hold what would be taken for a name
    goal = f" / {target}" if target else ""
    left = {name: f"{{{name}}}" for name in ("value", "expected", "pace", "lag", "growth", "base", "base_on")}
    return {
        (standing, reason): sentence.format(
            **left, target=target, goal=goal, standing=told, last_on=common.last_on, due_on=due_on
        )
        for standing, told in common.words.standings.items()
        for reason, sentence in common.words.sentences.items()
    }


def shown(
    *,
    value: Decimal | None,
    target: Target | None,
    expected: Expected,
    lag_points: Decimal | None,
    thresholds: Thresholds,
    pace: Decimal | None = None,
    base: Base | None = None,
    ratio: Decimal | None = None,
) -> Shown:
    """Return the figures as they are read; what is expected is not told where it is the target itself.

    `pace` is told on its own side of every threshold, so that whoever compares them finds the same standing.
    `base` and `ratio` are growth's: a ratio of the growth required, or without a target a year's, told in percent.
    """
    goal = target.value if target else None
    is_expectation_told = expected.value is not None and expected.value != goal
    return Shown(
        value="" if value is None else number(value, beside=goal, digits=_DIGITS_OF_GROWTH if base else FEWEST_DIGITS),
        expected=_expected(expected.value, beside=value) if is_expectation_told and expected.value is not None else "",
        lag=number(lag_points, beside=ZERO) if lag_points else "",
        pace="" if pace is None else number(pace, beside=thresholds.nearest(pace)),
        base=number(base.value, digits=_DIGITS_OF_GROWTH) if base else "",
        base_on=base.on if base else None,
        ratio="" if ratio is None else _ratio(ratio, is_required=target is not None),
    )


def _expected(figure: Decimal, *, beside: Decimal | None) -> str:
    """Return what is expected, which is the same for every agency, as it is read beside the value of one."""
    text = _alone(figure)
    if beside is None or not is_moved(Decimal(text), figure, beside=beside):
        return text
    return number(figure, beside=beside)


@lru_cache(maxsize=4096)
def _alone(figure: Decimal) -> str:
    return number(figure)


def _ratio(ratio: Decimal, *, is_required: bool) -> str:
    """Return a ratio of growth as it is read, on its own side of every limit."""
    if is_required:
        return number(ratio, beside=RATIO_LIMITS.nearest(ratio))
    return number(percentage(ratio), beside=percentage(YEARLY_LIMITS.nearest(ratio)))


def sentence(phrases: Phrases, *, shown: Shown, standing: Standing, reason: Reason) -> str:
    """Return the sentence that tells a reader what was judged and how it came out."""
    if shown.base_on or shown.ratio:
        return _put_together(phrases, shown=shown, standing=standing, reason=reason)
    # All but the figures is the same for every agency, so it is put together once.
    expected, pace, lag = bool(shown.expected), bool(shown.pace), bool(shown.lag)
    word = shown.value if phrases.is_yes_no else ""
    put_together = phrases.put_together.get((standing, reason, expected, pace, lag, word))
    if put_together is None:
        left_out = Shown(word or _VALUE, _EXPECTED if expected else "", _LAG if lag else "", _PACE if pace else "")
        put_together = _put_together(phrases, shown=left_out, standing=standing, reason=reason)
        phrases.put_together[standing, reason, expected, pace, lag, word] = put_together
    for mark, figure in zip(_MARKS, (shown.value, shown.expected, shown.lag, shown.pace), strict=True):
        if figure:
            put_together = put_together.replace(mark, phrases.localised(figure))
    return put_together


def _put_together(phrases: Phrases, *, shown: Shown, standing: Standing, reason: Reason) -> str:
    words = phrases.words
    expected = pace = growth = base = base_on = ""
    if shown.expected and not phrases.is_yes_no:  # a fraction of a yes says nothing
        expected = words.expected.format(last_on=phrases.last_on, expected=phrases.amount(shown.expected))
    if shown.pace and not phrases.is_yes_no:
        pace = words.pace.format(pace=phrases.localised(shown.pace))
    if shown.base_on:
        base, base_on = phrases.amount(shown.base), shown.base_on.strftime(words.date_format)
    if shown.ratio:
        way = words.required if phrases.target else words.yearly
        growth = way.format(ratio=phrases.localised(shown.ratio), base=base, base_on=base_on)
    return phrases.templates[standing, reason].format(
        value=phrases.amount(shown.value),
        expected=expected,
        pace=pace,
        lag=words.lag.format(lag=phrases.localised(shown.lag)) if shown.lag else "",
        growth=growth,
        base=base,
        base_on=base_on,
    )
