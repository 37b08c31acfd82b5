"""What ingest accepts and refuses, as sentences."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.ingest import faults
from services.ingest.model import Draft, Observation, Registry
from services.ingest.rules import judge_draft
from shared.events.vocabulary import Measure
from tests.support.ingest_examples import (
    ABOLISHED,
    COMMUNE,
    DEPARTMENT,
    DISTRICT,
    OPEN_DAY,
    PLAN,
    REGISTRY,
    draft,
    indicator,
    share,
)


def codes(submitted: Draft, *, filer: str = DEPARTMENT.id, today: date = OPEN_DAY) -> list[str]:
    return [fault.code for fault in judge_draft(submitted, registry=REGISTRY, filer=filer, today=today)]


def test_a_good_draft_has_no_fault() -> None:
    assert codes(draft(share("412", "510"), Observation("doc-management", yes=False))) == []


def test_a_numerator_equal_to_its_denominator_is_accepted_and_one_above_is_not() -> None:
    assert codes(draft(share("510", "510"))) == []
    assert codes(draft(share("510.1", "510"))) == ["out-of-range"]


def test_nothing_to_exchange_is_reported_as_zero_of_zero() -> None:
    assert codes(draft(share("0", "0"))) == []


def test_negative_parts_are_refused_each_at_its_place() -> None:
    found = judge_draft(draft(share("-2", "-1")), registry=REGISTRY, filer=DEPARTMENT.id, today=OPEN_DAY)
    assert [fault.pointer for fault in found] == ["/observations/0/numerator", "/observations/0/denominator"]


def test_an_unknown_plan_is_named() -> None:
    assert codes(draft(plan="lam-dong-2015")) == ["unknown-plan"]


def test_an_unknown_period_is_told_what_there_is() -> None:
    found = judge_draft(draft(period="2014-13"), registry=REGISTRY, filer=DEPARTMENT.id, today=OPEN_DAY)
    assert [fault.code for fault in found] == ["unknown-period"]
    assert "2014-03 … 2014-04" in found[0].vi


def test_a_period_of_another_length_is_told_what_the_plan_reports_by() -> None:
    found = judge_draft(draft(period="2014-Q1"), registry=REGISTRY, filer=DEPARTMENT.id, today=OPEN_DAY)
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
    assert codes(draft(agency=DEPARTMENT.id), filer=DISTRICT.id) == ["not-your-agency"]


def test_an_unknown_plan_and_an_unknown_indicator_are_told_what_there_is() -> None:
    (plan,) = judge_draft(draft(plan="x"), registry=REGISTRY, filer=DEPARTMENT.id, today=OPEN_DAY)
    assert "lam-dong-2014" in plan.vi
    submitted = draft(Observation("network-uptme", value=Decimal(1)))
    (found,) = judge_draft(submitted, registry=REGISTRY, filer=DEPARTMENT.id, today=OPEN_DAY)
    assert "có: edoc-exchange, doc-management, network-uptime, open-incidents, growth." in found.vi
    assert "eoffice-commune" not in found.vi  # a department does not report it
    (nothing,) = judge_draft(draft(), registry=Registry({}, {}), filer=DEPARTMENT.id, today=OPEN_DAY)
    assert "there is –" in nothing.en


def test_of_a_long_list_of_indicators_the_nearest_are_told() -> None:
    many = {f"growth-{number}": indicator(f"growth-{number}", Measure.NUMBER) for number in range(30)}
    registry = Registry({PLAN.id: replace(PLAN, indicators={**PLAN.indicators, **many})}, REGISTRY.agencies)
    submitted = draft(Observation("network-uptme", value=Decimal(1)))
    (found,) = judge_draft(submitted, registry=registry, filer=DEPARTMENT.id, today=OPEN_DAY)
    assert "có: network-uptime, " in found.vi
    assert found.vi.endswith(", ….")


@pytest.mark.parametrize(
    ("unread", "expected"),
    [
        ({"/plan"}, []),
        ({""}, []),
        ({"/period"}, ["not-your-agency", "out-of-range", "unknown-indicator"]),
        ({"/agency"}, ["unknown-period", "out-of-range", "unknown-indicator"]),
        ({"/observations/0"}, ["not-your-agency", "unknown-period", "unknown-indicator"]),
        ({"/observations/1/indicator"}, ["not-your-agency", "unknown-period", "out-of-range"]),
    ],
)
def test_the_rest_is_judged_beside_what_could_not_be_read(unread: set[str], expected: list[str]) -> None:
    submitted = draft(share("3", "2"), Observation("none-such", yes=True), agency="so-tai-chinh", period="2014-13")
    found = judge_draft(submitted, registry=REGISTRY, filer=DEPARTMENT.id, today=OPEN_DAY, unread=frozenset(unread))
    assert [fault.code for fault in found] == expected


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (Observation("edoc-exchange", numerator=Decimal(3)), []),
        (Observation("edoc-exchange", numerator=Decimal(-3)), ["out-of-range"]),
        (Observation("network-uptime"), ["wrong-parts"]),
    ],
)
def test_a_part_that_could_not_be_read_is_no_missing_part(observation: Observation, expected: list[str]) -> None:
    unread = frozenset({"/observations/0/denominator"})
    found = judge_draft(draft(observation), registry=REGISTRY, filer=DEPARTMENT.id, today=OPEN_DAY, unread=unread)
    assert [fault.code for fault in found] == expected


def test_faults_stand_in_the_order_of_the_submission() -> None:
    pointers = ["/x", "/note", "/observations/10/yes", "/observations/2", "/observations/2/yes", "/agency", "/plan", ""]
    found = faults.in_order(faults.Fault(pointer, "x", "x", "x") for pointer in pointers)
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
    assert codes(draft(agency=COMMUNE.id), filer=DISTRICT.id) == []


def test_a_commune_does_not_file_for_its_district() -> None:
    assert "not-your-agency" in codes(draft(agency=DISTRICT.id), filer=COMMUNE.id)


def test_an_unknown_agency_is_told_apart_only_to_itself() -> None:
    assert codes(draft(agency="so-khong-co"), filer="so-khong-co") == ["unknown-agency"]
    assert codes(draft(agency="so-khong-co"), filer=DEPARTMENT.id) == ["not-your-agency"]


def test_an_abolished_agency_files_no_more() -> None:
    assert codes(draft(agency=ABOLISHED.id), filer=ABOLISHED.id) == ["agency-not-in-force"]


def test_an_indicator_is_reported_by_those_whom_the_plan_names() -> None:
    assert codes(draft(Observation("eoffice-commune", yes=True))) == ["not-reported-by-agency"]
    assert codes(draft(Observation("eoffice-commune", yes=True), agency=COMMUNE.id), filer=COMMUNE.id) == []


def test_every_fault_of_every_observation_is_named_at_once() -> None:
    submitted = draft(
        share("11", "10"),
        share("1", "10"),
        Observation("nothing-such", yes=True),
        Observation("doc-management", value=Decimal(1)),
        Observation("network-uptime", value=Decimal("100.1")),
        Observation("open-incidents", value=Decimal("1.5")),
        Observation("growth", value=Decimal("-3.5")),
    )
    assert codes(submitted) == [
        "out-of-range",
        "repeated-indicator",
        "unknown-indicator",
        "wrong-parts",
        "out-of-range",
        "out-of-range",
    ]


@pytest.mark.parametrize("value", ["0", "100"])
def test_a_percentage_runs_from_nought_to_a_hundred(value: str) -> None:
    assert codes(draft(Observation("network-uptime", value=Decimal(value)))) == []


@pytest.mark.parametrize("value", ["-1", "-0.5"])
def test_a_count_is_not_negative(value: str) -> None:
    assert codes(draft(Observation("open-incidents", value=Decimal(value)))) == ["out-of-range"]


def test_half_a_share_is_no_share() -> None:
    assert codes(draft(Observation("edoc-exchange", numerator=Decimal(1)))) == ["wrong-parts"]
