"""Whether a value that has no target moves the right way, and how fast."""

from datetime import date
from decimal import Decimal

import pytest

from services.scoring.cases import Case
from services.scoring.growth import BEST_SCORE, WORST_SCORE
from services.scoring.methods.no_target import no_target
from services.scoring.model import Base
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


def test_what_stays_at_nothing_has_not_deteriorated() -> None:
    nothing = no_target(RISING._replace(base=Base(BEGUN.on, Decimal(0)), value=Decimal(0)))
    assert nothing.growth is not None
    assert (nothing.growth.ratio, nothing.growth.status) == (Decimal(0), ProgressStatus.LIMITED_PROGRESS)


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
