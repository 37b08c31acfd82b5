"""Roll-ups of districts with their communes, kinds, programmes and the province, read off the sums of cells."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.judging.judgements import Judgement, Progress
from services.scoring.judging.model import Agency, Indicator, Key, Observation, Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.rollups.cells import Cell, Tally, cells_of
from services.scoring.rollups.levels import PROVINCE, IndicatorRollUp, Level, RollUpAt, Sums, roll_ups
from services.scoring.rollups.verdicts import PooledVerdict
from shared.events.vocabulary import AgencyKind, Basis, Direction, Measure, Method, RollUp, Standing, Verdict
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    at_least,
    at_most,
    filing,
    indicator,
    milestone,
    plan,
    share,
    value,
    yes,
)
from tests.unit.services.scoring.lived import after_closing, after_filing

KINDS = frozenset(AgencyKind)
OTHER = replace(DISTRICT, id="ubnd-huyen-don-duong", staff=60)
COMMUNES = tuple(
    Agency(f"xa-{number}", AgencyKind.COMMUNE, date(2004, 1, 1), None, parent=above.id, staff=20 + number)
    for number, above in enumerate((DISTRICT, DISTRICT, OTHER))
)
DEPARTMENTS = tuple(
    Agency(f"so-{number}", AgencyKind.DEPARTMENT, date(2004, 1, 1), None, staff=80 * number) for number in range(2)
)
REGISTRY = {each.id: each for each in (DISTRICT, OTHER, *COMMUNES, *DEPARTMENTS)}


def owed(id: str, **changes: object) -> Indicator:  # noqa: A002  the domain's word
    usual: dict[str, object] = {"programme": "egov", "roll_up": RollUp.POOLED, "reported_by_kinds": KINDS}
    return indicator(id, **(usual | changes))


SHARE = owed("edoc-exchange", weight=Decimal(3))
DONE = owed(
    "doc-management",
    measure=Measure.YES_NO,
    method=Method.YES_NO,
    target=at_least(1),
    roll_up=RollUp.SHARE_OF_YES,
    milestones=(milestone("2014-03-31", 0),),
)
UPTIME = owed(
    "uptime", programme="security", measure=Measure.PERCENT, target=at_least(99), roll_up=RollUp.MEAN_BY_STAFF
)
INCIDENTS = owed(
    "incidents",
    programme="security",
    measure=Measure.COUNT,
    direction=Direction.DECREASING,
    target=at_most(2),
    roll_up=RollUp.SUM,
)
SERVICES = owed("services", measure=Measure.COUNT, method=Method.NO_TARGET, target=None, roll_up=RollUp.SUM)
PLAN = plan(SHARE, DONE, UPTIME, INCIDENTS, SERVICES, agencies=REGISTRY)


def progress(agency: Agency, *observations: Observation, by: Plan = PLAN) -> Progress:
    key = Key(by.id, agency.id, FIRST_QUARTER.id)
    if observations:
        filed = filing(*observations, key=key)
        return after_filing(before=None, filing=filed, plan=by, agency=agency, is_closed=True, cause=CAUSE)
    silent = after_closing(before=None, key=key, plan=by, agency=agency, cause=CAUSE)
    assert silent is not None
    return silent


def cells(progresses: Iterable[Progress], *, by: Plan = PLAN) -> dict[Cell, Tally]:
    return cells_of(progresses, plans={PlanVersion(by.id, by.version): by}, registry=REGISTRY)


def at(level: Level, *progresses: Progress, by: Plan = PLAN, is_locked: bool = False) -> dict[str, RollUpAt]:
    found = roll_ups(cells(progresses, by=by), plan=by, period=FIRST_QUARTER, level=level, is_locked=is_locked)
    assert [each.id for each in found] == sorted(each.id for each in found)
    return {each.id: each for each in found}


def of(found: RollUpAt, name: str) -> IndicatorRollUp:
    return next(each for each in found.indicators if each.indicator == name)


def test_a_district_is_rolled_up_with_its_communes_and_the_province_with_all() -> None:
    filed = [
        progress(DISTRICT, share(30, 100)),
        progress(COMMUNES[0], share(90, 100)),
        progress(DEPARTMENTS[1], share(0, 200)),
    ]
    districts = at(Level.DISTRICT, *filed)
    assert set(districts) == {DISTRICT.id}
    assert of(districts[DISTRICT.id], SHARE.id).value == Decimal(60)
    province = at(Level.PROVINCE, *filed)[PROVINCE]
    assert of(province, SHARE.id).value == Decimal(30)
    assert sum(province.sums.agencies.values()) == 3
    assert set(at(Level.KIND, *filed)) == {"district", "commune", "department"}


def test_a_programme_counts_the_worst_standing_that_an_agency_has_in_it() -> None:
    filed = progress(
        DISTRICT, share(95, 100), yes(answer=True, of=DONE.id), value(1, of=UPTIME.id), value(0, of=INCIDENTS.id)
    )
    found = at(Level.PROGRAMME, filed)
    assert [each.indicator for each in found["security"].indicators] == ["uptime", "incidents"]
    assert found["security"].sums.agencies[Standing.LAGGING] == 1
    assert found["egov"].sums.agencies[Standing.MISSING] == 1  # the services are left out


def test_of_a_yes_no_the_percent_of_agencies_is_compared_with_all_of_them() -> None:
    said = [progress(DISTRICT, yes(answer=True, of=DONE.id)), progress(OTHER, yes(answer=False, of=DONE.id))]
    half = of(at(Level.PROVINCE, *said)[PROVINCE], DONE.id)
    assert (half.value, half.target, half.verdict.verdict) == (Decimal(50), at_least(100), Verdict.NOT_MET)
    assert (half.expected_value, half.expected_basis) == (Decimal(0), Basis.ASSUMED)
    everyone = of(at(Level.PROVINCE, said[0])[PROVINCE], DONE.id)
    assert (everyone.value, everyone.verdict.verdict) == (Decimal(100), Verdict.MET)


def test_what_has_no_target_or_no_value_is_neither_met_nor_missed() -> None:
    found = at(Level.PROVINCE, progress(DISTRICT, value(7, of=SERVICES.id)))[PROVINCE]
    assert (of(found, SERVICES.id).value, of(found, SERVICES.id).target) == (Decimal(7), None)
    assert of(found, SERVICES.id).verdict == PooledVerdict(None, reported=1, owed=1, is_incomplete=False)
    assert (of(found, UPTIME.id).value, of(found, UPTIME.id).verdict.verdict) == (None, Verdict.NOT_YET_KNOWN)


def test_silence_is_never_success() -> None:
    said = (progress(DISTRICT, yes(answer=True, of=DONE.id), value(0, of=INCIDENTS.id)), progress(OTHER))
    found = at(Level.PROVINCE, *said)[PROVINCE]
    for name, wanted in ((DONE.id, "100"), (INCIDENTS.id, "0")):
        one = of(found, name)
        assert (str(one.value), one.verdict.verdict) == (wanted, Verdict.NOT_YET_KNOWN)
        assert (one.verdict.reported, one.verdict.owed, one.verdict.is_incomplete) == (1, 2, False)
    locked = at(Level.PROVINCE, *said, is_locked=True)[PROVINCE]
    assert of(locked, DONE.id).verdict == PooledVerdict(Verdict.NOT_MET, reported=1, owed=2, is_incomplete=True)
    assert of(locked, INCIDENTS.id).verdict == PooledVerdict(Verdict.MET, reported=1, owed=2, is_incomplete=True)


def test_a_yes_no_without_a_target_has_no_expectation() -> None:
    shown = replace(DONE, method=Method.NO_TARGET, target=None, milestones=())
    by = plan(shown, agencies=REGISTRY)
    found = of(at(Level.PROVINCE, progress(DISTRICT, yes(answer=True, of=DONE.id), by=by), by=by)[PROVINCE], DONE.id)
    assert (found.target, found.expected_value, found.expected_basis) == (None, None, None)


def test_without_anything_assessable_there_is_no_score() -> None:
    shown = plan(replace(SERVICES, weight=Decimal(0)), agencies=REGISTRY)
    found = at(Level.PROVINCE, progress(DISTRICT, value(7, of=SERVICES.id), by=shown), by=shown)[PROVINCE]
    assert (found.sums.score, found.sums.coverage_ratio) == (None, None)


def test_what_nobody_stands_in_and_what_the_plan_does_not_know_are_left_out() -> None:
    left = {**cells([progress(DISTRICT, share(30, 100))]), **dict.fromkeys(cells([progress(OTHER)]), Tally())}
    found = roll_ups(left, plan=PLAN, period=FIRST_QUARTER, level=Level.DISTRICT, is_locked=False)
    assert [each.id for each in found] == [DISTRICT.id]
    of_less = roll_ups(left, plan=plan(DONE), period=FIRST_QUARTER, level=Level.PROVINCE, is_locked=False)
    assert [each.indicator for each in of_less[0].indicators] == [DONE.id]
    gone = {cell: tally for cell, tally in left.items() if cell.branch == DISTRICT.id}
    gone[next(cell for cell in gone if cell.indicator == DONE.id)] = Tally()
    (rest,) = roll_ups(gone, plan=PLAN, period=FIRST_QUARTER, level=Level.PROVINCE, is_locked=False)
    assert DONE.id not in {each.indicator for each in rest.indicators}


@st.composite
def provinces(draw: st.DrawFn) -> list[Progress]:
    """Draw what the agencies of a province filed: everything, something or nothing."""
    found = []
    for agency in REGISTRY.values():
        whole = draw(st.integers(0, 50))
        reported = (
            share(draw(st.integers(0, whole)), whole),
            yes(draw(st.booleans()), of=DONE.id),
            value(draw(st.integers(0, 100)), of=UPTIME.id),
            value(draw(st.integers(0, 5)), of=INCIDENTS.id),
            value(draw(st.integers(0, 9)), of=SERVICES.id),
        )
        is_reported = draw(st.lists(st.booleans(), min_size=5, max_size=5))
        found.append(progress(agency, *(each for each, told in zip(reported, is_reported, strict=True) if told)))
    return found


@pytest.mark.parametrize("level", Level)
@settings(max_examples=40, deadline=None)
@given(progresses=provinces())
def test_every_level_is_what_all_rows_of_progress_come_to(level: Level, progresses: list[Progress]) -> None:
    found = at(level, *progresses)
    for name, group in naive_groups(level, progresses).items():
        rolled, only = found.pop(name), name if level is Level.PROGRAMME else None
        judgements = [each for one in group for each in one.judgements if only in {None, programme_of(each)}]
        assert_sums(rolled.sums, judgements)
        assert rolled.sums.agencies == counted(standing_in(one, only) for one in group)
        assert [each.indicator for each in rolled.indicators] == [
            each.id for each in PLAN.indicators if each.id in {judgement.indicator for judgement in judgements}
        ]
        for each in rolled.indicators:
            of_it = [
                (REGISTRY[one.key.agency], judgement)
                for one in group
                for judgement in one.judgements
                if judgement.indicator == each.indicator
            ]
            assert_sums(each.sums, [judgement for _, judgement in of_it])
            assert each.sums.agencies == counted(judgement.standing for _, judgement in of_it)
            assert is_near(each.value, naive_value(each.indicator, of_it))
    assert found == {}


def naive_groups(level: Level, progresses: Sequence[Progress]) -> dict[str, list[Progress]]:
    groups: dict[str, list[Progress]] = {}
    for each in progresses:
        agency = REGISTRY[each.key.agency]
        heads = {DISTRICT.id, OTHER.id} & {agency.id, agency.parent}
        names = {
            Level.DISTRICT: heads,
            Level.KIND: {agency.kind.value},
            Level.PROGRAMME: {"egov", "security"},
            Level.PROVINCE: {PROVINCE},
        }[level]
        for name in names:
            groups.setdefault(str(name), []).append(each)
    return groups


def programme_of(judgement: Judgement) -> str:
    return PLAN.indicator_by_id[judgement.indicator].programme


def standing_in(progress: Progress, programme: str | None) -> Standing:
    if programme is None:
        return progress.standing
    if progress.filing is None:
        return Standing.MISSING
    found = {each.standing for each in progress.judgements if programme_of(each) == programme}
    worst_first = ["lagging", "missing", "at_risk", "awaited", "on_track", "met", "not_assessable"]
    return min(found, key=worst_first.index)


def counted(standings: Iterable[Standing]) -> dict[Standing, int]:
    found = Counter(standings)
    return {standing: found[standing] for standing in Standing}


def assert_sums(sums: Sums, judgements: Sequence[Judgement]) -> None:
    scored = [each for each in judgements if each.points is not None]
    points = sum((Fraction(each.points or 0) for each in scored), Fraction())
    weight = sum((PLAN.indicator_by_id[each.indicator].weight for each in scored), Decimal())
    owed = sum((PLAN.indicator_by_id[each.indicator].weight for each in judgements), Decimal())
    assert is_near(sums.points, points)
    assert sums.weight == weight
    assert is_near(sums.score, 100 * points / Fraction(weight) if weight else None)
    assert is_near(sums.coverage_ratio, Fraction(weight) / Fraction(owed))


def naive_value(name: str, told: Sequence[tuple[Agency, Judgement]]) -> Fraction | None:
    seen = [
        (agency, each.observed, Fraction(each.observed.value))
        for agency, each in told
        if each.observed is not None and each.observed.value is not None
    ]
    if name == SHARE.id:
        whole = sum((Fraction(each.denominator or 0) for _, each, _ in seen), Fraction())
        return 100 * sum((Fraction(each.numerator or 0) for _, each, _ in seen), Fraction()) / whole if whole else None
    if name == UPTIME.id:
        staff = sum(agency.staff or 0 for agency, _, _ in seen)
        return sum((figure * (agency.staff or 0) for agency, _, figure in seen), Fraction()) / staff if staff else None
    if not seen:
        return None
    total = sum((figure for _, _, figure in seen), Fraction())
    return 100 * total / len(seen) if name == DONE.id else total


def is_near(figure: Decimal | None, naive: Fraction | None) -> bool:
    if figure is None or naive is None:
        return (figure, naive) == (None, None)
    return abs(Fraction(figure) - naive) < Fraction(1, 10**20)
