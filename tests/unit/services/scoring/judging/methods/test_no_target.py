"""Whether a value that has no target moves the right way, and how fast."""

from datetime import date
from decimal import Decimal

import pytest

from services.scoring.judging.methods.case import Case
from services.scoring.judging.methods.growth import BEST_SCORE, WORST_SCORE
from services.scoring.judging.methods.no_target import no_target
from services.scoring.judging.model import Base
from shared.events.vocabulary import Direction, ProgressStatus, Reason

BEGUN = Base(date(2014, 12, 31), Decimal(1000))
RISING = Case(
    Direction.INCREASING, None, Decimal(1000), at=date(2016, 1, 1), due=date(2031, 1, 1), base=BEGUN
)  # a year later


@pytest.mark.parametrize(
    ("value", "status", "score"),
    [
        ("1030", "substantial_progress", "5"),
        ("1015", "substantial_progress", "2.5"),  # the limit belongs to the better word
        ("1014.9", "moderate_progress", "2.475"),
        ("1005", "moderate_progress", "0"),
        ("1004.9", "limited_progress", "-0.05"),
        ("1000", "limited_progress", "-2.5"),
        ("999.9", "deterioration", "-2.5125"),
        ("0", "deterioration", "-5"),
    ],
)
def test_growth_in_a_year_is_called_by_its_limits_and_scored_without_a_jump(
    value: str, status: str, score: str
) -> None:
    finding = no_target(RISING._replace(value=Decimal(value)))
    assert finding.growth is not None
    assert (finding.growth.status, finding.growth.score) == (status, Decimal(score))
    assert finding.attainment is None
    assert finding.reason == status.replace("_", "-")


def test_where_less_is_better_falling_is_progress() -> None:
    falling = no_target(RISING._replace(value=Decimal(980), direction=Direction.DECREASING))
    assert falling.growth is not None
    assert (falling.growth.ratio, falling.growth.status) == (Decimal("0.02"), ProgressStatus.SUBSTANTIAL_PROGRESS)


def test_growth_compounds_over_the_years() -> None:
    after_two = no_target(RISING._replace(value=Decimal(1210), at=date(2017, 1, 1)))
    assert after_two.growth is not None
    assert after_two.growth.ratio == Decimal("0.1")


def test_below_zero_a_value_that_rises_towards_it_improves() -> None:
    deficit = Base(BEGUN.on, Decimal(-10))
    improved = no_target(RISING._replace(base=deficit, value=Decimal(-5)))
    worsened = no_target(RISING._replace(base=deficit, value=Decimal(-20)))
    assert improved.growth is not None
    assert worsened.growth is not None
    assert (improved.growth.ratio, improved.growth.score) == (Decimal("0.5"), BEST_SCORE)
    assert (worsened.growth.ratio, worsened.growth.score) == (Decimal(-1), WORST_SCORE)


NOTHING = RISING._replace(base=Base(BEGUN.on, Decimal(0)), value=Decimal(0))
VACCINATED = RISING._replace(
    base=Base(date(2016, 12, 31), Decimal("98.55")), value=Decimal("99.47"), at=date(2023, 1, 1), limit=Decimal(100)
)


def test_what_stays_at_nothing_has_not_deteriorated() -> None:
    nothing = no_target(NOTHING)
    assert nothing.growth is not None
    assert (nothing.growth.ratio, nothing.growth.status) == (Decimal(0), ProgressStatus.LIMITED_PROGRESS)
    assert nothing.growth.score == Decimal("-2.5")


def test_where_less_is_better_what_stays_at_nothing_is_the_best_there_is() -> None:
    nothing = no_target(NOTHING._replace(direction=Direction.DECREASING))
    assert nothing.growth is not None
    assert (nothing.growth.status, nothing.growth.score) == (ProgressStatus.SUBSTANTIAL_PROGRESS, BEST_SCORE)
    assert nothing.reason is Reason.SUBSTANTIAL_PROGRESS


def test_near_a_limit_growth_counts_for_as_much_more_as_there_was_less_room() -> None:
    # Statistics Canada, vaccination coverage 2016 and 2022.
    found = no_target(VACCINATED).growth
    assert found is not None
    assert (found.status, found.score) == (ProgressStatus.SUBSTANTIAL_PROGRESS, BEST_SCORE)
    assert found.limit_factor is not None
    assert found.ratio is not None
    assert round(found.limit_factor, 4) == Decimal("0.0628")
    assert round(found.ratio, 4) == Decimal("0.0247")
    without = no_target(VACCINATED._replace(limit=None)).growth
    assert without is not None
    assert without.score is not None
    assert (without.status, round(without.score, 2)) == (ProgressStatus.LIMITED_PROGRESS, Decimal("-1.73"))
    assert without.limit_factor is None


def test_near_a_limit_what_falls_is_not_divided() -> None:
    fallen = VACCINATED._replace(value=Decimal(98))
    assert no_target(fallen) == no_target(fallen._replace(limit=None))


@pytest.mark.parametrize(
    ("base", "factor"),
    [("0", "1"), ("50", "0.9539"), ("100", "0"), ("150", "0.9539"), ("200", "1"), ("250", "1"), ("-5", "1")],
)
def test_there_is_less_room_the_nearer_the_limit_from_either_side(base: str, factor: str) -> None:
    begun = Base(BEGUN.on, Decimal(base))
    better = Decimal(base) + (1 if Decimal(base) >= 0 else 3)
    found = no_target(RISING._replace(base=begun, value=better, limit=Decimal(100))).growth
    assert found is not None
    assert found.limit_factor is not None
    assert round(found.limit_factor, 4) == Decimal(factor)


@pytest.mark.parametrize("value", ["100", "101"])
def test_at_the_limit_whatever_is_no_worse_is_substantial(value: str) -> None:
    found = no_target(RISING._replace(base=Base(BEGUN.on, Decimal(100)), value=Decimal(value), limit=Decimal(100)))
    assert found.growth is not None
    assert (found.growth.status, found.growth.score) == (ProgressStatus.SUBSTANTIAL_PROGRESS, BEST_SCORE)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (RISING._replace(at=date(2015, 1, 1)), Reason.ONE_OBSERVATION),
        (RISING._replace(value=Decimal(-1)), Reason.MIXED_SIGNS),
        (RISING._replace(base=Base(BEGUN.on, Decimal(-1)), value=Decimal(1)), Reason.MIXED_SIGNS),
    ],
)
def test_what_has_no_growth_rate_is_not_available_and_says_why(case: Case, reason: Reason) -> None:
    finding = no_target(case)
    assert finding.growth is not None
    assert (finding.growth.status, finding.growth.ratio, finding.growth.score) == ("not_available", None, None)
    assert finding.reason is reason


def test_without_a_base_a_value_is_shown_not_judged() -> None:
    assert no_target(RISING._replace(base=None)) == (None, Reason.NO_TARGET, None)
