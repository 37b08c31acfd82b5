"""Every plan of the repository loads, and the plan of 2014 says what the decision's report and the domain say."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from email_validator import validate_email

from services.ingest.plans.files.folder import LoadedPlan, load
from shared.events.plans import IndicatorData, PlanPublishedData
from shared.events.vocabulary import Basis, Expectation, Measure

PLANS = Path(__file__).parents[2] / "plans"
FOLDERS = sorted(path.parent for path in PLANS.glob("*/plan.yaml"))
DEPARTMENTS_AND_DISTRICTS = "department city district"
ALL_BUT_COMMUNES = "department centre city district"
ALL = f"{ALL_BUT_COMMUNES} commune ward township"
DIC, PORTAL = "so-thong-tin-va-truyen-thong", "trung-tam-quan-ly-cong-thong-tin-dien-tu"

# Domain rules, section 3: programme, id, measure, target, basis, reported by, roll-up
INDICATORS = [
    ("egov", "edoc-exchange", "share", "above 90", "stated", DEPARTMENTS_AND_DISTRICTS, "pooled"),
    ("egov", "official-email", "share", "above 90", "stated", ALL, "pooled"),
    ("egov", "eoffice-commune", "yes-no", "at-least 1", "stated", "commune ward township", "share-of-yes"),
    ("egov", "doc-management", "yes-no", "at-least 1", "stated", ALL_BUT_COMMUNES, "share-of-yes"),
    ("egov", "online-services", "count", "", "stated", DEPARTMENTS_AND_DISTRICTS, "sum"),
    ("egov", "infrastructure", "share", "at-least 100", "assumed", DEPARTMENTS_AND_DISTRICTS, "pooled"),
    ("industry", "it-park", "percent", "at-least 100", "assumed", DIC, "value"),
    ("industry", "enterprise-support", "count", "at-least 4", "assumed", DIC, "sum"),
    ("security", "network-uptime", "percent", "at-least 99", "assumed", DEPARTMENTS_AND_DISTRICTS, "mean-by-staff"),
    ("security", "security-training", "share", "at-least 100", "assumed", DEPARTMENTS_AND_DISTRICTS, "pooled"),
    ("security", "portal-security", "yes-no", "at-least 1", "stated", PORTAL, "share-of-yes"),
    ("security", "open-incidents", "count", "at-most 0", "assumed", DEPARTMENTS_AND_DISTRICTS, "sum"),
    ("opensource", "oss-priority", "share", "at-least 50", "assumed", DEPARTMENTS_AND_DISTRICTS, "pooled"),
    ("opensource", "oss-training", "share", "at-least 100", "assumed", DEPARTMENTS_AND_DISTRICTS, "pooled"),
]  # fmt: skip


@pytest.fixture(scope="module")
def loaded() -> LoadedPlan:
    return load(PLANS / "lam-dong-2014")


@pytest.fixture(scope="module")
def plan(loaded: LoadedPlan) -> PlanPublishedData:
    return loaded.to_plan_data(1)


def indicator(plan: PlanPublishedData, wanted: str) -> IndicatorData:
    return next(indicator for indicator in plan.indicators if indicator.id == wanted)


def test_there_is_a_plan() -> None:
    assert PLANS / "lam-dong-2014" in FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_plan_loads_and_survives_the_wire(folder: Path) -> None:
    published = load(folder).to_plan_data(1)
    assert PlanPublishedData.model_validate_json(published.model_dump_json()) == published
    assert len(published.model_dump_json()) < 1024 * 1024  # half of what a record of `reference` may hold


def test_the_plan_of_2014_has_the_fourteen_indicators_of_the_domain(plan: PlanPublishedData) -> None:
    assert [
        (
            one.programme,
            one.id,
            one.measure,
            f"{one.target.comparison} {one.target.value}" if one.target else "",
            one.basis,
            " ".join((*one.reported_by_kinds, *one.reported_by_agencies)),
            one.roll_up,
        )
        for one in plan.indicators
    ] == INDICATORS


def test_every_stated_sentence_stands_in_the_source_word_by_word(plan: PlanPublishedData) -> None:
    source = (PLANS / "lam-dong-2014" / "source.txt").read_text(encoding="utf-8")
    for one in plan.indicators:
        assert (one.basis is Basis.STATED) == (one.basis_sentence is not None)
        assert one.basis_sentence is None or one.basis_sentence in source


def test_every_milestone_of_the_plan_is_our_assumption(plan: PlanPublishedData) -> None:
    assert {milestone.basis for one in plan.indicators for milestone in one.milestones} == {Basis.ASSUMED}


def test_uptime_and_incidents_are_expected_at_once_and_nothing_else_is(plan: PlanPublishedData) -> None:
    at_once = {one.id for one in plan.indicators if one.expectation is Expectation.AT_ONCE}
    assert at_once == {"network-uptime", "open-incidents"}


def test_every_yes_has_a_day_of_ours(plan: PlanPublishedData) -> None:
    days = {
        one.id: (one.target.on.isoformat(), one.target.on_basis)
        for one in plan.indicators
        if one.measure is Measure.YES_NO and one.target and one.target.on
    }
    assert days == {
        "eoffice-commune": ("2014-12-31", Basis.ASSUMED),
        "doc-management": ("2014-09-30", Basis.ASSUMED),
        "portal-security": ("2014-06-30", Basis.ASSUMED),
    }


def test_uptime_and_incidents_have_tolerances_of_ours(plan: PlanPublishedData) -> None:
    tolerances = {
        one.id: (str(one.tolerance.on_track), str(one.tolerance.at_risk), one.tolerance.basis)
        for one in plan.indicators
        if one.tolerance
    }
    assert tolerances == {
        "network-uptime": ("0.1", "0.5", Basis.ASSUMED),
        "open-incidents": ("0", "2", Basis.ASSUMED),
    }


def test_the_it_park_is_expected_by_quarters_and_a_share_of_yes_not_in_january(plan: PlanPublishedData) -> None:
    assert [(one.on.isoformat(), int(one.value)) for one in indicator(plan, "it-park").milestones] == [
        ("2014-03-31", 25),
        ("2014-06-30", 50),
        ("2014-09-30", 75),
    ]
    steps = {
        wanted: [(one.on.isoformat(), str(one.value)) for one in indicator(plan, wanted).milestones]
        for wanted in ("eoffice-commune", "doc-management", "portal-security")
    }
    assert steps == {
        "eoffice-commune": [("2014-06-30", "0"), ("2014-09-30", "0.5")],
        "doc-management": [("2014-03-31", "0")],
        "portal-security": [],
    }


def test_the_plan_reports_monthly_and_march_is_due_on_the_seventh_of_april(plan: PlanPublishedData) -> None:
    assert [period.id for period in plan.periods] == [f"2014-{month:02d}" for month in range(1, 13)]
    due = {period.id: period.due_on.isoformat() for period in plan.periods}
    assert (due["2014-01"], due["2014-03"], due["2014-04"]) == ("2014-02-11", "2014-04-07", "2014-05-09")
    assert all(period.ends_on <= period.due_on < period.locked_on for period in plan.periods)


def test_the_days_off_of_2014_are_those_of_the_civil_service(plan: PlanPublishedData) -> None:
    off = {day.isoformat() for day in plan.days_off}
    assert {f"2014-01-{day}" for day in (28, 29, 30, 31)} <= off
    assert {"2014-02-05", "2014-04-09", "2014-05-02", "2014-09-01", "2015-01-02"} <= off
    assert not {"2014-01-25", "2014-02-08", "2014-02-06", "2014-04-26", "2014-12-27"} & off
    assert (min(off), max(off)) == ("2014-01-01", "2015-02-28")


def test_every_agency_of_the_registry_reports_in_2014(loaded: LoadedPlan, plan: PlanPublishedData) -> None:
    assert set(plan.agencies) == {agency.agency for agency in loaded.agencies}
    assert len(plan.agencies) == 175
    assert plan.lead_agency in plan.agencies


def test_communes_belong_to_their_district_and_end_with_it_in_2025(loaded: LoadedPlan) -> None:
    agencies = {agency.agency: agency for agency in loaded.agencies}
    below = Counter(agencies[agency.parent].kind for agency in loaded.agencies if agency.parent)
    assert below == {"city": 27, "district": 115, "department": 1}
    for agency in loaded.agencies:
        is_district_level_or_below = agency.kind not in {"department", "centre"}
        assert agency.valid_to == (date(2025, 7, 1) if is_district_level_or_below else None)


def test_every_contact_is_a_role_at_an_address_that_leads_nowhere(loaded: LoadedPlan) -> None:
    with (PLANS / "lam-dong-2014" / "contacts.csv").open(encoding="utf-8", newline="") as file:
        contacts = list(csv.DictReader(file))
    known = {agency.agency for agency in loaded.agencies}
    for contact in contacts:
        assert contact["agency"] in known
        assert contact["role"] in {"officer", "head", "digest", "help"}
        assert contact["language"] in {"vi", "en"}
        assert contact["email"].endswith(".lamdong.example")
        validate_email(contact["email"], check_deliverability=False, test_environment=True)
    assert len({contact["email"] for contact in contacts}) == len(contacts)
