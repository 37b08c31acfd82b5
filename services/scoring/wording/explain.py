"""Explains a judgement in one sentence in Vietnamese and in English: the words around its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from services.scoring.judging.model import Indicator, Period, Target
from services.scoring.wording.numerals import exact
from services.scoring.wording.terms import SIGNS, WORDS, Words
from shared.events.vocabulary import Basis, Direction, Language, Measure, Reason, Standing

_NO: Final = "0"  # how a no reads as a figure


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a sentence in one language says of an indicator in a period, whoever is judged."""

    words: Words
    target: str
    unit: str
    last_on: str
    is_yes_no: bool
    lag: str  # how a lag is told, with a place for its figure
    limit: str
    templates: Mapping[tuple[Standing, Reason], str]  # sentences in which only what is the agency's own is left out

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
    limited: str = ""  # the same as it counts, where a limit is near
    is_at_limit: bool = False


def phrases(language: Language, *, indicator: Indicator, target: Target | None, period: Period) -> Phrases:
    """Return what every sentence about this indicator and period has in common."""
    words = WORDS[language]
    common = Phrases(
        words=words,
        target="",
        unit=indicator.unit_vi if language is Language.VI else indicator.unit_en,
        last_on=period.last_on.strftime(words.date_format),
        is_yes_no=indicator.measure is Measure.YES_NO,
        lag="",
        limit="",
        templates={},
    )
    common = replace(
        common,
        lag=_lag(common, indicator),
        limit="" if indicator.limit is None else common.amount(exact(indicator.limit)),
    )
    if target is not None:
        named = words.targets[indicator.basis]
        amount = common.amount(exact(target.value))
        told = f"“{amount}”" if common.is_yes_no else f"{SIGNS[target.comparison]} {amount}"
        common = replace(common, target=f"{named} {told}{by_when(target, words=words, basis=indicator.basis)}")
    return replace(common, templates=_templates(common, due_on=period.due_on.strftime(words.date_format)))


def by_when(target: Target, *, words: Words, basis: Basis) -> str:
    """Return by when a target is due as it stands behind it, empty where by the plan's end; `basis` is the target's."""
    if target.on is None:
        return ""
    told = words.by_when.format(on=target.on.strftime(words.date_format))
    return told if target.on_basis in {None, basis} else told + words.of_day[target.on_basis or basis]


def _lag(common: Phrases, indicator: Indicator) -> str:
    """Return how a lag is told: in percentage points of attainment, or by a tolerance in the indicator's unit."""
    words, tolerance = common.words, indicator.tolerance
    if common.is_yes_no:
        return ""  # a no lacks the whole yes
    if tolerance is None:
        return words.lag
    is_percent = indicator.measure in {Measure.SHARE, Measure.PERCENT}
    told = words.short if indicator.direction is Direction.INCREASING else words.over
    return told.format(
        lag="{lag}",
        unit=(words.points if is_percent else common.unit).replace("{", "{{").replace("}", "}}"),
        allowed=words.allowed.format(
            on_track=common.localised(exact(tolerance.on_track)),
            at_risk=common.localised(exact(tolerance.at_risk)),
            basis=words.of_tolerance[tolerance.basis] if tolerance.basis is not indicator.basis else "",
        ),
    )


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


def put_together(phrases: Phrases, *, shown: Shown, standing: Standing, reason: Reason) -> str:
    """Return the sentence that tells a reader what was judged and how it came out."""
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
    if shown.is_at_limit:
        growth += words.at_limit.format(limit=phrases.limit)
    elif shown.limited:
        growth += words.near_limit.format(limit=phrases.limit, ratio=phrases.localised(shown.limited))
    return phrases.templates[standing, reason].format(
        value=phrases.amount(shown.value),
        expected=expected,
        pace=pace,
        lag=phrases.lag.format(lag=phrases.localised(shown.lag)) if shown.lag else "",
        growth=growth,
        base=base,
        base_on=base_on,
    )
