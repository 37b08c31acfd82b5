"""The compiled rules come to what the rules come to, byte by byte, or leave it to them."""

import gc
import json
import weakref
from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.bearings import PlanVersion
from services.scoring.model import Agency, Filing, Observation, Period, Plan
from services.scoring.moving import Moved, moves
from services.scoring.native import judging
from services.scoring.native.checking import verdict_of_rules
from services.scoring.native.judging import Ask, NativeRules, Sums, ask_of
from services.scoring.native.rooms import MOST_FILINGS
from services.scoring.rollup import Place, Subject, Tally, summed
from services.scoring.rules import after_filing
from services.scoring.tally_store import cells_of
from services.scoring.yardsticks import yardsticks
from shared.events.vocabulary import AgencyKind, Comparison, Measure, RollUp, Standing
from tests.support.compiled import compiled_rules
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    WHOLE_YEAR,
    filing,
    plan,
    share,
    target,
    value,
    yes,
)
from tests.unit.services.scoring.native.examples import (
    LOOKING_BACK,
    PLAN,
    SHARED,
    asked,
    indicator,
    plans,
    raw,
    travelled,
)

REGISTRY: Final = {DISTRICT.id: DISTRICT}
COUNTS = st.integers(0, 400) | st.integers(0, 10**18 - 1)
FIGURES = st.builds(lambda whole, places: Decimal(whole).scaleb(-places), COUNTS, st.integers(0, 4))
NOTES = st.none() | st.text(max_size=8) | st.just("ghi chú")
ANY = st.none() | st.builds(Decimal, COUNTS) | FIGURES | st.decimals(allow_nan=False, allow_infinity=False, places=3)


@pytest.fixture(scope="module")
def rules() -> NativeRules:
    return compiled_rules()


def usual(name: str, *, within: Plan = PLAN) -> st.SearchStrategy[Observation]:
    """Return what agencies report of an indicator."""
    measure = within.indicator_by_id[name].measure
    if measure == "share":
        shares = st.tuples(COUNTS, COUNTS.filter(bool)).map(lambda both: share(min(both), max(both), of=name))
        return shares | st.tuples(FIGURES, FIGURES.filter(bool)).map(
            lambda both: share(str(both[0]), str(both[1]), of=name)
        )
    if measure == "yes-no":
        return st.booleans().map(lambda answer: yes(answer, of=name))
    return FIGURES.map(lambda figure: value(str(figure), of=name))


def odd(name: str) -> st.SearchStrategy[Observation]:
    """Return what nobody should report, and what somebody may send all the same."""
    return st.builds(Observation, st.just(name), ANY, ANY, ANY, st.none() | st.booleans(), NOTES)


@st.composite
def reports(draw: st.DrawFn, within: Plan = PLAN) -> tuple[Observation, ...]:
    names = draw(st.lists(st.sampled_from([each.id for each in within.indicators]), unique=True))
    return tuple(draw(near(name, within=within) if draw(st.integers(0, 9)) else odd(name)) for name in names)


@st.composite
def near(draw: st.DrawFn, name: str, *, within: Plan) -> Observation:
    """Return what agencies report, or what lies next to a target, an expectation or a threshold."""
    reported, yardstick = draw(usual(name, within=within)), yardsticks(within, FIRST_QUARTER)[name]
    landmarks = [yardstick.target.value if yardstick.target else None, yardstick.expected.value]
    mark = draw(st.sampled_from([None, *landmarks]))
    if reported.value is None or mark is None:
        return reported
    part = draw(st.sampled_from(["1", "0.95", "0.75", "0.85"]).map(Decimal))
    beside = round(mark * part, draw(st.integers(0, 6))) + draw(st.sampled_from(["0", "0.0001", "-0.01"]).map(Decimal))
    return value(str(abs(beside)), of=name)


def by_rules(asks: list[Ask]) -> dict[Place, dict[Subject, Tally]]:
    changes = []
    for ask in asks:
        after = after_filing(
            before=None, filing=ask.filing, plan=ask.plan, agency=ask.agency, is_closed=ask.is_closed, cause=CAUSE
        )
        changes.append(Moved(ask.agency, None, after))
    plans = {PlanVersion(ask.plan.id, ask.plan.version): ask.plan for ask in asks}
    return moves(changes, plans=plans, registry=REGISTRY)


