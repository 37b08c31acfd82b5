"""What a folder may change of the registry that all plans share, and what is refused."""

from datetime import date
from typing import Any

import pytest

from services.ingest.plans.files.folder import load
from services.ingest.plans.registry_changes import Contradiction, MergedRegistry, merge_registry
from shared.events.plans import AgencyRegisteredData, EarlierStaffData, PlanPublishedData
from shared.events.vocabulary import AgencyKind
from tests.unit.services.ingest.plans.files.examples import PlanFolder

APRIL = date(2014, 4, 20)  # the first quarter is closed, and ends on 1 April
NEW_YEAR = date(2014, 1, 10)  # nothing is


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> PlanPublishedData:
    return load(PlanFolder(tmp_path_factory.mktemp("plans") / "small").path).to_plan_data(1)


def agency(name: str = "so-hai", **changes: Any) -> AgencyRegisteredData:
    usual = AgencyRegisteredData(
        agency=name,
        name_vi="Sở Hai",
        name_en="Department Two",
        kind=AgencyKind.DEPARTMENT,
        parent=None,
        staff=30,
        valid_from=date(2014, 1, 1),
        valid_to=None,
        succeeded_by=None,
    )
    return usual.model_copy(update=changes)


def loaded(
    given: AgencyRegisteredData, plan: PlanPublishedData, *, known: AgencyRegisteredData | None = None, on: date = APRIL
) -> MergedRegistry:
    before = known or agency()
    return merge_registry([given], known={before.agency: before}, plans=[plan], today=on)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name_vi": "Sở số Hai", "name_en": "Second Department"},
        {"valid_to": date(2014, 4, 1)},
        {"valid_to": date(2020, 1, 1), "succeeded_by": "so-mot"},
        {"staff": 25, "staff_from": date(2014, 4, 1)},
    ],
)
def test_what_touches_no_closed_period_is_taken(changes: dict[str, Any], plan: PlanPublishedData) -> None:
    given = agency(**changes)
    found = loaded(given, plan)
    assert found.contradictions == ()
    assert found.agencies[0].model_copy(update={"earlier_staff": ()}) == given


def test_an_agency_that_is_new_is_added_whatever_its_days(plan: PlanPublishedData) -> None:
    new = agency("so-moi", valid_from=date(2014, 1, 1))
    assert loaded(new, plan) == MergedRegistry((new,), ())


@pytest.mark.parametrize(
    ("changes", "column", "accepted"),
    [
        ({"kind": AgencyKind.OFFICE}, "kind", "department; a move"),
        ({"parent": "so-mot"}, "parent", "none; a move"),
        ({"valid_from": date(2014, 2, 1)}, "valid_from", "2014-01-01; a move"),
        ({"valid_to": date(2014, 3, 31)}, "valid_to", "none, or 2014-04-01 or later"),
        ({"staff": 25}, "staff", "30, or staff_from: 2014-04-01 or later"),
        ({"staff": 25, "staff_from": date(2014, 3, 31)}, "staff", "30, or staff_from: 2014-04-01 or later"),
        ({"staff": None}, "staff", "30, or"),
    ],
)
def test_what_contradicts_the_registry_is_told_with_the_plans_it_would_touch(
    changes: dict[str, Any], column: str, accepted: str, plan: PlanPublishedData
) -> None:
    (contradiction,) = loaded(agency(**changes), plan).contradictions
    assert (contradiction.agency, contradiction.column, contradiction.plans) == ("so-hai", column, ("small",))
    assert contradiction.accepted.startswith(accepted)


def test_every_contradiction_is_told_at_once(plan: PlanPublishedData) -> None:
    found = loaded(agency(kind=AgencyKind.OFFICE, valid_from=date(2013, 1, 1), staff=1), plan).contradictions
    assert [each.column for each in found] == ["kind", "valid_from", "staff"]
    assert found[0].sentence() == (
        "so-hai: kind is department, the folder has office; it would touch small; "
        "accepted: department; a move, or another kind, is a new id that succeeds the old one"
    )
    assert Contradiction("a", "kind", "b", "c", "b", ()).sentence() == "a: kind is b, the folder has c; accepted: b"


