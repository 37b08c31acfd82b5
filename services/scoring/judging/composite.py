"""Points, composite score and rank: how an agency stands over all its indicators."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring.judging import figures
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Plan
from shared.events.vocabulary import AgencyKind, Standing

_COMPARED_PLACES: Final = 20  # attainments are kept with 28 digits: what differs beyond that is rounding, not merit
_UNDECIDED: Final = frozenset({Standing.AWAITED, Standing.NOT_ASSESSABLE})


class Part(NamedTuple):
    """What one indicator brings to a score: points, None where it cannot be assessed, of its weight, not below 0."""

    points: Decimal | None
    weight: Decimal


class Composite(NamedTuple):
    """An agency's score (0 … 100), None where nothing can be assessed.

    `coverage_ratio` is the part of all weights that can be assessed, None where all weights are 0.
    """

    score: Decimal | None
    coverage_ratio: Decimal | None


class Entrant(NamedTuple):
    """An agency with the score that it is ranked by, None where it has none, and the plan version that judged it."""

    agency: str
    kind: AgencyKind
    score: Decimal | None
    plan_version: int = 1


class Rank(NamedTuple):
    """A place among the agencies of a kind that have a score; mixed where not all are judged by one plan version."""

    place: int
    of: int
    is_mixed: bool = False


def points(attainment: Decimal | None, *, standing: Standing, weight: Decimal) -> Decimal | None:
    """Return the points of an indicator, 0 … its weight; None where it cannot be assessed, which counts for nothing.

    What is missing is assessed, with no points.

    Source: Vietnamese practice, Điểm = Tỷ lệ × Điểm tối đa: weight × attainment, which counts from 0 to 1.
    """
    if standing is Standing.MISSING:
        return figures.ZERO
    if attainment is None or standing in _UNDECIDED:
        return None
    if attainment >= 1:
        return weight
    if weight == 1 and attainment > 0:
        return attainment  # as it is kept
    return figures.kept(figures.product(weight, attainment)) if attainment > 0 else figures.ZERO


def composite(parts: Iterable[Part | tuple[Decimal | None, Decimal]]) -> Composite:
    """Return the score: 100 × Σ points ÷ Σ weights of what is assessable.

    Source: domain rules, section 5, "Points and composite" (Vietnamese practice; coverage is our rule).
    """
    known = list(parts)
    assessed = [(given, weight) for given, weight in known if given is not None]
    whole = figures.total([weight for _, weight in known])
    earned, most = figures.total([given for given, _ in assessed]), figures.total([weight for _, weight in assessed])
    score = figures.percentage(figures.quotient(earned, most)) if most else None
    return Composite(
        score=figures.kept(score), coverage_ratio=figures.kept(figures.quotient(most, whole)) if whole else None
    )


def score_of(judgements: Iterable[Judgement], *, plan: Plan) -> Composite:
    """Return the agency's score over its indicators."""
    indicators = plan.indicator_by_id
    return composite([(each.points, indicators[each.indicator].weight) for each in judgements])


def ranks(entrants: Iterable[Entrant]) -> Mapping[str, Rank]:
    """Return the rank of each agency that has a score, within its kind, the highest score first; ties share a place.

    After a tie places are left out: 1, 2, 2, 4.

    Source: domain rules, section 5, "Points and composite": standard competition ranking.
    """
    by_kind: dict[AgencyKind, list[tuple[Decimal, str]]] = defaultdict(list)
    versions: dict[AgencyKind, set[int]] = defaultdict(set)
    for entrant in entrants:
        if entrant.score is not None:
            by_kind[entrant.kind].append((round(entrant.score, _COMPARED_PLACES), entrant.agency))
            versions[entrant.kind].add(entrant.plan_version)
    ranked: dict[str, Rank] = {}
    for kind, scored in by_kind.items():
        is_mixed = len(versions[kind]) > 1
        best_first = sorted((score for score, _ in scored), reverse=True)
        places: dict[Decimal, int] = {}
        for place, score in enumerate(best_first, start=1):
            places.setdefault(score, place)
        ranked |= {agency: Rank(places[score], of=len(scored), is_mixed=is_mixed) for score, agency in scored}
    return ranked


_WORST_FIRST: Final = (
    Standing.LAGGING,
    Standing.MISSING,
    Standing.AT_RISK,
    Standing.AWAITED,
    Standing.ON_TRACK,
    Standing.MET,
)


def overall(judgements: Iterable[Judgement], *, has_filed: bool, is_closed: bool = True) -> Standing:
    """Return the agency's standing in the period.

    Where nothing counts as filed missing, or awaited before it is due; else the worst of its indicators, in the order
    lagging, missing, at risk, awaited, on track, met; not assessable only where none could be judged, or nothing is
    owed (our rule).
    """
    found = {judgement.standing for judgement in judgements}
    if found and not has_filed:
        return Standing.MISSING if is_closed else Standing.AWAITED
    return next((standing for standing in _WORST_FIRST if standing in found), Standing.NOT_ASSESSABLE)
