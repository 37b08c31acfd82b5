"""Agencies rolled up: what each brings to its district, kind, programme and the province."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scoring.judging.judgements import Progress
from services.scoring.judging.model import Agency, EarlierStaff, Filing, Indicator, Key
from services.scoring.plans.model import PlanVersion
from services.scoring.rollups.cells import Cell, Tally, branch_of, cells_of, pooled
from shared.events.vocabulary import AgencyKind, Measure, Method, RollUp, Standing
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    above,
    at_least,
    filing,
    indicator,
    plan,
    share,
    value,
    yes,
)
from tests.unit.services.scoring.lived import after_closing, after_filing

KINDS = frozenset(AgencyKind)
ON = FIRST_QUARTER.last_on
COMMUNE = Agency("xa-a", AgencyKind.COMMUNE, date(2004, 1, 1), None, parent=DISTRICT.id, staff=20)
DEPARTMENT = Agency("so-y-te", AgencyKind.DEPARTMENT, date(2004, 1, 1), None, staff=80)
REGISTRY = {each.id: each for each in (DISTRICT, COMMUNE, DEPARTMENT)}


def owed(id: str, **changes: object) -> Indicator:  # noqa: A002  the domain's word
    usual: dict[str, object] = {"programme": "egov", "roll_up": RollUp.POOLED, "reported_by_kinds": KINDS}
    return indicator(id, **(usual | changes))


SHARE = owed("edoc-exchange")
DONE = owed(
    "doc-management", measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1), roll_up=RollUp.SHARE_OF_YES
)
UPTIME = owed(
    "uptime", programme="security", measure=Measure.PERCENT, target=at_least(99), roll_up=RollUp.MEAN_BY_STAFF
)
SERVICES = owed("services", measure=Measure.COUNT, method=Method.NO_TARGET, target=None, roll_up=RollUp.SUM)
PLAN = plan(SHARE, DONE, UPTIME, SERVICES, agencies=REGISTRY)
PLANS = {PlanVersion(PLAN.id, PLAN.version): PLAN}


def key(agency: Agency) -> Key:
    return Key(PLAN.id, agency.id, FIRST_QUARTER.id)


def filed(agency: Agency, filing: Filing) -> Progress:
    return after_filing(
        before=None, filing=filing._replace(key=key(agency)), plan=PLAN, agency=agency, is_closed=True, cause=CAUSE
    )


def silent(agency: Agency) -> Progress:
    found = after_closing(before=None, key=key(agency), plan=PLAN, agency=agency, cause=CAUSE)
    assert found is not None
    return found


def cell(agency: Agency, *, branch: str, programme: str = "egov", indicator: str = "") -> Cell:
    return Cell(PLAN.id, FIRST_QUARTER.id, branch, agency.kind, programme, indicator)


def told(agency: Agency, progress: Progress) -> dict[Cell, Tally]:
    return cells_of([progress], plans=PLANS, registry={**REGISTRY, agency.id: agency})


def decimals(*figures: str | int) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, figures))


def counted(*standings: Standing) -> tuple[int, ...]:
    return tuple(standings.count(standing) for standing in Standing)


def test_a_commune_counts_for_its_district_and_a_district_for_itself() -> None:
    assert branch_of(COMMUNE, registry=REGISTRY, on=ON) == DISTRICT.id
    assert branch_of(DISTRICT, registry=REGISTRY, on=ON) == DISTRICT.id
    assert branch_of(DEPARTMENT, registry=REGISTRY, on=ON) == ""


def test_the_hierarchy_is_that_of_the_day() -> None:
    ceased = {**REGISTRY, DISTRICT.id: replace(DISTRICT, valid_to=date(2014, 3, 31))}
    assert branch_of(COMMUNE, registry=ceased, on=ON) == ""
    assert branch_of(COMMUNE, registry=ceased, on=date(2014, 3, 30)) == DISTRICT.id


def test_who_is_above_somebody_unknown_or_above_itself_belongs_to_no_district() -> None:
    orphan = replace(COMMUNE, parent="nobody")
    loop = replace(COMMUNE, parent=COMMUNE.id)
    assert branch_of(orphan, registry=REGISTRY, on=ON) == ""
    assert branch_of(loop, registry={loop.id: loop}, on=ON) == ""


def test_each_indicator_is_added_up_by_its_own_rule() -> None:
    progress = filed(
        COMMUNE,
        filing(share(30, 40), yes(answer=True, of=DONE.id), value("98.5", of=UPTIME.id), value(7, of=SERVICES.id)),
    )
    found = {each.indicator: (tally.part, tally.whole) for each, tally in told(COMMUNE, progress).items()}
    assert found[SHARE.id] == decimals(30, 40)
    assert found[DONE.id] == decimals(1, 1)
    assert found[UPTIME.id] == decimals(1970, 20)
    assert found[SERVICES.id] == decimals(7, 1)


def test_where_there_is_nothing_to_divide_by_nothing_is_added_up() -> None:
    found = told(COMMUNE, filed(COMMUNE, filing(share(0, 0))))
    tally = found[cell(COMMUNE, branch=DISTRICT.id, indicator=SHARE.id)]
    assert (tally.part, tally.whole, tally.points, tally.weight, tally.owed) == decimals(0, 0, 0, 0, 1)
    assert tally.agencies == counted(Standing.NOT_ASSESSABLE)


def test_an_agency_of_unknown_staff_weighs_nothing() -> None:
    found = told(DISTRICT, filed(DISTRICT, filing(value(100, of=UPTIME.id))))
    tally = found[cell(DISTRICT, branch=DISTRICT.id, programme="security", indicator=UPTIME.id)]
    assert (tally.part, tally.whole) == decimals(0, 0)


def test_a_share_rolled_up_by_value_is_added_up_as_its_value() -> None:
    by = plan(replace(SHARE, roll_up=RollUp.VALUE), agencies=REGISTRY)
    progress = after_filing(
        before=None, filing=filing(share(1, 4)), plan=by, agency=DISTRICT, is_closed=True, cause=CAUSE
    )
    found = cells_of([progress], plans={PlanVersion(by.id, by.version): by}, registry=REGISTRY)
    tally = found[cell(DISTRICT, branch=DISTRICT.id, indicator=SHARE.id)]
    assert (tally.part, tally.whole) == decimals(25, 1)


def test_a_programme_counts_its_agencies_by_their_worst_standing_in_it() -> None:
    progress = filed(DEPARTMENT, filing(share(1, 100), yes(answer=True, of=DONE.id), value(100, of=UPTIME.id)))
    found = told(DEPARTMENT, progress)
    assert found[cell(DEPARTMENT, branch="")].agencies == counted(Standing.LAGGING)
    assert found[cell(DEPARTMENT, branch="", programme="security")].agencies == counted(Standing.MET)
    assert found[cell(DEPARTMENT, branch="", programme="")].agencies == counted(Standing.LAGGING)


def test_points_are_those_of_the_judgement_and_what_is_missing_has_none() -> None:
    heavy = plan(replace(SHARE, weight=Decimal(3), target=above(50)), DONE, agencies=REGISTRY)
    progress = after_filing(
        before=None, filing=filing(share(25, 100)), plan=heavy, agency=DISTRICT, is_closed=True, cause=CAUSE
    )
    found = cells_of([progress], plans={PlanVersion(heavy.id, heavy.version): heavy}, registry=REGISTRY)
    told = found[cell(DISTRICT, branch=DISTRICT.id, indicator=SHARE.id)]
    left_out = found[cell(DISTRICT, branch=DISTRICT.id, indicator=DONE.id)]
    assert (told.points, told.weight, told.owed) == decimals("1.5", 3, 3)
    assert (left_out.points, left_out.weight, left_out.owed) == decimals(0, 1, 1)


def test_who_owes_nothing_is_counted_nowhere() -> None:
    nothing = replace(silent(DISTRICT), judgements=())
    assert told(DISTRICT, nothing) == {}


@pytest.mark.parametrize(
    ("rule", "part", "whole", "found"),
    [
        (RollUp.POOLED, 30, 40, "75"),
        (RollUp.SHARE_OF_YES, 3, 4, "75"),
        (RollUp.SUM, 30, 4, "30"),
        (RollUp.MEAN_BY_STAFF, 9900, 100, "99"),
        (RollUp.VALUE, 42, 1, "42"),
    ],
)
def test_a_value_over_agencies_follows_from_the_sums(rule: RollUp, part: int, whole: int, found: str) -> None:
    assert pooled(rule, part=Decimal(part), whole=Decimal(whole)) == Decimal(found)


@pytest.mark.parametrize("rule", list(RollUp))
def test_over_nothing_there_is_no_value(rule: RollUp) -> None:
    assert pooled(rule, part=Decimal(0), whole=Decimal(0)) is None


@given(st.lists(st.integers(10**29, 10**45), min_size=2, max_size=3))
def test_long_numbers_are_added_up_to_their_last_digit(parts: list[int]) -> None:
    agencies = [replace(COMMUNE, id=f"xa-{number}") for number, _ in enumerate(parts)]
    filed_by_all = [
        filed(agency, filing(share(part, part + 1), value(part, of=SERVICES.id)))
        for agency, part in zip(agencies, parts, strict=True)
    ]
    sums = cells_of(filed_by_all, plans=PLANS, registry={**REGISTRY, **{each.id: each for each in agencies}})
    shared, served = (sums[cell(COMMUNE, branch=DISTRICT.id, indicator=each.id)] for each in (SHARE, SERVICES))
    assert (shared.part, shared.whole) == decimals(sum(parts), sum(parts) + len(parts))
    assert served.part == Decimal(sum(parts))
    assert served.agencies == counted(*[Standing.NOT_ASSESSABLE] * len(parts))


def test_a_mean_by_staff_takes_the_staff_of_the_periods_last_day() -> None:
    before, after = EarlierStaff(10, date(2014, 3, 1)), EarlierStaff(20, date(2014, 4, 1))
    grown = replace(COMMUNE, staff=50, earlier_staff=(before, after))
    found = told(grown, filed(grown, filing(value(99, of=UPTIME.id))))
    tally = found[cell(grown, branch=DISTRICT.id, programme="security", indicator=UPTIME.id)]
    assert (tally.part, tally.whole) == decimals(1980, 20)
