"""How much of the way from the baseline to the target is done."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.methods.case import Case
from services.scoring.judging.methods.from_baseline import from_baseline
from services.scoring.judging.model import Base
from shared.events.vocabulary import Direction, Reason
from tests.unit.services.scoring.examples import at_least, at_most

NEW_YEAR = date(2015, 1, 1)


def _case(value: str, *, first: str, last: str) -> Case:
    falls = Decimal(last) < Decimal(first)
    return Case(
        Direction.DECREASING if falls else Direction.INCREASING,
        at_most(last) if falls else at_least(last),
        Decimal(value),
        at=NEW_YEAR,
        due=NEW_YEAR,
        base=Base(date(2013, 12, 31), Decimal(first)),
    )


@pytest.mark.parametrize(
    ("value", "first", "last", "ratio"),
    [
        ("60", "20", "100", "0.5"),  # half of the way up
        ("20", "20", "100", "0"),
        ("10", "20", "100", "-0.125"),  # fallen behind where it began
        ("120", "20", "100", "1.25"),
        ("12", "20", "4", "0.5"),  # half of the way down
        ("24", "20", "4", "-0.25"),
        ("0", "-10", "10", "0.5"),  # through zero
    ],
)
def test_attainment_is_the_part_of_the_way_that_is_done(value: str, first: str, last: str, ratio: str) -> None:
    assert from_baseline(_case(value, first=first, last=last)).attainment == Decimal(ratio)


def test_where_the_baseline_is_the_target_there_is_no_way() -> None:
    assert from_baseline(_case("7", first="5", last="5")) == (None, Reason.BASE_IS_TARGET, None)


def test_without_a_baseline_or_a_target_there_is_no_way() -> None:
    case = _case("7", first="5", last="9")
    assert from_baseline(case._replace(base=None)).reason is Reason.NO_BASELINE
    assert from_baseline(case._replace(target=None)).reason is Reason.NO_TARGET


FIGURES = st.decimals(min_value=-1000, max_value=1000, places=3)


@given(first=FIGURES, last=FIGURES, value=FIGURES)
def test_the_way_done_and_the_way_left_are_the_whole_way(first: Decimal, last: Decimal, value: Decimal) -> None:
    done = from_baseline(_case(str(value), first=str(first), last=str(last))).attainment
    left = from_baseline(_case(str(value), first=str(last), last=str(first))).attainment
    if first == last:
        assert done is left is None
        return
    assert done is not None
    assert left is not None
    assert abs(done + left - 1) < Decimal("1e-20")
