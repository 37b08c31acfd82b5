"""What is wrong in a registry of agencies is told at its line."""

from datetime import date

import pytest

from shared.events.vocabulary import AgencyKind
from tests.unit.services.ingest.plans.files.examples import AGENCIES, PlanFolder

HEADER = "id,name_vi,name_en,kind,parent,staff,valid_from,valid_to,succeeded_by,source"

# what is wrong: (what stands in the registry, what a test puts there, the fault, the line that it points at)
CASES = {
    "a bad id": ("xa-cu,Xã", "Xã Cũ,Xã", "bad-id", "Xã Cũ,"),
    "an empty id": ("xa-cu,Xã", ",Xã", "empty", ",Xã Cũ"),
    "an id twice": ("xa-cu,", "so-hai,", "duplicate-id", "so-hai,Xã Cũ"),
    "an empty name": ("Xã Cũ,Old Commune", "  ,Old Commune", "empty", "xa-cu,"),
    "an invisible name": ("Old Commune", "\u200b", "bad-text", "xa-cu,"),
    "a name that reads backwards": ("Old Commune", "Old\u202eCommune", "bad-text", "xa-cu,"),
    "a bell in a name": ("Old Commune", "Old\aCommune", "control-character", "xa-cu,"),
    "an unknown kind": ("commune", "village", "unknown-word", "xa-cu,"),
    "no kind": ("commune", "", "empty", "xa-cu,"),
    "an unknown superior": ("commune,so-hai", "commune,so-ba", "unknown-agency", "xa-cu,"),
    "an unknown successor": ("2020-01-01,so-mot", "2020-01-01,so-ba", "unknown-agency", "so-hai,"),
    "staff in words": (",40,", ",forty,", "bad-number", "so-mot,"),
    "half a person": (",40,", ",40.5,", "bad-number", "so-mot,"),
    "fewer than nobody": (",40,", ",-40,", "bad-number", "so-mot,"),
    "a day that does not exist": ("2013-01-01", "2013-02-29", "bad-date", "xa-cu,"),
    "no beginning": (",9,2004-01-01", ",9,", "empty", "xa-cu,"),
    "an end before the beginning": ("2013-01-01", "2003-01-01", "dates-inverted", "xa-cu,"),
    "an end on the first day": ("2013-01-01", "2004-01-01", "dates-inverted", "xa-cu,"),
    "no source": ("2013-01-01,,made up", "2013-01-01,,", "empty", "xa-cu,"),
    "a cell too few": ("2013-01-01,,made up", "2013-01-01,made up", "wrong-cell-count", "xa-cu,"),
    "a cell too many": ("2013-01-01,,made up", "2013-01-01,,made up,", "wrong-cell-count", "xa-cu,"),
    "a quote without end": ("Old Commune", '"Old Commune', "bad-quotes", "xa-cu,"),
    "a superior of itself": ("commune,so-hai", "commune,xa-cu", "cycle", "xa-cu,"),
    "an unknown column": ("succeeded_by,source", "succeeded_by,note", "unknown-column missing-column", "id,"),
    "a column twice": ("parent,staff", "parent,parent", "duplicate-column missing-column", "id,"),
    "a missing column": (",source\n", "\n", "missing-column wrong-cell-count", ""),
    "a registry without ids": ("id,name_vi", "no,name_vi", "unknown-column missing-column", "no,"),
    "another separator": (HEADER, HEADER.replace(",", ";"), "no-header", "id;"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "codes", "line"), CASES.values(), ids=CASES.keys())
def test_is_refused_alone_and_at_its_line(folder: PlanFolder, old: str, new: str, codes: str, line: str) -> None:
    folder.change("agencies.csv", (old, new))
    faults = folder.faults()
    assert {fault.code for fault in faults} == set(codes.split())
    assert folder.line(faults[0]).startswith(line)
    assert all(fault.accepted and fault.file.endswith("agencies.csv") for fault in faults)


STAFF_FROM = (
    (HEADER, f"{HEADER},staff_from"),
    ("2014-01-01,,,made up\n", "2014-01-01,,,made up,2014-07-01\n"),
    ("2020-01-01,so-mot,made up", "2020-01-01,so-mot,made up,"),
    ("office,,,2014-01-01,,,made up", "office,,,2014-01-01,,,made up,"),
    ("2013-01-01,,made up", "2013-01-01,,made up,"),
)


def test_a_staff_figure_may_say_since_when_it_is_so(folder: PlanFolder) -> None:
    folder.change("agencies.csv", *STAFF_FROM)
    days = {each.agency: each.staff_from for each in folder.load().agencies}
    assert days == {"so-mot": date(2014, 7, 1), "so-hai": None, "van-phong": None, "xa-cu": None}


@pytest.mark.parametrize("day", ["2013-12-31", "2014-13-01"])
def test_a_staff_figure_counts_from_a_day_of_the_agency(folder: PlanFolder, day: str) -> None:
    folder.change("agencies.csv", *STAFF_FROM, ("2014-07-01", day))
    (fault,) = folder.faults()
    assert fault.code == ("out-of-span" if day.startswith("2013") else "bad-date")
    assert folder.line(fault).startswith("so-mot")


def test_three_agencies_that_are_each_others_superiors_are_told_each(folder: PlanFolder) -> None:
    folder.change("agencies.csv", (",department,,40", ",department,xa-cu,40"))
    assert [(code, line.split(",")[0]) for code, line in folder.told()] == [
        ("cycle", "so-mot"),
        ("cycle", "so-hai"),
        ("cycle", "xa-cu"),
    ]