def test_an_end_that_is_past_stays_and_one_to_come_may_move_but_not_go(plan: PlanPublishedData) -> None:
    past, to_come = agency(valid_to=date(2014, 2, 1)), agency(valid_to=date(2025, 7, 1))
    (contradiction,) = loaded(agency(valid_to=date(2014, 7, 1)), plan, known=past).contradictions
    assert (contradiction.column, contradiction.known, contradiction.accepted) == (
        "valid_to",
        "2014-02-01",
        "2014-02-01",
    )
    assert loaded(agency(valid_to=date(2014, 7, 1)), plan, known=to_come).contradictions == ()
    (gone,) = loaded(agency(), plan, known=to_come).contradictions
    assert (gone.column, gone.given) == ("valid_to", "none")


def test_a_successor_is_named_once(plan: PlanPublishedData) -> None:
    known = agency(valid_to=date(2020, 1, 1), succeeded_by="so-mot")
    for other in (None, "so-ba"):
        (contradiction,) = loaded(known.model_copy(update={"succeeded_by": other}), plan, known=known).contradictions
        assert (contradiction.column, contradiction.accepted) == ("succeeded_by", "so-mot")


def test_a_later_staff_figure_counts_from_its_day_and_the_one_before_until_then(plan: PlanPublishedData) -> None:
    (summer,) = loaded(agency(staff=25, staff_from=date(2014, 7, 1)), plan).agencies
    assert summer.earlier_staff == (EarlierStaffData(staff=30, until=date(2014, 7, 1)),)
    (autumn,) = loaded(agency(staff=20, staff_from=date(2014, 10, 1)), plan, known=summer).agencies
    assert [each.staff for each in autumn.earlier_staff] == [30, 25]
    for known_already in (
        agency(),
        agency(staff=25),
        agency(staff=25, staff_from=date(2014, 7, 1)),
        agency(staff=20, staff_from=date(2014, 10, 1)),
    ):
        assert loaded(known_already, plan, known=autumn) == MergedRegistry((autumn,), ())
    (backwards,) = loaded(agency(staff=7, staff_from=date(2014, 8, 1)), plan, known=autumn).contradictions
    assert backwards.accepted == "20, or staff_from: 2014-04-01 or later, after 2014-10-01"


def test_before_anything_was_judged_another_staff_figure_is_taken(plan: PlanPublishedData) -> None:
    found = loaded(agency(staff=25), plan, on=NEW_YEAR)
    assert (found.contradictions, found.agencies[0].staff, found.agencies[0].earlier_staff) == ((), 25, ())
    assert [each.column for each in loaded(agency(parent="so-mot"), plan, on=NEW_YEAR).contradictions] == ["parent"]
    known = agency(staff_from=date(2014, 7, 1))
    (contradiction,) = loaded(agency(staff=25), plan, known=known, on=NEW_YEAR).contradictions
    assert contradiction.accepted == "30, or staff_from: any day, after 2014-07-01"


def test_a_superior_touches_the_plans_of_those_below_it(plan: PlanPublishedData) -> None:
    known = {
        each.agency: each
        for each in (agency("tren", parent="vong"), agency("vong", parent="tren"), agency("so-mot", parent="tren"))
    }
    (contradiction,) = merge_registry(
        [agency("tren", parent="vong", kind=AgencyKind.OFFICE)], known=known, plans=[plan], today=APRIL
    ).contradictions
    assert contradiction.plans == ("small",)
    apart = {"ngoai": agency("ngoai")}
    (outside,) = merge_registry(
        [agency("ngoai", kind=AgencyKind.OFFICE)], known=apart, plans=[plan], today=APRIL
    ).contradictions
    assert outside.plans == ()


def test_a_contradiction_that_is_taken_all_the_same_is_as_the_folder_has_it(plan: PlanPublishedData) -> None:
    given = agency(staff=25, parent="so-mot")
    assert loaded(given, plan).agencies == (given,)
