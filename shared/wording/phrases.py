"""What sentences about an indicator share: its target, and its figures with their unit or as a yes or a no."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Protocol, Self

from shared.events.vocabulary import Basis, Comparison, Language, Measure
from shared.wording.judgement_terms import WORDS, Words
from shared.wording.rounding import exact
from shared.wording.terms import SIGNS

_NO: Final = "0"  # how a no reads as a figure


class Goal(Protocol):
    """A target, in the indicator's unit; `on` is the day at whose end it is due, null at the plan's end."""

    @property
    def comparison(self) -> Comparison:
        """Return how a value is compared with it."""

    @property
    def value(self) -> Decimal:
        """Return its figure."""

    @property
    def on(self) -> date | None:
        """Return its day."""

    @property
    def on_basis(self) -> Basis | None:
        """Return whose day that is, None where it is whose figure."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """How one language tells the figures of an indicator."""

    words: Words
    unit: str
    is_yes_no: bool = False

    @classmethod
    def of(cls, language: Language, *, unit: str, measure: Measure) -> Self:
        """Return how the language tells the figures of an indicator with this unit and measure."""
        return cls(WORDS[language], unit, is_yes_no=measure is Measure.YES_NO)

    def amount(self, shown: str) -> str:
        """Return a figure, as `rounding` shows it, with its unit or as a word."""
        if self.is_yes_no:
            return self.words.no if shown == _NO else self.words.yes
        return f"{self.localised(shown)} {self.unit}".rstrip()

    def localised(self, shown: str) -> str:
        """Return a figure with this language's decimal sign."""
        return shown.replace(".", self.words.decimal_sign)

    def compared(self, goal: Goal) -> str:
        """Return what a target asks for: `> 90 %`, or a quoted yes."""
        amount = self.amount(exact(goal.value))
        return f"“{amount}”" if self.is_yes_no else f"{SIGNS[goal.comparison]} {amount}"

    def target(self, goal: Goal, *, basis: Basis) -> str:
        """Return a target as it stands in a sentence: whose it is, what it asks for, by when."""
        return f"{self.words.targets[basis]} {self.compared(goal)}{self.by_when(goal, basis=basis)}"

    def by_when(self, goal: Goal, *, basis: Basis) -> str:
        """Return by when a target is due as it stands behind it, empty where by the plan's end."""
        if goal.on is None:
            return ""
        told = self.words.by_when.format(on=goal.on.strftime(self.words.date_format))
        return told if goal.on_basis in {None, basis} else told + self.words.of_day[goal.on_basis or basis]
