"""Reproducible draws: the same seed and names give the same figures, on every machine."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Final, TypeVar

DrawnT = TypeVar("DrawnT")
_THOUSANDTHS: Final = 1000
_PERCENT: Final = 100


class Draws:
    """A stream of draws named by what it is for, so that one more draw here changes nothing there."""

    def __init__(self, *names: object) -> None:
        self._random = Random("\x1f".join(map(str, names)))  # noqa: S311  figures of a demonstration are no secret

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both possible."""
        return self._random.randint(low, high)

    def ratio(self, low: str, high: str) -> Decimal:
        """Return a ratio between two others, in thousandths."""
        first, last = (int(Decimal(bound) * _THOUSANDTHS) for bound in (low, high))
        return Decimal(self.whole(first, last)) / _THOUSANDTHS

    def chance(self, pct: int) -> bool:
        """Return true in `pct` of 100 draws."""
        return self._random.randrange(_PERCENT) < pct

    def one_of(self, options: Sequence[DrawnT]) -> DrawnT:
        """Return one of the options, each as likely."""
        return options[self._random.randrange(len(options))]

    def weighted(self, weights: Mapping[DrawnT, int]) -> DrawnT:
        """Return one of the keys, as likely as its weight says."""
        return self._random.choices(list(weights), weights=list(weights.values()))[0]

    def some_of(self, options: Sequence[DrawnT], count: int) -> list[DrawnT]:
        """Return `count` different options, or all where there are fewer."""
        return self._random.sample(list(options), min(count, len(options)))