def test_an_agency_below_a_cycle_is_not_blamed_for_it(folder: PlanFolder) -> None:
    folder.change("agencies.csv", (",department,,40", ",department,so-hai,40"))
    assert [line.split(",")[0] for _, line in folder.told()] == ["so-mot", "so-hai"]


def test_agencies_that_succeed_each_other_are_told(folder: PlanFolder) -> None:
    folder.change("agencies.csv", ("40,2014-01-01,,", "40,2014-01-01,,so-hai"))
    assert [code for code, _ in folder.told()] == ["cycle", "cycle"]


@pytest.mark.parametrize("validity", ["2020-01-02,", "2014-01-01,2020-01-01"], ids=["begins later", "ended as well"])
def test_a_successor_exists_on_the_day_after_the_agency(folder: PlanFolder, validity: str) -> None:
    folder.change("agencies.csv", ("2020-01-01,so-mot", "2020-01-01,so-ba"))
    successor = f"so-ba,Sở Ba,Department Three,department,,20,{validity},,made up\n"
    folder.write("agencies.csv", folder.text("agencies.csv") + successor)
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault).split(",")[0]) == ("validity-gap", "so-hai")
    assert fault.accepted == "a successor that exists on 2020-01-01, the first day after the agency"


def test_nobody_is_succeeded_who_goes_on(folder: PlanFolder) -> None:
    folder.change("agencies.csv", ("so-mot,30,2014-01-01,2020-01-01,so-mot", ",30,2014-01-01,,so-mot"))
    assert [(code, line.split(",")[0]) for code, line in folder.told()] == [("no-end", "so-hai")]


def test_an_older_agency_may_take_another_in(folder: PlanFolder) -> None:
    folder.change("agencies.csv", ("2014-01-01,2020-01-01,so-mot", "2018-01-01,2020-01-01,so-mot"))
    assert folder.faults() == []


def test_one_agency_is_not_there_twice_under_two_ids(folder: PlanFolder) -> None:
    folder.change("agencies.csv", ("Sở Hai", "Sở Một"))
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault).split(",")[0]) == ("validity-overlap", "so-hai")
    assert fault.accepted == "one agency for a day: valid_to 2014-01-01 here, or valid_from 2020-01-01 there"


def test_an_agency_that_moves_goes_on_under_a_new_id(folder: PlanFolder) -> None:
    folder.change(
        "agencies.csv", ("so-mot,30,2014-01-01,2020-01-01,so-mot", "so-mot,30,2014-01-01,2014-07-01,so-hai-b")
    )
    moved = "so-hai-b,Sở Hai,Department Two,department,van-phong,30,2014-07-01,,,made up\n"
    folder.write("agencies.csv", folder.text("agencies.csv") + moved)
    plan = folder.load().to_plan_data(1)
    assert plan.agencies == ("so-mot", "so-hai", "van-phong", "so-hai-b")


def test_a_superior_exists_as_long_as_who_is_below_within_the_plan(folder: PlanFolder) -> None:
    folder.change("agencies.csv", (",department,,40,2014-01-01,,", ",department,,40,2014-01-01,2015-01-01,"))
    folder.change("agencies.csv", (",2020-01-01,so-mot,", ",2020-01-01,,"))
    assert folder.faults() == []  # that so-hai goes on from 2015 until 2020 is after the plan
    folder.change("agencies.csv", ("40,2014-01-01,2015-01-01", "40,2014-01-01,2014-12-31"))
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault).split(",")[0]) == ("parent-not-valid", "so-hai")
    assert "valid from 2014-01-01 until 2014-12-31, but needed from 2014-01-01 until 2015-01-01" in fault.message


def test_a_superior_is_there_when_the_plan_begins(folder: PlanFolder) -> None:
    folder.change("agencies.csv", (",department,,40,2014-01-01,,", ",department,,40,2014-01-02,,"))
    assert [(code, line.split(",")[0]) for code, line in folder.told()] == [("parent-not-valid", "so-hai")]
    folder.change("agencies.csv", ("so-mot,30,2014-01-01", "so-mot,30,2014-01-02"))
    assert folder.faults() == []


def test_a_registry_without_rows_is_none(folder: PlanFolder) -> None:
    for text in ("", "# nothing yet\n", HEADER + "\n", "\n\n"):
        folder.write("agencies.csv", text)
        assert folder.told() == [("no-rows", "<agencies.csv>")]


def test_columns_stand_in_any_order_and_comments_before_them(folder: PlanFolder) -> None:
    before = folder.load()
    rows = [line.split(",") for line in AGENCIES.splitlines()[1:]]
    turned = "\n".join(",".join(reversed(row)) for row in rows)
    folder.write("agencies.csv", f"# one\n\n# two\n{turned}\n\n")
    assert folder.load().agencies == before.agencies


def test_an_agency_keeps_what_the_file_says(folder: PlanFolder) -> None:
    folder.change("agencies.csv", ("Sở Hai", '" Sở ""Hai"", thứ hai "'))
    first, second, third, _ = folder.load().agencies
    assert (second.name_vi, second.kind, second.parent, second.staff) == (
        'Sở "Hai", thứ hai',
        AgencyKind.DEPARTMENT,
        "so-mot",
        30,
    )
    assert (second.valid_to and second.valid_to.isoformat(), second.succeeded_by) == ("2020-01-01", "so-mot")
    assert (first.parent, first.valid_to, third.staff, third.succeeded_by) == (None, None, None, None)


def test_a_ceased_agency_is_registered_but_does_not_report(folder: PlanFolder) -> None:
    loaded = folder.load()
    assert "xa-cu" in {agency.agency for agency in loaded.agencies}
    assert loaded.to_plan_data(1).agencies == ("so-mot", "so-hai", "van-phong")
