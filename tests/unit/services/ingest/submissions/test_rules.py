"""What ingest accepts and refuses, as sentences."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.ingest.plans.model import Plan, Registry
from services.ingest.submissions import faults
from services.ingest.submissions.model import Draft
from services.ingest.submissions.rules import draft_faults, owed_by
from shared.events.plans import AgencyRegisteredData
from shared.events.submissions import ObservationData
from shared.events.vocabulary import Measure
from shared.wording.faults import Fault
from tests.support.ingest_examples import (
    ABOLISHED,
    COMMUNE,
    DEPARTMENT,
    DISTRICT,
    OPEN_DAY,
    PLAN,
    REGISTRY,
    changed,
    draft,
    indicator,
    observed,
    share,
)


def faults_in(submitted: Draft, *, unreadable: AbstractSet[str] = frozenset()) -> list[Fault]:
    return draft_faults(submitted, registry=REGISTRY, filer=DEPARTMENT.agency, today=OPEN_DAY, unreadable=unreadable)


def codes(submitted: Draft, *, filer: str = DEPARTMENT.agency, today: date = OPEN_DAY) -> list[str]:
    return [fault.code for fault in draft_faults(submitted, registry=REGISTRY, filer=filer, today=today)]


def test_a_good_draft_has_no_fault() -> None:
    assert codes(draft(share("412", "510"), observed("doc-management", yes=False))) == []


def test_a_numerator_equal_to_its_denominator_is_accepted_and_one_above_is_not() -> None:
    assert codes(draft(share("510", "510"))) == []
    assert codes(draft(share("511", "510"))) == ["out-of-range"]


def test_nothing_to_exchange_is_reported_as_zero_of_zero() -> None:
    assert codes(draft(share("0", "0"))) == []


def test_negative_parts_are_refused_each_at_its_place() -> None:
    found = faults_in(draft(share("-2", "-1")))
    assert [fault.pointer for fault in found] == ["/observations/0/numerator", "/observations/0/denominator"]


def test_an_unknown_plan_is_named() -> None:
    assert codes(draft(plan="lam-dong-2015")) == ["unknown-plan"]


def test_an_unknown_period_is_told_what_there_is() -> None:
    found = faults_in(draft(period="2014-13"))
    assert [fault.code for fault in found] == ["unknown-period"]
    assert "2014-03 … 2014-04" in found[0].vi


def test_a_period_of_another_length_is_told_what_the_plan_reports_by() -> None:
    found = faults_in(draft(period="2014-Q1"))
    assert [fault.code for fault in found] == ["unknown-period"]
    assert found[0].vi == "Kỳ “2014-Q1” có độ dài khác (quý); kế hoạch báo cáo theo tháng: 2014-03 … 2014-04."
    assert (
        found[0].en == "Period “2014-Q1” is of another length (quarter); the plan reports by month: 2014-03 … 2014-04."
    )
    assert codes(draft(period="2014-05")) == ["unknown-period"]


def test_a_period_is_taken_from_the_day_after_it_ends() -> None:
    assert codes(draft(), today=date(2014, 3, 31)) == ["period-not-over"]
    assert codes(draft(), today=date(2014, 4, 1)) == []


def test_a_late_submission_is_taken_until_the_period_is_locked() -> None:
    assert codes(draft(), today=date(2014, 5, 6)) == []
    assert codes(draft(), today=date(2014, 5, 7)) == ["period-locked"]


def test_nobody_files_for_another_department() -> None:
    assert codes(draft(agency=DEPARTMENT.agency), filer=DISTRICT.agency) == ["not-your-agency"]


def test_an_unknown_plan_and_an_unknown_indicator_are_told_what_there_is() -> None:
    (plan,) = faults_in(draft(plan="x"))
    assert "lam-dong-2014" in plan.vi
    submitted = draft(observed("network-uptme", value=Decimal(1)))
    (found,) = faults_in(submitted)
    assert "có: edoc-exchange, doc-management, network-uptime, open-incidents, growth." in found.vi
    assert "eoffice-commune" not in found.vi  # a department does not report it
    (nothing,) = draft_faults(draft(), registry=Registry({}, {}), filer=DEPARTMENT.agency, today=OPEN_DAY)
    assert "there is –" in nothing.en


def test_of_a_long_list_of_indicators_the_nearest_are_told() -> None:
    many = [indicator(f"growth-{number}", Measure.NUMBER) for number in range(30)]
    registry = Registry({PLAN.plan: changed(PLAN, indicators=(*PLAN.indicators, *many))}, REGISTRY.agencies)
    submitted = draft(observed("network-uptme", value=Decimal(1)))
    (found,) = draft_faults(submitted, registry=registry, filer=DEPARTMENT.agency, today=OPEN_DAY)
    assert "có: network-uptime, " in found.vi
    assert found.vi.endswith(", ….")


@pytest.mark.parametrize(
    ("unreadable", "expected"),
    [
        ({"/plan"}, []),
        ({""}, []),
        ({"/period"}, ["not-your-agency", "out-of-range", "unknown-indicator"]),
        ({"/agency"}, ["unknown-period", "out-of-range", "unknown-indicator"]),
        ({"/observations/0"}, ["not-your-agency", "unknown-period", "unknown-indicator"]),
        ({"/observations/1/indicator"}, ["not-your-agency", "unknown-period", "out-of-range"]),
    ],
)
def test_the_rest_is_judged_beside_what_could_not_be_read(unreadable: set[str], expected: list[str]) -> None:
    submitted = draft(share("3", "2"), observed("none-such", yes=True), agency="so-tai-chinh", period="2014-13")
    found = faults_in(submitted, unreadable=unreadable)
    assert [fault.code for fault in found] == expected


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (observed("edoc-exchange", numerator=Decimal(3)), []),
        (observed("edoc-exchange", numerator=Decimal(-3)), ["out-of-range"]),
        (observed("network-uptime"), ["wrong-parts"]),
    ],
)
def test_a_part_that_could_not_be_read_is_no_missing_part(observation: ObservationData, expected: list[str]) -> None:
    unreadable = frozenset({"/observations/0/denominator"})
    found = faults_in(draft(observation), unreadable=unreadable)
    assert [fault.code for fault in found] == expected


def test_faults_stand_in_the_order_of_the_submission() -> None:
    pointers = ["/x", "/note", "/observations/10/yes", "/observations/2", "/observations/2/yes", "/agency", "/plan", ""]
    found = faults.in_order(Fault(pointer, "x", "x", "x") for pointer in pointers)
    assert [fault.pointer for fault in found] == [
        "",
        "/plan",
        "/agency",
        "/observations/2",
        "/observations/2/yes",
        "/observations/10/yes",
        "/note",
        "/x",
    ]


def test_a_district_files_for_its_own_commune() -> None:
    assert codes(draft(agency=COMMUNE.agency), filer=DISTRICT.agency) == []


def test_a_commune_does_not_file_for_its_district() -> None:
    assert "not-your-agency" in codes(draft(agency=DISTRICT.agency), filer=COMMUNE.agency)


def test_an_unknown_agency_is_told_apart_only_to_itself() -> None:
    assert codes(draft(agency="so-khong-co"), filer="so-khong-co") == ["unknown-agency"]
    assert codes(draft(agency="so-khong-co"), filer=DEPARTMENT.agency) == ["not-your-agency"]


def test_an_abolished_agency_files_no_more() -> None:
    assert codes(draft(agency=ABOLISHED.agency), filer=ABOLISHED.agency) == ["agency-not-in-force"]


def registry_with(*agencies: AgencyRegisteredData) -> Registry:
    """Return the registry with these agencies in the place of those of their ids."""
    return replace(REGISTRY, agencies={**REGISTRY.agencies, **{each.agency: each for each in agencies}})


def told_to_the_abolished(*agencies: AgencyRegisteredData, plan: Plan = PLAN) -> Fault:
    registry = replace(registry_with(*agencies), plans={plan.plan: plan})
    (found,) = draft_faults(draft(agency=ABOLISHED.agency), registry=registry, filer=ABOLISHED.agency, today=OPEN_DAY)
    return found


def test_who_files_for_a_ceased_agency_is_told_its_successor() -> None:
    found = told_to_the_abolished(changed(ABOLISHED, succeeded_by=DEPARTMENT.agency))
    assert found.vi == (
        "so-cu đã ngừng hoạt động từ 01/02/2014 nên không nộp báo cáo cho kỳ kết thúc sau ngày đó;"
        " cơ quan kế thừa là Sở Nội vụ (so-noi-vu), nộp bằng khóa của cơ quan đó."
    )
    assert "its successor is Department of Home Affairs (so-noi-vu)" in found.en


def test_of_successors_that_ceased_too_the_one_of_today_is_told() -> None:
    between = changed(ABOLISHED, agency="so-giua", valid_to=date(2014, 3, 1), succeeded_by=DEPARTMENT.agency)
    assert "(so-noi-vu)" in told_to_the_abolished(changed(ABOLISHED, succeeded_by=between.agency), between).en
    last = changed(between, succeeded_by=None)
    assert "(so-giua)" in told_to_the_abolished(changed(ABOLISHED, succeeded_by=last.agency), last).en
    again = changed(between, succeeded_by=ABOLISHED.agency)
    assert "(so-giua)" in told_to_the_abolished(changed(ABOLISHED, succeeded_by=again.agency), again).en


def test_an_agency_that_ceased_before_the_plan_began_is_told_so_too() -> None:
    later = changed(PLAN, agencies=tuple({*PLAN.agencies} - {ABOLISHED.agency}))
    found = told_to_the_abolished(changed(ABOLISHED, succeeded_by=DEPARTMENT.agency), plan=later)
    assert (found.code, "(so-noi-vu)" in found.vi) == ("agency-not-in-force", True)
    assert told_to_the_abolished(changed(ABOLISHED, valid_to=None), plan=later).code == "unknown-agency"


def test_an_agency_files_for_no_period_that_ended_before_it_began() -> None:
    joined = changed(DEPARTMENT, valid_from=date(2014, 4, 1))
    (found,) = draft_faults(draft(), registry=registry_with(joined), filer=DEPARTMENT.agency, today=OPEN_DAY)
    assert found.vi == "so-noi-vu chưa hoạt động vào cuối kỳ 2014-03 (hoạt động từ 01/04/2014)."


def test_what_a_plan_asks_of_an_agency_is_what_its_kind_reports() -> None:
    assert owed_by(COMMUNE, plan=PLAN) - owed_by(DEPARTMENT, plan=PLAN) == {"eoffice-commune"}


def test_an_indicator_is_reported_by_those_whom_the_plan_names() -> None:
    assert codes(draft(observed("eoffice-commune", yes=True))) == ["not-reported-by-agency"]
    assert codes(draft(observed("eoffice-commune", yes=True), agency=COMMUNE.agency), filer=COMMUNE.agency) == []


def test_every_fault_of_every_observation_is_named_at_once() -> None:
    submitted = draft(
        share("11", "10"),
        share("1", "10"),
        observed("nothing-such", yes=True),
        observed("doc-management", value=Decimal(1)),
        observed("network-uptime", value=Decimal("100.1")),
        observed("open-incidents", value=Decimal("1.5")),
        observed("growth", value=Decimal("-3.5")),
    )
    assert codes(submitted) == [
        "out-of-range",
        "repeated-indicator",
        "unknown-indicator",
        "wrong-parts",
        "out-of-range",
        "not-whole",
    ]


@pytest.mark.parametrize("value", ["0", "100"])
def test_a_percentage_runs_from_nought_to_a_hundred(value: str) -> None:
    assert codes(draft(observed("network-uptime", value=Decimal(value)))) == []


@pytest.mark.parametrize(
    ("value", "expected"), [("-1", ["out-of-range"]), ("0.5", ["not-whole"]), ("-0.5", ["not-whole", "out-of-range"])]
)
def test_a_count_is_whole_and_not_negative(value: str, expected: list[str]) -> None:
    assert codes(draft(observed("open-incidents", value=Decimal(value)))) == expected


def test_parts_of_a_share_count_things_unless_the_plan_says_otherwise() -> None:
    found = faults_in(draft(share("12.5", "20.5")))
    assert [(each.pointer, each.code) for each in found] == [
        ("/observations/0/numerator", "not-whole"),
        ("/observations/0/denominator", "not-whole"),
    ]
    hours = changed(indicator("edoc-exchange", Measure.SHARE), is_whole=False)
    registry = Registry({PLAN.plan: changed(PLAN, indicators=(hours,))}, REGISTRY.agencies)
    assert draft_faults(draft(share("12.5", "20.5")), registry=registry, filer=DEPARTMENT.agency, today=OPEN_DAY) == []


def written(observation: ObservationData, /, **texts: str) -> Draft:
    """Return a draft of one value, of which these figures came as these texts."""
    return replace(draft(observation), written={f"/observations/0/{name}": text for name, text in texts.items()})


def test_a_part_sent_as_text_with_three_places_is_told_both_readings() -> None:
    submitted = written(share("1.062", "2.510"), numerator="1.062", denominator="2.510")
    numerator, denominator = faults_in(submitted)
    assert (numerator.pointer, numerator.code) == ("/observations/0/numerator", "ambiguous-number")
    assert numerator.vi == (
        "“1.062” có thể hiểu theo hai cách: 1062 (dấu chấm tách hàng nghìn) hoặc 1.062 (dấu chấm thập phân);"
        " hãy ghi số nguyên, ví dụ 1062."
    )
    assert denominator.en == (
        "“2.510” has two readings: 2510 (point between thousands) or 2.510 (decimal point);"
        " write a whole number, such as 2510."
    )


def test_a_comma_in_a_count_is_told_both_readings_though_it_could_not_be_read() -> None:
    submitted = written(observed("open-incidents"), value="1,062")
    unreadable = frozenset({"/observations/0/value"})
    (found,) = faults_in(submitted, unreadable=unreadable)
    assert "1062 (dấu phẩy tách hàng nghìn) hoặc 1.062 (dấu phẩy thập phân)" in found.vi


def test_where_nothing_is_counted_both_readings_are_accepted_when_written_clearly() -> None:
    (found,) = faults_in(written(observed("growth", value=Decimal("1.062")), value="1.062"))
    assert found.vi.endswith("hãy ghi 1062 hoặc 1.0620.")
    assert found.en.endswith("write 1062 or 1.0620.")


def test_a_percentage_of_three_places_has_one_reading() -> None:
    assert codes(written(observed("network-uptime", value=Decimal("99.950")), value="99.950")) == []


def test_a_figure_that_is_not_asked_for_is_not_judged_beside_that() -> None:
    assert codes(written(observed("doc-management", value=Decimal("1.062")), value="1.062")) == ["wrong-parts"]


def test_half_a_share_is_no_share() -> None:
    assert codes(draft(observed("edoc-exchange", numerator=Decimal(1)))) == ["wrong-parts"]
