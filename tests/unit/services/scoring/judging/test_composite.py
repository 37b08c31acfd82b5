"""Points, composite scores and ranks, recomputed with fractions where figures are drawn."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.judging.composite import Composite, Entrant, Part, Rank, composite, points, ranks
from shared.events.vocabulary import AgencyKind, Standing


def part(attainment: str | None, standing: Standing = Standing.ON_TRACK, *, weight: int = 1) -> Part:
    reached = None if attainment is None else Decimal(attainment)
    return Part(points(reached, standing=standing, weight=Decimal(weight)), Decimal(weight))


@pytest.mark.parametrize(
    ("attainment", "weight", "earned"),
    [("0.5", 10, "5"), ("1.3", 10, "10"), ("-0.2", 10, "0"), ("1", 0, "0"), ("0.912", 5, "4.56")],
)
def test_points_are_attainment_times_the_most_there_are(attainment: str, weight: int, earned: str) -> None:
    assert part(attainment, weight=weight).points == Decimal(earned)


def test_a_score_is_points_by_the_weights_of_what_can_be_assessed() -> None:
    found = composite([part("0.5", weight=2), part("1", Standing.MET, weight=1)])
    assert found == Composite(score=Decimal("66.66666666666666666666666667"), coverage_ratio=Decimal(1))


def test_missing_is_assessed_and_earns_nothing() -> None:
    found = composite([part("1", Standing.MET), part(None, Standing.MISSING)])
    assert (found.score, found.coverage_ratio) == (Decimal(50), Decimal(1))


def test_missing_counts_nothing_whatever_its_attainment_was() -> None:
    assert composite([part("1", Standing.MISSING)]).score == 0


@pytest.mark.parametrize(
    ("attainment", "standing"),
    [
        (None, Standing.NOT_ASSESSABLE),
        ("0.4", Standing.NOT_ASSESSABLE),
        (None, Standing.AWAITED),
        (None, Standing.ON_TRACK),  # growth without a target has a standing and nothing to attain
    ],
)
def test_what_cannot_be_assessed_does_not_count_and_lowers_the_coverage(
    attainment: str | None, standing: Standing
) -> None:
    left_out = part(attainment, standing, weight=3)
    found = composite([part("0.8"), left_out])
    assert left_out.points is None
    assert (found.score, found.coverage_ratio) == (Decimal(80), Decimal("0.25"))


def test_there_is_no_score_of_nothing() -> None:
    assert composite([]) == Composite(None, None)
    assert composite([part(None, Standing.AWAITED)]) == Composite(None, Decimal(0))
    assert composite([part("1", weight=0)]) == Composite(None, None)


def _ranked(*scores: str | None, kind: AgencyKind = AgencyKind.DISTRICT) -> list[Entrant]:
    return [
        Entrant(f"{kind}-{number}", kind, None if score is None else Decimal(score))
        for number, score in enumerate(scores)
    ]


def test_ties_share_a_rank_and_the_next_places_are_left_out() -> None:
    found = ranks(_ranked("70", "90", "80", "80"))
    assert [found[f"district-{number}"] for number in range(4)] == [Rank(4, 4), Rank(1, 4), Rank(2, 4), Rank(2, 4)]


def test_agencies_are_ranked_within_their_kind_and_only_with_a_score() -> None:
    found = ranks([*_ranked("70", None, "80"), *_ranked("10", kind=AgencyKind.COMMUNE)])
    assert found == {"district-0": Rank(2, 2), "district-2": Rank(1, 2), "commune-0": Rank(1, 1)}


def test_what_differs_by_rounding_only_is_a_tie() -> None:
    assert ranks(_ranked("5", "4.9999999999999999999999999995"))["district-1"] == Rank(1, 2)


class Judged(NamedTuple):
    """What a part is made of."""

    attainment: Decimal | None
    standing: Standing
    weight: Decimal

    def part(self, factor: int = 1) -> Part:
        weight = self.weight * factor
        return Part(points(self.attainment, standing=self.standing, weight=weight), weight)


JUDGED = st.lists(
    st.builds(
        Judged,
        st.none() | st.decimals(-2, 3, places=4),
        st.sampled_from(Standing),
        st.decimals(0, 100, places=2),
    ),
    max_size=14,
)
SCORES = st.dictionaries(
    st.text(max_size=4),
    st.tuples(st.sampled_from(list(AgencyKind)[:2]), st.none() | st.integers(0, 5).map(Decimal)),
    max_size=12,
)


@settings(deadline=None)
@given(JUDGED)
def test_a_score_is_that_of_the_definition(judged: list[Judged]) -> None:
    counted = [
        (
            Fraction(each.weight),
            Fraction(0)
            if each.standing is Standing.MISSING or each.attainment is None
            else min(max(Fraction(each.attainment), Fraction(0)), Fraction(1)),
        )
        for each in judged
        if each.standing is Standing.MISSING
        or (each.attainment is not None and each.standing not in {Standing.AWAITED, Standing.NOT_ASSESSABLE})
    ]
    most = sum(weight for weight, _ in counted)
    found = composite(each.part() for each in judged)
    if not most:
        assert found.score is None
        return
    exact = 100 * sum(weight * attained for weight, attained in counted) / most
    assert found.score is not None
    assert 0 <= found.score <= 100
    assert abs(Fraction(found.score) - exact) < Fraction(1, 10**24)
    assert found.coverage_ratio is not None
    assert abs(Fraction(found.coverage_ratio) - most / sum(Fraction(each.weight) for each in judged)) < Fraction(
        1, 10**26
    )


@settings(deadline=None)
@given(JUDGED, st.integers(1, 50))
def test_a_score_does_not_change_when_all_weights_grow_alike(judged: list[Judged], factor: int) -> None:
    one, other = composite(each.part() for each in judged), composite(each.part(factor) for each in judged)
    assert (one.score is None) == (other.score is None)
    assert abs((one.score or Decimal(0)) - (other.score or Decimal(0))) < Decimal("1e-20")


@settings(deadline=None)
@given(SCORES)
def test_a_rank_is_one_more_than_the_better_ones_of_the_kind(
    scores: dict[str, tuple[AgencyKind, Decimal | None]],
) -> None:
    found = ranks(Entrant(agency, kind, score) for agency, (kind, score) in scores.items())
    assert set(found) == {agency for agency, (_, score) in scores.items() if score is not None}
    for agency, rank in found.items():
        kind, own = scores[agency]
        others: list[Decimal] = [score for other, score in scores.values() if other is kind and score is not None]
        assert own is not None
        assert rank == Rank(1 + sum(score > own for score in others), len(others))


def test_a_rank_says_where_those_of_a_kind_are_judged_by_different_plan_versions() -> None:
    found = ranks(
        [
            Entrant("a", AgencyKind.DISTRICT, Decimal(80), 1),
            Entrant("b", AgencyKind.DISTRICT, Decimal(70), 2),
            Entrant("c", AgencyKind.COMMUNE, Decimal(70), 2),
            Entrant("d", AgencyKind.COMMUNE, None, 1),
        ]
    )
    assert found == {"a": Rank(1, of=2, is_mixed=True), "b": Rank(2, of=2, is_mixed=True), "c": Rank(1, of=1)}
