"""A locked period is reopened for one agency, until a day, and by nobody who cannot say why."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from services.ingest.exceptions.model import Reopening
from services.ingest.exceptions.rules import ReopeningState, locked_since, objections, states
from services.ingest.plans.model import Registry
from services.ingest.submissions.rules import draft_faults
from tests.support.ingest_examples import ABOLISHED, COMMUNE, DEPARTMENT, DISTRICT, LEAD, MARCH, PLAN, REGISTRY, draft

LOCKED_DAY = date(2014, 5, 8)
REOPENING = Reopening(
    PLAN.plan,
    DEPARTMENT.agency,
    MARCH.id,
    last_on=date(2014, 5, 20),
    reason="lũ lụt, mất điện ba ngày",
    granted_by="Giám đốc Sở",
    granted_at=datetime.fromisoformat("2014-05-08T09:00+07:00"),
)


def refused(*, today: date, agency: str = DEPARTMENT.agency, reopened: date = REOPENING.last_on) -> list[str]:
    registry = replace(REGISTRY, reopened={REOPENING.filing_key: reopened})
    return [fault.code for fault in draft_faults(draft(agency=agency), registry=registry, filer=agency, today=today)]


def test_a_locked_period_names_the_lead_agency_to_ask() -> None:
    (fault,) = draft_faults(draft(), registry=REGISTRY, filer=DEPARTMENT.agency, today=LOCKED_DAY)
    assert (fault.code, fault.status) == ("period-locked", 409)
    assert fault.vi == f"Kỳ 2014-03 đã khóa từ 07/05/2014; liên hệ {LEAD.name_vi} để mở lại cho so-noi-vu."
    assert fault.en == f"Period 2014-03 was locked on 2014-05-07; ask {LEAD.name_en} to reopen it for so-noi-vu."


def test_a_reopened_period_takes_corrections_up_to_and_on_the_last_day() -> None:
    assert refused(today=LOCKED_DAY) == []
    assert refused(today=REOPENING.last_on) == []
    assert refused(today=date(2014, 5, 21)) == ["period-locked"]


def test_an_exception_that_ended_is_told_with_the_day_of_its_lock() -> None:
    registry = Registry(REGISTRY.plans, REGISTRY.agencies, {REOPENING.filing_key: REOPENING.last_on})
    (fault,) = draft_faults(draft(), registry=registry, filer=DEPARTMENT.agency, today=date(2014, 6, 1))
    assert "locked on 2014-05-21" in fault.en


def test_a_period_is_reopened_for_one_agency_only() -> None:
    assert refused(agency=COMMUNE.agency, today=LOCKED_DAY) == ["period-locked"]


def test_a_reopening_never_locks_earlier_than_the_plan_does() -> None:
    assert locked_since(MARCH, reopened_until=None) == MARCH.locked_on
    assert locked_since(MARCH, reopened_until=date(2014, 4, 1)) == MARCH.locked_on
    assert locked_since(MARCH, reopened_until=MARCH.locked_on) == date(2014, 5, 8)


def test_a_good_reopening_meets_no_objection_also_before_the_lock() -> None:
    assert objections(REOPENING, registry=REGISTRY) == []
    ahead = replace(REOPENING, granted_at=datetime.fromisoformat("2014-04-08T09:00+07:00"))
    assert objections(ahead, registry=REGISTRY) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"plan": "lam-dong-2015"}, "there is no plan lam-dong-2015; accepted: lam-dong-2014"),
        ({"agency": "so-ba"}, "plan lam-dong-2014 has no agency so-ba; accepted: one of the 4 that report in it"),
        ({"agency": LEAD.agency}, "plan lam-dong-2014 has no agency so-dic; accepted: one of the 4 that report in it"),
        ({"period": "2014-13"}, "plan lam-dong-2014 has no period 2014-13; accepted: 2014-03 … 2014-04"),
        ({"period": "2014-04"}, "2014-04 is locked from 2014-06-09 on; accepted: --until that day or later"),
        ({"last_on": date(2014, 5, 7)}, "--until 2014-05-07 is past; accepted: 2014-05-08 or later"),
        (
            {"agency": ABOLISHED.agency},
            "so-cu did not exist at the end of 2014-03; accepted: a period on whose last day it did",
        ),
    ],
)  # fmt: skip
def test_what_speaks_against_a_reopening_is_told_with_what_would_be_accepted(change: dict[str, Any], said: str) -> None:
    assert objections(replace(REOPENING, **change), registry=REGISTRY) == [said]


def test_all_that_speaks_against_a_reopening_is_told_at_once() -> None:
    wrong = replace(REOPENING, agency="so-ba", period="2014-13", last_on=date(2014, 1, 1))
    assert len(objections(wrong, registry=REGISTRY)) == 3


def test_before_a_plan_is_loaded_there_is_nothing_to_reopen() -> None:
    assert objections(REOPENING, registry=Registry({}, {})) == [
        "there is no plan lam-dong-2014; accepted: none until one is loaded"
    ]


def test_of_two_exceptions_for_the_same_the_last_counts_and_each_stays_on_record() -> None:
    longer, other = replace(REOPENING, last_on=date(2014, 6, 1)), replace(REOPENING, agency=DISTRICT.agency)
    recorded = [longer, other, REOPENING]
    in_force, ended, replaced = ReopeningState.IN_FORCE, ReopeningState.ENDED, ReopeningState.REPLACED
    assert states(recorded, today=REOPENING.last_on) == [replaced, in_force, in_force]
    assert states(recorded, today=date(2014, 5, 21)) == [replaced, ended, ended]
