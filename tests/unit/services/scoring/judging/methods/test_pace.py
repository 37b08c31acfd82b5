"""Actual growth beside the growth that would reach the target in time."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.methods.case import Case, Finding, Growth
from services.scoring.judging.methods.growth import group_score, group_status
from services.scoring.judging.methods.pace import pace
from services.scoring.judging.model import Base
from shared.events.vocabulary import Direction, ProgressStatus, Reason
from tests.unit.services.scoring.examples import above, at_least, at_most

SOURCE = Path(__file__).parents[6] / "plans" / "canadian-indicator-framework" / "source.csv"
with SOURCE.open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))
NEAR = Decimal("1e-9")


def _end_of(year: str) -> date:
    return date(int(Decimal(year)), 12, 31)


def _published(row: dict[str, str]) -> Case:
    rises = row["direction"] == "1"
    return Case(
        Direction.INCREASING if rises else Direction.DECREASING,
        (at_least if rises else at_most)(row["target"]),
        Decimal(row["current_value"]),
        at=date(_end_of(row["current_year"]).year + 1, 1, 1),
        due=date(_end_of(row["target_year"]).year + 1, 1, 1),
        base=Base(_end_of(row["base_year"]), Decimal(row["base_value"])),
    )


def _growth(finding: Finding) -> Growth:
    assert finding.growth is not None
    return finding.growth


def _is_near(ours: Decimal | None, published: str) -> bool:
    if ours is None or not published:
        return ours is None and not published
    return abs(ours - Decimal(published)) < NEAR


def test_the_published_table_has_all_its_series() -> None:
    assert len(PUBLISHED) == 41


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["series"])
def test_every_series_of_the_canadian_framework_comes_out_as_published(row: dict[str, str]) -> None:
    found = _growth(pace(_published(row)))
    assert found.status == row["status"]
    assert _is_near(found.ratio, row["progress_value"])
    assert _is_near(found.score, row["score"])


def test_the_fourteen_vaccination_coverages_together_make_limited_progress() -> None:
    coverages = [_growth(pace(_published(row))) for row in PUBLISHED if row["series"].startswith("3-9-1 ")]
    assert len(coverages) == 14
    score = group_score(growth.score for growth in coverages)
    assert _is_near(score, "-0.2308203114")
    is_all_achieved = all(growth.status is ProgressStatus.TARGET_ACHIEVED for growth in coverages)
    assert group_status(score, is_all_achieved=is_all_achieved) is ProgressStatus.LIMITED_PROGRESS


DOUBLING = Case(  # from 100 at the end of 2014 to 200 ten years later
    Direction.INCREASING,
    at_least(200),
    Decimal(100),
    at=date(2020, 1, 1),
    due=date(2025, 1, 1),
    base=Base(date(2014, 12, 31), Decimal(100)),
)


def test_a_value_on_the_way_that_reaches_the_target_in_time_has_a_ratio_of_one() -> None:
    expected = _growth(pace(DOUBLING)).expected_value
    assert expected is not None
    on_the_way = pace(DOUBLING._replace(value=expected))
    assert _growth(on_the_way).ratio == on_the_way.attainment == 1
    assert _growth(on_the_way).status is ProgressStatus.SUBSTANTIAL_PROGRESS


def test_a_value_that_grew_exactly_as_required_has_a_ratio_of_exactly_one() -> None:
    stands_on_it = DOUBLING._replace(target=above(118), value=Decimal(118), at=DOUBLING.due)
    assert _growth(pace(stands_on_it)).ratio == 1


@pytest.mark.parametrize(
    ("value", "status", "score"),
    [
        ("109.5", "substantial_progress", "2.500055"),  # R is 0.95 exactly: the limit belongs to the better word
        ("109.49", "moderate_progress", None),
        ("106", "moderate_progress", "0.00004"),
        ("105.99", "limited_progress", None),
        ("100", "limited_progress", "-2.5"),
        ("99.99", "deterioration", None),
        ("50", "deterioration", "-5"),
        ("110", "target_achieved", "5"),
    ],
)
def test_a_limit_belongs_to_the_better_word(value: str, status: str, score: str | None) -> None:
    ten_percent_a_year = DOUBLING._replace(target=at_least(110), at=date(2016, 1, 1), due=date(2016, 1, 1))
    found = _growth(pace(ten_percent_a_year._replace(value=Decimal(value))))
    assert found.status == status
    assert score is None or found.score == Decimal(score)


def test_a_target_that_is_met_is_achieved_whatever_the_ratio() -> None:
    outgrown = DOUBLING._replace(target=at_least(50), value=Decimal(60))  # fell, and is still beyond its target
    finding = pace(outgrown)
    assert _growth(finding).ratio is not None
    assert _growth(finding).ratio < 0  # type: ignore[operator]  # told by the line above
    assert (_growth(finding).status, _growth(finding).score) == (ProgressStatus.TARGET_ACHIEVED, Decimal(5))
    assert (finding.attainment, finding.reason) == (Decimal(1), Reason.TARGET_MET)


def test_a_base_that_is_the_target_has_no_ratio_and_is_achieved_while_it_is_still_met() -> None:
    kept_up = DOUBLING._replace(target=at_least(100))
    lost = pace(kept_up._replace(value=Decimal(99)))
    assert (_growth(pace(kept_up)).ratio, _growth(pace(kept_up)).status) == (None, "target_achieved")
    assert _growth(pace(kept_up)).score == 5
    assert (_growth(lost), lost.reason) == (Growth(ProgressStatus.NOT_AVAILABLE), Reason.BASE_IS_TARGET)


def test_a_base_or_target_of_zero_counts_as_a_thousandth() -> None:
    from_nothing = pace(DOUBLING._replace(base=Base(date(2014, 12, 31), Decimal(0))))
    from_a_thousandth = pace(DOUBLING._replace(base=Base(date(2014, 12, 31), Decimal("0.001"))))
    assert _growth(from_nothing) == _growth(from_a_thousandth)
    to_nothing = DOUBLING._replace(direction=Direction.DECREASING, target=at_most(0), value=Decimal(50))
    assert _growth(pace(to_nothing)) == _growth(pace(to_nothing._replace(target=at_most("0.001"))))


def test_a_value_of_zero_has_lost_all_at_once() -> None:
    assert _growth(pace(DOUBLING._replace(value=Decimal(0)))).status is ProgressStatus.DETERIORATION
    gone = DOUBLING._replace(direction=Direction.DECREASING, target=at_most(-1), value=Decimal(0))
    assert pace(gone).reason is Reason.MIXED_SIGNS


def test_below_zero_growth_towards_zero_is_progress_where_more_is_better() -> None:
    deficit = DOUBLING._replace(target=at_least(-50), value=Decimal(-80), base=Base(date(2014, 12, 31), Decimal(-100)))
    assert _growth(pace(deficit)).status is ProgressStatus.MODERATE_PROGRESS
    assert _growth(pace(deficit._replace(value=Decimal(-120)))).status is ProgressStatus.DETERIORATION


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (DOUBLING._replace(base=None), Reason.ONE_OBSERVATION),
        (DOUBLING._replace(at=date(2015, 1, 1)), Reason.ONE_OBSERVATION),
        (DOUBLING._replace(due=date(2015, 1, 1)), Reason.BASE_NOT_BEFORE_TARGET),
        (DOUBLING._replace(value=Decimal(-1)), Reason.MIXED_SIGNS),
        (DOUBLING._replace(base=Base(date(2014, 12, 31), Decimal(-1))), Reason.MIXED_SIGNS),
        (DOUBLING._replace(direction=Direction.DECREASING, target=at_most(-1)), Reason.MIXED_SIGNS),
    ],
)
def test_what_cannot_be_compared_is_not_available_and_says_why(case: Case, reason: Reason) -> None:
    finding = pace(case)
    assert (finding.attainment, finding.reason) == (None, reason)
    assert _growth(finding) == Growth(ProgressStatus.NOT_AVAILABLE)


def test_a_target_that_is_met_by_the_only_value_is_achieved() -> None:
    only = pace(DOUBLING._replace(value=Decimal(300), at=date(2015, 1, 1)))
    assert (_growth(only).status, _growth(only).ratio, only.attainment) == (
        ProgressStatus.TARGET_ACHIEVED,
        None,
        Decimal(1),
    )


def test_without_a_target_pace_is_growth_in_a_year() -> None:
    assert _growth(pace(DOUBLING._replace(target=None, value=Decimal(120)))).status == "substantial_progress"


POSITIVE = st.decimals(min_value="0.001", max_value=100_000, places=3)


@given(first=POSITIVE, last=POSITIVE, value=POSITIVE, years=st.integers(1, 30), span=st.integers(1, 40))
def test_the_unit_of_a_series_does_not_change_its_ratio(
    first: Decimal, last: Decimal, value: Decimal, years: int, span: int
) -> None:
    case = DOUBLING._replace(
        target=at_least(str(last)),
        value=value,
        base=Base(date(2014, 12, 31), first),
        at=date(2015 + years, 1, 1),
        due=date(2015 + span, 1, 1),
    )
    thousandfold = case._replace(
        target=at_least(str(last * 1000)), value=value * 1000, base=Base(date(2014, 12, 31), first * 1000)
    )
    one, other = pace(case), pace(thousandfold)
    assert (_growth(one).status, one.reason) == (_growth(other).status, other.reason)
    if one.attainment is not None and other.attainment is not None:
        assert abs(one.attainment - other.attainment) <= abs(one.attainment) * Decimal("1e-25")


@given(values=st.lists(POSITIVE, min_size=2, max_size=2), last=POSITIVE, direction=st.sampled_from(Direction))
def test_a_better_value_is_never_scored_worse(values: list[Decimal], last: Decimal, direction: Direction) -> None:
    worse, better = sorted(values, reverse=direction is Direction.DECREASING)
    goal = at_least(str(last)) if direction is Direction.INCREASING else at_most(str(last))
    scores = [
        _growth(pace(DOUBLING._replace(direction=direction, target=goal, value=value))).score
        for value in (worse, better)
    ]
    if None not in scores:
        assert scores[0] <= scores[1]  # type: ignore[operator]  # told by the line above