def dumped(cells: dict[Subject, Tally]) -> str:
    """Return cells as PostgreSQL writes them, with a blank after each comma."""
    return json.dumps(
        [[*subject, *map(str, tally[:5]), *tally.agencies] for subject, tally in cells.items()], ensure_ascii=False
    )


def added(one: dict[Subject, Tally], other: dict[Subject, Tally]) -> dict[Subject, Tally]:
    return {each: summed([some[each] for some in (one, other) if each in some]) for each in {**one, **other}}


def by_c(sums: list[Sums]) -> dict[Place, dict[Subject, Tally]]:
    return {each.place: cells_of(each.cells) for each in sums}


@settings(deadline=None)  # a busy machine may take long over sixty filings
@given(
    st.lists(st.tuples(reports(), st.booleans(), st.sampled_from([FIRST_QUARTER, WHOLE_YEAR])), min_size=1, max_size=60)
)
def test_verdicts_and_sums_are_those_of_the_rules(
    rules: NativeRules, filed: list[tuple[tuple[Observation, ...], bool, Period]]
) -> None:
    asks = [asked(*observations, is_closed=is_closed, period=period) for observations, is_closed, period in filed]
    verdicts, sums = rules.judge(asks, registry=REGISTRY)
    for ask, verdict in zip(asks, verdicts, strict=True):
        assert verdict is None or verdict == verdict_of_rules(ask)
    taken = [ask for ask, verdict in zip(asks, verdicts, strict=True) if verdict is not None]
    assert by_c(sums) == by_rules(taken)


@settings(deadline=None)
@given(st.data(), plans())
def test_whatever_the_plan_verdicts_and_sums_are_those_of_the_rules(
    rules: NativeRules, data: st.DataObject, within: Plan
) -> None:
    agency = replace(DISTRICT, staff=data.draw(st.sampled_from([None, 0, 17, 2**31 - 1])))
    filed = data.draw(st.lists(st.tuples(reports(within), st.booleans(), st.sampled_from(within.periods)), max_size=9))
    asks = [
        ask
        for observations, is_closed, period in filed
        if (ask := ask_of(travelled(*observations, period=period), plan=within, agency=agency, is_closed=is_closed))
    ]
    verdicts, sums = rules.judge(asks, registry={agency.id: agency})
    taken = [(ask, verdict) for ask, verdict in zip(asks, verdicts, strict=True) if verdict is not None]
    for ask, verdict in taken:
        assert verdict == verdict_of_rules(ask)
    assert by_c(sums) == by_rules([ask for ask, _ in taken])


@settings(deadline=None)
@given(first=st.lists(reports(), min_size=1, max_size=9), then=st.lists(reports(), min_size=1, max_size=9))
def test_what_a_row_held_is_added_or_left_to_the_rules(
    rules: NativeRules, first: list[tuple[Observation, ...]], then: list[tuple[Observation, ...]]
) -> None:
    _, before = rules.judge([asked(*each) for each in first], registry=REGISTRY)
    _, after = rules.judge([asked(*each) for each in then], registry=REGISTRY)
    for known in (dumped(cells_of(each.cells)) for each in before):
        for sums in after:
            together = sums.with_known(known)
            assert together is not None
            assert cells_of(together) == added(cells_of(known), cells_of(sums.cells))
            assert sums.with_known("") == sums.cells  # what was added once is not added to


MANY: Final = 3 * MOST_FILINGS + 1


def many_asks() -> tuple[list[Ask], dict[str, Agency]]:
    """Return filings of many districts, each a place of its own, and the districts."""
    districts = [replace(DISTRICT, id=f"district-{number}") for number in range(MANY)]
    asks = [
        ask_of(travelled(share(number, MANY, of="share")), plan=PLAN, agency=district, is_closed=False)
        for number, district in enumerate(districts)
    ]
    return [each for each in asks if each], {each.id: each for each in districts}


def test_what_is_computed_in_several_goes_is_as_what_is_computed_alone(rules: NativeRules) -> None:
    asks, registry = many_asks()
    verdicts, sums = rules.judge(asks, registry=registry)
    alone = [rules.judge([each], registry=registry) for each in asks]
    assert len(asks) == MANY
    assert verdicts == [verdict for one in alone for verdict in one.verdicts]
    assert [each[:3] for each in sums] == [each[:3] for one in alone for each in one.sums]


