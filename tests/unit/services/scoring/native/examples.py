"""Filings as they travel, and a plan with something of everything."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.scoring.model import Agency, Filing, Indicator, Milestone, Observation, Period, Plan, Target
from services.scoring.native.judging import Ask, ask_of
from services.scoring.travelled import Travelled
from shared.events.submissions import ObservationData
from shared.events.vocabulary import (
    AgencyKind,
    Basis,
    Comparison,
    Direction,
    Expectation,
    GrowthFrom,
    Measure,
    Method,
    RollUp,
)
from tests.unit.services.scoring.examples import (
    DISTRICT,
    FIRST_QUARTER,
    KEY,
    above,
    at_least,
    at_most,
    filing,
    milestone,
    plan,
    target,
)
from tests.unit.services.scoring.examples import indicator as of_no_programme

indicator = partial(of_no_programme, programme="egov")
_TOLD = TypeAdapter(tuple[ObservationData, ...])
_EVERYBODY = frozenset({AgencyKind.DISTRICT})
SHARED = indicator("share", roll_up=RollUp.POOLED)
INDICATORS = (
    SHARED,
    indicator("heavy", weight=Decimal("2.50"), target=at_least(100)),
    indicator("shown", roll_up=RollUp.POOLED, weight=Decimal(0), target=above("33.3")),
    indicator(
        "on the way",
        roll_up=RollUp.POOLED,
        milestones=(milestone("2014-03-31", 40), milestone("2014-06-30", "55.5")),
        programme="industry",
    ),
    indicator(
        "percent", measure=Measure.PERCENT, programme="security", target=at_least(99), expectation=Expectation.AT_ONCE
    ),
    indicator("by staff", measure=Measure.PERCENT, programme="security", roll_up=RollUp.MEAN_BY_STAFF),
    indicator(
        "count",
        measure=Measure.COUNT,
        unit_vi="dịch vụ 100%",
        unit_en="services {x}",
        target=at_least(4),
        roll_up=RollUp.SUM,
    ),
    indicator(
        "less",
        measure=Measure.COUNT,
        direction=Direction.DECREASING,
        target=at_most(3),
        roll_up=RollUp.SUM,
        unit_vi="",
        unit_en="",
    ),
    indicator(
        "falls",
        measure=Measure.NUMBER,
        direction=Direction.DECREASING,
        baseline=milestone("2013-12-31", 20),
        target=replace(at_most("2.5"), on=date(2014, 9, 30)),
    ),
    indicator(
        "none",
        measure=Measure.COUNT,
        direction=Direction.DECREASING,
        target=at_most(0),
        expectation=Expectation.AT_ONCE,
    ),
    indicator("aimless", measure=Measure.COUNT, method=Method.NO_TARGET, target=None, roll_up=RollUp.SUM),
    indicator("done", measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1), roll_up=RollUp.SHARE_OF_YES),
    indicator(
        "“quoted” \\ name", measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1), unit_vi="", unit_en=""
    ),
    indicator("way", measure=Measure.NUMBER, method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", "1.50")),
    indicator(
        "paced", measure=Measure.NUMBER, method=Method.PACE, target=at_least(200), baseline=milestone("2013-12-31", 100)
    ),
    indicator("debt", measure=Measure.NUMBER, target=target(Comparison.AT_LEAST, -3), weight=Decimal(3)),
    indicator("owed by others", reported_by_kinds=frozenset({AgencyKind.WARD})),
)
PLAN = plan(*INDICATORS)
LOOKING_BACK = plan(indicator("first", method=Method.NO_TARGET, target=None, growth_from=GrowthFrom.FIRST_OBSERVATION))


_FIGURES = st.sampled_from(["0", "0.0", "1", "7", "33.3", "90", "99.996", "100", "0.0001"]).map(Decimal) | st.integers(
    -3, 120
).map(Decimal)
_DAYS = st.sampled_from([date(2014, 2, 14), date(2014, 3, 31), date(2014, 6, 30), date(2014, 9, 30)])


@st.composite
def indicators(draw: st.DrawFn, name: str) -> Indicator:
    """Return an indicator as a plan might have it, or hardly."""
    measure = draw(st.sampled_from(Measure))
    method = Method.YES_NO if measure is Measure.YES_NO else draw(st.sampled_from(_METHODS))
    has_baseline = method is Method.FROM_BASELINE or draw(st.booleans())
    on = draw(st.none() | _DAYS)
    return indicator(
        name,
        measure=measure,
        method=method,
        programme=draw(st.sampled_from(["egov", "an ninh", '“x\\"\x7f'])),
        unit_vi=draw(st.sampled_from(["%", "", "dịch vụ 100%", 'a"b\\'])),
        unit_en=draw(st.sampled_from(["%", "", "x %s {y}"])),
        direction=draw(st.sampled_from(Direction)),
        expectation=draw(st.sampled_from(Expectation)),
        target=draw(st.none() | st.builds(Target, st.sampled_from(Comparison), _FIGURES, st.just(on))),
        baseline=draw(_milestones) if has_baseline else None,
        milestones=tuple(draw(st.lists(_milestones, max_size=2, unique_by=lambda each: each.on))),
        roll_up=draw(st.sampled_from(RollUp)),
        weight=draw(st.sampled_from(["1", "1", "0", "1.0", "2.50", "0.333", "12345678901234567890"]).map(Decimal)),
        reported_by_kinds=frozenset({draw(st.sampled_from([AgencyKind.DISTRICT, AgencyKind.WARD]))}),
    )


_METHODS = [Method.TO_TARGET, Method.TO_TARGET, Method.TO_TARGET, Method.NO_TARGET, Method.FROM_BASELINE]
_milestones = st.builds(Milestone, _DAYS, _FIGURES, st.just(Basis.ASSUMED))
_THRESHOLDS = [
    ("0.95", "0.75"),
    ("1", "0.5"),
    ("1.5", "1.2"),
    ("0.9", "0.9"),
    ("0.950", "0.75"),
    ("1.0001", "1"),
    ("0", "0"),
]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Return a plan of a few such indicators."""
    names = draw(st.lists(st.sampled_from(["a", "chỉ tiêu", 'q"', "b\\"]), min_size=1, max_size=4, unique=True))
    on_track, at_risk = draw(st.sampled_from(_THRESHOLDS))
    return plan(*(draw(indicators(name)) for name in names), on_track=on_track, at_risk=at_risk)


def travelled(*observations: Observation, revision: int = 1, period: Period = FIRST_QUARTER) -> Filing:
    """Return a filing with its observations as ingest sends them."""
    told = _TOLD.dump_json(tuple(ObservationData.model_construct(**each._asdict()) for each in observations))
    key = KEY._replace(period=period.id)
    made = filing(revision=revision, key=key)
    return made._replace(observations=Travelled(memoryview(told), read=lambda: tuple(observations)))


def asked(
    *observations: Observation,
    within: Plan = PLAN,
    period: Period = FIRST_QUARTER,
    agency: Agency = DISTRICT,
    is_closed: bool = False,
    revision: int = 1,
) -> Ask:
    """Return what is asked of the compiled rules."""
    made = ask_of(
        travelled(*observations, revision=revision, period=period), plan=within, agency=agency, is_closed=is_closed
    )
    assert made is not None
    return made


def raw(json: str) -> Ask:
    """Return what is asked of observations that travelled as this text."""
    return asked()._replace(observations=memoryview(json.encode()))
