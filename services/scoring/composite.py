"""Points, composite score and rank: how an agency stands over all its indicators."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring import figures
from shared.events.vocabulary import AgencyKind, Standing

_COMPARED_PLACES: Final = 20  # attainments are kept with 28 digits: what differs beyond that is rounding, not merit
_UNDECIDED: Final = frozenset({Standing.AWAITED, Standing.NOT_ASSESSABLE})


class Part(NamedTuple):
    """What one indicator brings to a score; its weight, not below 0, is the most points that it can bring."""

    indicator: str
    attainment: Decimal | None
    standing: Standing
    weight: Decimal = figures.ONE

    @property
    def is_assessable(self) -> bool:
        """Return whether it counts: what is missing counts, with no points; what has no attainment does not."""
        if self.standing is Standing.MISSING:
            return True
        return self.standing not in _UNDECIDED and self.attainment is not None


@dataclass(frozen=True, slots=True)
class Composite:
    """An agency's score (0 … 100), None where nothing can be assessed, with what it rests on.

    `points` are by indicator, of what is assessable; `missing` are the indicators that count 0 because nothing was
    reported; `coverage_ratio` is the part of all weights that is assessable, None where all weights are 0.
    """

    score: Decimal | None
    coverage_ratio: Decimal | None
    points: Mapping[str, Decimal]
    missing: tuple[str, ...]


class Entrant(NamedTuple):
    """An agency with the score that it is ranked by, None where it has none."""

    agency: str
    kind: AgencyKind
    score: Decimal | None


class Rank(NamedTuple):
    """A place among the agencies of a kind that have a score."""

    place: int
    of: int


def points(part: Part) -> Decimal:
    """Return the points of an indicator: 0 … its weight.

    Source: Vietnamese practice, Điểm = Tỷ lệ × Điểm tối đa: weight × attainment, which counts from 0 to 1.
    """
    if part.attainment is None or part.standing is Standing.MISSING:
        return figures.ZERO
    return figures.kept(figures.product(part.weight, min(max(part.attainment, figures.ZERO), figures.ONE)))


def composite(parts: Iterable[Part]) -> Composite:
    """Return the score: 100 × Σ points ÷ Σ weights of what is assessable.

    Source: domain rules, section 5, "Points and composite" (Vietnamese practice; coverage is our rule).
    """
    every = tuple(parts)
    assessable = [part for part in every if part.is_assessable]
    earned = {part.indicator: points(part) for part in assessable}
    most = figures.total(part.weight for part in assessable)
    whole = figures.total(part.weight for part in every)
    score = figures.percentage(figures.quotient(figures.total(earned.values()), most)) if most else None
    return Composite(
        score=figures.kept(score),
        coverage_ratio=figures.kept(figures.quotient(most, whole)) if whole else None,
        points=earned,
        missing=tuple(part.indicator for part in every if part.standing is Standing.MISSING),
    )


def ranks(entrants: Iterable[Entrant]) -> Mapping[str, Rank]:
    """Return the rank of each agency that has a score, within its kind, the highest score first; ties share a place.

    After a tie places are left out: 1, 2, 2, 4.

    Source: domain rules, section 5, "Points and composite": standard competition ranking.
    """
    by_kind: dict[AgencyKind, list[tuple[Decimal, str]]] = defaultdict(list)
    for entrant in entrants:
        if entrant.score is not None:
            by_kind[entrant.kind].append((round(entrant.score, _COMPARED_PLACES), entrant.agency))
    ranked: dict[str, Rank] = {}
    for scored in by_kind.values():
        best_first = sorted((score for score, _ in scored), reverse=True)
        places: dict[Decimal, int] = {}
        for place, score in enumerate(best_first, start=1):
            places.setdefault(score, place)
        ranked |= {agency: Rank(places[score], of=len(scored)) for score, agency in scored}
    return ranked