def test_sums_for_which_there_is_no_room_together_are_written_in_several_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    asks, registry = many_asks()
    expected = compiled_rules().judge(asks, registry=registry)
    monkeypatch.setattr(judging, "MOST_FILINGS", 1)  # so that each row has all the room
    monkeypatch.setattr(judging, "ROWS_ROOM", 10_000)
    verdicts, sums = compiled_rules().judge(asks, registry=registry)
    assert verdicts == expected.verdicts
    assert [each[:3] for each in sums] == [each[:3] for each in expected.sums]


def test_sums_for_which_there_is_no_room_alone_are_left_to_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "ROWS_ROOM", 100)
    rules = compiled_rules()
    at_first = [asked(share(1, 2, of="share"))]
    assert rules.judge(at_first, registry=REGISTRY) == ([None], [])


KNOWN: Final = '["egov", "share", "1", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0]'


@pytest.mark.parametrize(
    "known",
    [
        "x",
        "[",
        "[]",
        "[[]]",
        '[["egov"]]',
        '[["egov", "share", "-1", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0]]',  # less than nothing
        '[["egov", "share", "0E-8", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0]]',
        '[["egov", "share", "1", "1", "1", "1", "1", -1, 0, 0, 0, 0, 0, 0]]',
        '[["egov", "share", "1", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0]]',
        '[["egov", "share", "1", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0, 0]]',
        '[["egov", "share", "1", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0]] ',
        '[["egov", "of another version", "1", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0]]',
        '[["moved", "share", "1", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0]]',
        '[["of another version", "", "0", "0", "0", "0", "0", 1, 0, 0, 0, 0, 0, 0]]',
        f"[{KNOWN}, {KNOWN}]",
        '[["egov", "share", "' + "9" * 77 + '", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0]]',
        '[["egov", "share", "' + "9" * 50 + '", "1", "1", "1", "1", 1, 0, 0, 0, 0, 0, 0]]',
        '[["egov", "share", "1", "1", "1", "1", "1", 1234567890123456789, 0, 0, 0, 0, 0, 0]]',
        '[["egov',
        '[["egov\\',
    ],
)
def test_what_only_python_adds_up_is_left_to_it(rules: NativeRules, known: str) -> None:
    _, [sums] = rules.judge([asked(share(1, 2, of="share"))], registry=REGISTRY)
    assert sums.with_known(known) is None


