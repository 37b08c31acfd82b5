"""What would bring a lagging indicator back."""

from dataclasses import replace
from decimal import Decimal

from services.notify.model import Judgement
from services.notify.needed import needed_numerator, needed_value
from shared.events.vocabulary import Direction, Method, Standing
from tests.unit.services.notify.factories import EMAIL, SOFTWARE, progress

ON_TRACK = Decimal("0.95")


def judgement(indicator: str = EMAIL, **changes: object) -> Judgement:
    found = next(
        each for each in progress(standings={EMAIL: Standing.LAGGING}).judgements if each.indicator == indicator
    )
    return replace(found, **changes)  # type: ignore[arg-type]  # whatever a test changes


def test_a_share_must_reach_the_on_track_part_of_what_is_expected() -> None:
    # A quarter of 90 % is expected; 95 % of that is on track.
    assert needed_value(judgement(), on_track_ratio=ON_TRACK) == Decimal("21.375")


def test_where_a_fall_is_wanted_the_value_may_be_no_higher() -> None:
    falling = judgement(direction=Direction.DECREASING, expected_ratio=Decimal(1))
    assert needed_value(falling, on_track_ratio=Decimal("0.75")) == 120


def test_where_nothing_is_expected_yet_a_fall_needs_nothing() -> None:
    falling = judgement(direction=Direction.DECREASING, expected_ratio=Decimal(0))
    assert needed_value(falling, on_track_ratio=ON_TRACK) is None


def test_from_a_baseline_the_way_counts_from_there() -> None:
    risen = judgement(method=Method.FROM_BASELINE, baseline=Decimal(50))
    assert needed_value(risen, on_track_ratio=ON_TRACK) == Decimal("59.5")


def test_a_baseline_that_is_missing_leaves_it_open() -> None:
    assert needed_value(judgement(method=Method.FROM_BASELINE), on_track_ratio=ON_TRACK) is None


def test_growth_is_not_told_as_one_value() -> None:
    assert needed_value(judgement(method=Method.PACE), on_track_ratio=ON_TRACK) is None


def test_without_target_or_expectation_nothing_is_needed() -> None:
    assert needed_value(judgement(target=None), on_track_ratio=ON_TRACK) is None
    assert needed_value(judgement(expected_ratio=None), on_track_ratio=ON_TRACK) is None


def test_a_yes_is_what_a_yes_no_needs() -> None:
    assert needed_value(judgement(SOFTWARE), on_track_ratio=ON_TRACK) == 1


def test_a_share_is_also_told_in_things_rounded_to_the_safe_side() -> None:
    assert needed_numerator(judgement(), value=Decimal("21.375")) == 43
    assert needed_numerator(judgement(direction=Direction.DECREASING), value=Decimal("21.375")) == 42


def test_what_has_no_parts_is_not_told_in_things() -> None:
    assert needed_numerator(judgement(), value=None) is None
    assert needed_numerator(judgement(SOFTWARE), value=Decimal(1)) is None
    assert needed_numerator(judgement(denominator=Decimal(0)), value=Decimal(10)) is None
