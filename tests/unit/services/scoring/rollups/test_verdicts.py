"""Whether agencies together meet a target while some of them are silent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.model import Indicator, Target
from services.scoring.rollups.cells import pooled
from services.scoring.rollups.verdicts import PooledVerdict, pooled_verdict
from shared.events.vocabulary import Direction, Measure, Method, RollUp, Verdict
from tests.unit.services.scoring.examples import above, at_least, at_most, indicator

MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_YET_KNOWN
ASKED = indicator(measure=Measure.YES_NO, method=Method.YES_NO, roll_up=RollUp.SHARE_OF_YES, target=at_least(1))
INCIDENTS = indicator(measure=Measure.COUNT, direction=Direction.DECREASING, roll_up=RollUp.SUM, target=at_most(0))
SERVICES = indicator(measure=Measure.COUNT, roll_up=RollUp.SUM, target=at_least(4))
SHARE = indicator(roll_up=RollUp.POOLED, target=above(90))
UPTIME = indicator(measure=Measure.PERCENT, roll_up=RollUp.MEAN_BY_STAFF, target=at_least(99))
WORK = indicator(measure=Measure.PERCENT, roll_up=RollUp.VALUE, target=at_least(50))
BALANCE = indicator(measure=Measure.NUMBER, roll_up=RollUp.SUM, target=at_least(4))


def verdict(
    by: Indicator,
    part: str | int,
    whole: int,
    *,
    silent: int,
    target: Target | None = None,
    is_locked: bool = False,
    silent_weight: int | None = None,
    reported: int | None = None,
) -> PooledVerdict:
    count = whole if reported is None else reported
    return pooled_verdict(
        by,
        target=target or by.target,
        part=Decimal(part),
        whole=Decimal(whole),
        reported=count,
        owed=count + silent,
        is_locked=is_locked,
        silent_weight=None if silent_weight is None else Decimal(silent_weight),
    )


@pytest.mark.parametrize(
    ("yes", "no", "wanted"), [(70, 5, UNKNOWN), (81, 0, MET), (80, 0, MET), (0, 21, NOT_MET), (0, 20, UNKNOWN)]
)
def test_of_a_hundred_asked_eighty_yes_are_met_or_not_where_no_silent_one_could_change_it(
    yes: int, no: int, wanted: Verdict
) -> None:
    found = verdict(ASKED, yes, yes + no, silent=100 - yes - no, target=at_least(80))
    assert found == PooledVerdict(wanted, reported=yes + no, owed=100, is_incomplete=False)


def test_what_counts_only_grows() -> None:
    assert verdict(SERVICES, 3, 2, silent=1).verdict is UNKNOWN
    assert verdict(SERVICES, 4, 2, silent=1).verdict is MET
    assert verdict(INCIDENTS, 0, 2, silent=1).verdict is UNKNOWN
    assert verdict(INCIDENTS, 1, 2, silent=1).verdict is NOT_MET
    assert verdict(INCIDENTS, 0, 0, silent=3).verdict is UNKNOWN


def test_a_share_or_a_number_may_become_anything() -> None:
    assert verdict(SHARE, 95, 100, silent=1, reported=4).verdict is UNKNOWN
    assert verdict(SHARE, 1, 100, silent=1, reported=4).verdict is UNKNOWN
    assert verdict(BALANCE, 1000, 2, silent=1).verdict is UNKNOWN


def test_a_percentage_lies_between_nothing_and_its_limit() -> None:
    assert verdict(WORK, 100, 1, silent=1).verdict is MET  # 50 % at least
    assert verdict(WORK, 99, 1, silent=1).verdict is UNKNOWN
    assert verdict(WORK, 0, 3, silent=1).verdict is NOT_MET  # 25 % at most
    assert verdict(UPTIME, 9900, 100, silent=1, silent_weight=0, reported=1).verdict is MET
    assert verdict(UPTIME, 9000, 100, silent=1, silent_weight=100, reported=1).verdict is NOT_MET  # 95 % at most
    assert verdict(UPTIME, 10000, 100, silent=1, reported=1).verdict is UNKNOWN  # nobody knows their staff
    beyond = indicator(measure=Measure.PERCENT, roll_up=RollUp.VALUE, target=at_least(50), limit=Decimal(300))
    assert verdict(beyond, 0, 3, silent=1).verdict is UNKNOWN


def test_once_everybody_reported_the_value_decides() -> None:
    assert verdict(SHARE, 91, 100, silent=0, reported=4).verdict is MET
    assert verdict(SHARE, 90, 100, silent=0, reported=4).verdict is NOT_MET
    assert verdict(SHARE, 0, 0, silent=0, reported=4).verdict is None  # denominators of 0
    assert verdict(INCIDENTS, 0, 2, silent=0, is_locked=True) == PooledVerdict(
        MET, reported=2, owed=2, is_incomplete=False
    )


def test_after_the_lock_those_who_reported_decide_and_it_is_said_to_be_incomplete() -> None:
    assert verdict(SHARE, 91, 100, silent=1, reported=4, is_locked=True) == PooledVerdict(
        MET, reported=4, owed=5, is_incomplete=True
    )
    assert verdict(ASKED, 9, 10, silent=1, target=at_least(80), is_locked=True).verdict is MET
    assert verdict(SHARE, 0, 0, silent=3, reported=0, is_locked=True).verdict is None


def test_after_the_lock_what_asks_for_all_is_not_met_while_anyone_is_silent() -> None:
    assert verdict(ASKED, 9, 9, silent=1, target=at_least(100), is_locked=True).verdict is NOT_MET
    assert verdict(INCIDENTS, 0, 9, silent=1, is_locked=True).verdict is NOT_MET
    assert verdict(INCIDENTS, 1, 9, silent=1, target=at_most(2), is_locked=True).verdict is MET


def test_without_a_target_there_is_no_verdict() -> None:
    whole = {"part": Decimal(3), "whole": Decimal(1), "reported": 1, "owed": 2}
    assert pooled_verdict(SERVICES, target=None, is_locked=False, **whole).verdict is None  # type: ignore[arg-type]


@given(
    filed=st.lists(st.integers(0, 100), max_size=6),
    to_come=st.lists(st.integers(0, 100), min_size=1, max_size=6),
    by=st.sampled_from([SERVICES, INCIDENTS, WORK, UPTIME]),
    figure=st.integers(0, 100),
)
def test_a_verdict_that_is_told_while_reports_come_holds_whatever_they_say(
    filed: list[int], to_come: list[int], by: Indicator, figure: int
) -> None:
    target = at_most(figure) if by.direction is Direction.DECREASING else at_least(figure)
    early = pooled_verdict(
        by,
        target=target,
        part=Decimal(sum(filed)),
        whole=Decimal(len(filed)),
        reported=len(filed),
        owed=len(filed) + len(to_come),
        is_locked=False,
        silent_weight=Decimal(len(to_come)),
    ).verdict
    everything = [*filed, *to_come]
    value = pooled(by.roll_up, part=Decimal(sum(everything)), whole=Decimal(len(everything)))
    assert value is not None
    assert early in {UNKNOWN, MET if target.is_met_by(value) else NOT_MET}