@given(st.data())
def test_what_is_usual_is_not_left_to_the_rules(rules: NativeRules, data: st.DataObject) -> None:
    denominator = data.draw(st.integers(1, 900))
    numerator = data.draw(st.integers(denominator // 2 + 1, denominator))  # not so near what is expected as to be moved
    observations = (
        share(numerator, denominator, of="share"),
        share(numerator, denominator, of="heavy"),
        value(data.draw(st.integers(50, 90)), of="percent"),
        value(data.draw(st.integers(8, 40)), of="count"),
        value(data.draw(st.integers(0, 9)), of="aimless"),
        yes(data.draw(st.booleans()), of="done"),
    )
    [verdict], [sums] = rules.judge([asked(*observations)], registry=REGISTRY)
    assert verdict is not None
    assert verdict.standing in Standing
    assert sums.place == Place(PLAN.id, FIRST_QUARTER.id, DISTRICT.id, AgencyKind.DISTRICT)


ORDINARY: Final = '{"indicator":"share","numerator":"1","denominator":"2","value":null,"yes":null,"note":null}'


@pytest.mark.parametrize(
    "filed",
    [
        "",
        "[",
        "null",
        f"[{ORDINARY}",
        f"[{ORDINARY}]x",
        f"[{ORDINARY},]",
        f"[{ORDINARY},{ORDINARY}]",
        f"[{ORDINARY.replace('share', 'no such indicator')}]",
        f"[{ORDINARY.replace('null', 'nul')}]",
        f"[{ORDINARY.replace(':', ': ')}]",
        f'[{ORDINARY[:-1]},"more":1}}]',
        ORDINARY.replace('"1"', '"1'),
        "[" + ORDINARY.replace('"1"', "1") + "]",
        "[" + ORDINARY.replace('"1"', '"-1"') + "]",
        "[" + ORDINARY.replace('"1"', '"1e3"') + "]",
        "[" + ORDINARY.replace('"2"', '"0"') + "]",
        "[" + ORDINARY.replace('"note":null', '"note":"a\\nb"') + "]",
        "[" + ORDINARY.replace('"note":null', '"note":"not closed') + "]",
        "[" + ORDINARY.replace('"yes":null', '"yes":true') + "]",
        "[" + ORDINARY.replace('"value":null', '"value":"3"') + "]",
        "[" * 100_000,
        '[{"indicator":"' + "x" * 100_000 + '"}]',
        "[" + ORDINARY.replace('"note":null', f'"note":"{"x" * 5_000_000}"') + "]",
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_rules(rules: NativeRules, filed: str) -> None:
    assert rules.judge([raw(filed)], registry=REGISTRY) == ([None], [])


@pytest.mark.parametrize("end", range(len(ORDINARY) + 1))
def test_what_is_cut_off_is_left_to_the_rules_and_spoils_nothing(rules: NativeRules, end: int) -> None:
    whole = asked(share(1, 2, of="share"))
    verdicts, sums = rules.judge([whole, raw(f"[{ORDINARY}"[:end]), whole], registry=REGISTRY)
    assert verdicts == [verdict_of_rules(whole), None, verdict_of_rules(whole)]
    assert by_c(sums) == by_rules([whole, whole])


def test_more_than_is_judged_at_once_is_judged_and_added_up(rules: NativeRules) -> None:
    asks = [
        asked(share(number, 1000, of="share"), value(number, of="count"), revision=1 + number % 50)
        for number in range(1, 301)
    ]
    verdicts, sums = rules.judge(asks, registry=REGISTRY)
    assert None not in verdicts
    assert by_c(sums) == by_rules(asks)


def test_figures_too_long_to_add_up_are_left_to_the_rules(rules: NativeRules) -> None:
    """Each is short, but of the sum of both a place beyond what is computed with would be cut off."""
    asks = [asked(value("0." + "0" * 14 + "1", of="count")), asked(value("1" + "0" * 17, of="count"))]
    verdicts, sums = rules.judge(asks, registry=REGISTRY)
    assert by_c(sums) == by_rules([ask for ask, verdict in zip(asks, verdicts, strict=True) if verdict])


def test_sums_that_are_not_written_out_leave_all_to_the_rules(rules: NativeRules) -> None:
    """Nobody's staff times 1.00000000 is 0E-8, as Python writes it."""
    asks = [asked(value("1.00000000", of="by staff")), asked(share(1, 2, of="share"))]
    assert rules.judge(asks, registry=REGISTRY) == ([None, None], [])


@pytest.mark.parametrize(
    ("filed", "within"),
    [
        (filing(share(1, 2, of="share")), PLAN),  # it was not read from a record
        (travelled()._replace(revision=2**31), PLAN),
        (travelled(period=replace(FIRST_QUARTER, id="2013-Q4")), PLAN),
        (travelled(), LOOKING_BACK),
        (travelled(), plan(*(replace(SHARED, id=str(number)) for number in range(65)))),
        (travelled(), plan()),
    ],
)
def test_only_the_rules_know_of_what_is_seldom(filed: Filing, within: Plan) -> None:
    assert ask_of(filed, plan=within, agency=DISTRICT, is_closed=False) is None


def test_an_agency_that_has_ceased_owes_nothing(rules: NativeRules) -> None:
    gone = replace(DISTRICT, valid_to=FIRST_QUARTER.starts_on)
    ask = asked(agency=gone)
    [verdict], sums = rules.judge([ask], registry={gone.id: gone})
    assert verdict == verdict_of_rules(ask)
    assert sums == []


def test_a_target_below_zero_is_judged_by_the_rules(rules: NativeRules) -> None:
    assert rules.judge([asked(value(5, of="debt"))], registry=REGISTRY).verdicts == [None]


@pytest.mark.parametrize("is_closed", [True, False])
def test_an_indicator_that_only_the_rules_judge_counts_by_its_weight_where_it_is_not_reported(
    rules: NativeRules, *, is_closed: bool
) -> None:
    debt = indicator("debt", measure=Measure.NUMBER, target=target(Comparison.AT_LEAST, -3), weight=Decimal(3))
    ask = asked(share(1, 2, of="share"), within=plan(SHARED, debt), is_closed=is_closed)
    [verdict], sums = rules.judge([ask], registry=REGISTRY)
    assert verdict == verdict_of_rules(ask)
    assert by_c(sums) == by_rules([ask])


@pytest.mark.parametrize("weight", ["0.00", "0.0", "1.0", "2.50"])
def test_a_weight_is_told_as_the_plan_has_it(rules: NativeRules, weight: str) -> None:
    heavy = indicator("heavy", roll_up=RollUp.POOLED, weight=Decimal(weight))
    asks = [asked(share(99, 100, of="heavy"), within=plan(SHARED, heavy)), asked(within=plan(SHARED, heavy))]
    assert rules.judge(asks, registry=REGISTRY).verdicts == [verdict_of_rules(ask) for ask in asks]


@pytest.mark.parametrize("numerator", ["0.0000004", "0.0000000"])
def test_a_figure_that_python_writes_in_powers_of_ten_is_left_to_it(rules: NativeRules, numerator: str) -> None:
    by_value = indicator("share", roll_up=RollUp.VALUE)
    ask = asked(within=plan(by_value))
    filed = ORDINARY.replace('"1"', f'"{numerator}"')
    assert rules.judge([ask._replace(observations=memoryview(f"[{filed}]".encode()))], registry=REGISTRY).verdicts == [
        None
    ]


@pytest.mark.parametrize("staff", [-5, 2**31, 2**70])
def test_a_staff_that_cannot_be_is_left_to_the_rules(staff: int) -> None:
    of_many = replace(DISTRICT, staff=staff)
    assert ask_of(travelled(), plan=PLAN, agency=of_many, is_closed=False) is None


def test_thresholds_with_more_digits_than_are_computed_with_are_left_to_the_rules() -> None:
    long = plan(indicator("share"), on_track="0." + "9" * 21)
    assert ask_of(travelled(share(1, 2, of="share")), plan=long, agency=DISTRICT, is_closed=False) is None


@pytest.mark.parametrize("weight", [Decimal("0." + "9" * 29), Decimal("1E+1"), Decimal(-1)])
def test_a_weight_that_is_no_plain_figure_is_left_to_the_rules(weight: Decimal) -> None:
    odd_weight = plan(SHARED, indicator("heavy", weight=weight))
    assert ask_of(travelled(), plan=odd_weight, agency=DISTRICT, is_closed=False) is None


def test_indicators_that_are_called_the_same_are_left_to_the_rules() -> None:
    assert ask_of(travelled(), plan=plan(SHARED, SHARED), agency=DISTRICT, is_closed=False) is None


def test_an_indicator_of_no_programme_is_left_to_the_rules() -> None:
    assert ask_of(travelled(), plan=plan(replace(SHARED, programme="")), agency=DISTRICT, is_closed=False) is None


def test_nothing_asked_is_nothing_judged(rules: NativeRules) -> None:
    assert rules.judge([], registry={}) == ([], [])


def test_agencies_of_other_places_are_added_up_apart(rules: NativeRules) -> None:
    other = replace(DISTRICT, id="phuong-1", kind=AgencyKind.WARD)
    city = replace(DISTRICT, id="tp-da-lat", kind=AgencyKind.CITY)
    below = replace(other, id="phuong-2", parent=city.id)
    within = plan(indicator(reported_by_kinds=frozenset(AgencyKind)), agencies=[DISTRICT.id, other.id, below.id])
    asks = [asked(share(1, 2), within=within, agency=each) for each in (DISTRICT, other, below)]
    _, sums = rules.judge(asks, registry={each.id: each for each in (DISTRICT, other, city, below)})
    assert {(each.place.branch, each.place.kind) for each in sums} == {
        (DISTRICT.id, AgencyKind.DISTRICT),
        ("", AgencyKind.WARD),
        (city.id, AgencyKind.WARD),
    }


def test_a_plan_that_is_forgotten_takes_its_table_along(rules: NativeRules) -> None:
    within = plan(SHARED)
    rules.judge([asked(share(1, 2, of="share"), within=within)], registry=REGISTRY)
    forgotten = weakref.ref(within)
    del within
    gc.collect()
    assert forgotten() is None
