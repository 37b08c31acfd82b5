"""What the province reached on an indicator."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.notify.digests.province import attained
from services.notify.notices.contents import Attained
from services.notify.progress.events import agency_of
from services.notify.progress.model import Agency, Progress, Target
from shared.events.plans import EarlierStaffData
from shared.events.vocabulary import Comparison, Measure, RollUp, Standing
from tests.unit.services.notify.factories import (
    DA_LAT,
    EMAIL,
    LAC_DUONG,
    NOI_VU,
    PARK,
    SOFTWARE,
    agencies,
    agency_registered,
    judgement_data,
    plan,
    progress,
)

REPORTERS = (LAC_DUONG, DA_LAT, NOI_VU)


def reached(
    indicator: str,
    *values: str,
    expected: int | None = None,
    roll_up: RollUp | None = None,
    target: Target | None = None,
    known: dict[str, Agency] | None = None,
    is_without_target: bool = False,
) -> Attained:
    """Return what the province reached where the first agencies report these values."""
    rows = [
        progress(agency, judgements=[judgement_data(indicator, Standing.ON_TRACK, value=Decimal(value))])
        for agency, value in zip(REPORTERS, values, strict=False)
    ]
    asked = next(each for each in plan().indicators if each.id == indicator)
    asked = replace(asked, roll_up=roll_up or asked.roll_up, target=target or asked.target)
    asked = replace(asked, target=None) if is_without_target else asked
    return attained(
        indicator=asked,
        rows=rows,
        before=[],
        agencies=agencies() if known is None else known,
        expected=len(values) if expected is None else expected,
    )


def test_shares_are_pooled_from_what_they_are_made_of() -> None:
    small = judgement_data(EMAIL, Standing.ON_TRACK, value=Decimal(100))
    assert small.observed is not None
    small = small.model_copy(
        update={"observed": small.observed.model_copy(update={"numerator": Decimal(10), "denominator": Decimal(10)})}
    )
    large = judgement_data(EMAIL, Standing.ON_TRACK, value=Decimal(50))  # 100 of 200
    rows = [progress(LAC_DUONG, judgements=[small]), progress(DA_LAT, judgements=[large])]
    found = attained(indicator=plan().indicators[0], rows=rows, before=[], agencies=agencies(), expected=2)
    assert found.value == Decimal(110) * 100 / 210  # and not the mean, 75


def test_a_share_reported_without_its_parts_cannot_be_pooled() -> None:
    assert reached(PARK, "3", roll_up=RollUp.POOLED).value is None


def test_counts_are_added_up() -> None:
    found = reached(PARK, "1", "2")
    assert found.value == 3
    assert (found.is_met, found.reported, found.expected) == (False, 2, 2)


@pytest.mark.parametrize(("indicator", "value"), [(PARK, "9"), (SOFTWARE, "1"), (PARK, "0")])
def test_while_a_report_is_missing_nobody_knows_whether_the_target_is_met(indicator: str, value: str) -> None:
    found = reached(indicator, value, value, expected=3)
    assert (found.is_met, found.reported, found.expected) == (None, 2, 3)


def test_who_had_nothing_to_count_has_reported() -> None:
    nothing = judgement_data(EMAIL, Standing.NOT_ASSESSABLE)
    assert nothing.observed is not None
    empty = {"value": None, "numerator": Decimal(0), "denominator": Decimal(0)}
    nothing = nothing.model_copy(update={"observed": nothing.observed.model_copy(update=empty)})
    rows = [progress(LAC_DUONG, judgements=[nothing]), progress(DA_LAT)]
    found = attained(indicator=plan().indicators[0], rows=rows, before=[], agencies=agencies(), expected=2)
    assert (found.value, found.is_met, found.reported) == (Decimal(12), False, 2)
    found = attained(indicator=plan().indicators[0], rows=rows[:1], before=[], agencies=agencies(), expected=1)
    assert (found.value, found.is_met, found.reported) == (None, None, 1)


def test_a_change_is_told_over_the_agencies_that_reported_both_periods() -> None:
    def rows(period: str, **counts: str) -> list[Progress]:
        return [
            progress(agency, period, judgements=[judgement_data(PARK, Standing.ON_TRACK, value=Decimal(counts[each]))])
            for each, agency in (("a", LAC_DUONG), ("b", DA_LAT), ("c", NOI_VU))
            if each in counts
        ]

    found = attained(
        indicator=plan().indicators[1],
        rows=rows("2014-03", b="5", c="7"),
        before=rows("2014-02", a="9", b="4"),
        agencies=agencies(),
        expected=3,
    )
    assert [found.value, found.same, found.before, found.since] == [12, 1, 4, 5]


def test_yes_is_counted_in_percent_of_the_agencies_and_met_when_all_say_yes() -> None:
    assert reached(SOFTWARE, "1", "0", "1", "0").value == Decimal(200) / 3
    assert reached(SOFTWARE, "1", "0").is_met is False
    assert reached(SOFTWARE, "1", "1").is_met is True


def test_a_mean_is_weighted_by_staff() -> None:
    staffed = {
        LAC_DUONG: replace(agencies()[LAC_DUONG], staff=30),
        DA_LAT: replace(agencies()[DA_LAT], staff=90),
        NOI_VU: replace(agencies()[NOI_VU], staff=None),
    }
    assert reached(PARK, "100", "80", roll_up=RollUp.MEAN_BY_STAFF, known=staffed).value == 85
    found = reached(PARK, "100", "80", "70", roll_up=RollUp.MEAN_BY_STAFF, known=staffed)
    assert [found.value, found.reported, found.unweighted] == [85, 3, 1]


def test_staff_is_that_of_the_periods_last_day() -> None:
    registered = agency_registered(LAC_DUONG).data.model_copy(
        update={"staff": 90, "earlier_staff": (EarlierStaffData(staff=30, until=date(2014, 4, 1)),)}
    )
    staffed = {LAC_DUONG: agency_of(registered), DA_LAT: replace(agencies()[DA_LAT], staff=90)}
    assert reached(PARK, "100", "80", roll_up=RollUp.MEAN_BY_STAFF, known=staffed).value == 85
    later = {**staffed, LAC_DUONG: replace(staffed[LAC_DUONG], earlier_staff=())}
    assert reached(PARK, "100", "80", roll_up=RollUp.MEAN_BY_STAFF, known=later).value == 90


def test_where_no_staff_is_known_there_is_no_mean() -> None:
    found = reached(PARK, "100", "80", roll_up=RollUp.MEAN_BY_STAFF, known={})
    assert (found.value, found.is_met, found.unweighted) == (None, None, 2)


def test_the_value_of_the_one_agency_that_reports_it_is_the_provinces() -> None:
    assert reached(PARK, "35", roll_up=RollUp.VALUE).value == 35


def test_where_nobody_reported_nothing_is_known() -> None:
    found = reached(PARK)
    assert (found.value, found.is_met, found.reported) == (None, None, 0)


@pytest.mark.parametrize(
    ("comparison", "met"),
    [(Comparison.ABOVE, False), (Comparison.AT_LEAST, True), (Comparison.AT_MOST, True), (Comparison.BELOW, False)],
)
def test_a_target_is_met_by_its_own_sign(comparison: Comparison, met: bool) -> None:  # noqa: FBT001  a parameter of the test
    assert reached(PARK, "4", target=Target(comparison=comparison, value=Decimal(4))).is_met is met


def test_without_a_target_nothing_is_met_or_missed() -> None:
    assert reached(PARK, "4", is_without_target=True).is_met is None


def test_an_agency_that_did_not_file_counts_for_nothing() -> None:
    rows = [progress(LAC_DUONG, is_filed=False)]
    found = attained(indicator=plan().indicators[1], rows=rows, before=rows, agencies=agencies(), expected=1)
    assert (found.value, found.before, found.reported, found.measure) == (None, None, 0, Measure.COUNT)
