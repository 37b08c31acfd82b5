"""A plan with other indicators, periods and agencies is played without a change of code."""

from datetime import date
from decimal import Decimal

import pytest

from services.ingest.plans.model import Plan, Registry
from services.ingest.submissions.model import Draft
from services.ingest.submissions.reading import read_draft
from services.ingest.submissions.rules import draft_faults
from shared.events.plans import (
    AgencyRegisteredData,
    IndicatorData,
    MilestoneData,
    PeriodData,
    PlanPublishedData,
    ProgrammeData,
    TargetData,
    ThresholdsData,
)
from shared.events.vocabulary import (
    AgencyKind,
    Basis,
    Comparison,
    Direction,
    Expectation,
    Measure,
    Method,
    PeriodLength,
    RollUp,
)
from tools.demo.figures import observe
from tools.demo.habits import reporting_agencies
from tools.demo.year import year_of

START, END = date(2020, 1, 1), date(2024, 1, 1)


def indicator(
    name: str,
    measure: Measure,
    *,
    target: str | None,
    baseline: str | None = None,
    direction: Direction = Direction.INCREASING,
    expectation: Expectation = Expectation.LINEAR,
    milestones: tuple[MilestoneData, ...] = (),
) -> IndicatorData:
    comparison = Comparison.AT_LEAST if direction is Direction.INCREASING else Comparison.AT_MOST
    return IndicatorData(
        id=name,
        programme="climate",
        name_vi=name,
        name_en=name,
        unit_vi="đơn vị",
        unit_en="units",
        measure=measure,
        direction=direction,
        method=Method.TO_TARGET if target else Method.NO_TARGET,
        target=TargetData(comparison=comparison, value=Decimal(target)) if target else None,
        basis=Basis.STATED,
        basis_sentence=None,
        baseline=MilestoneData(on=START, value=Decimal(baseline), basis=Basis.STATED) if baseline else None,
        milestones=milestones,
        expectation=expectation,
        roll_up=RollUp.VALUE,
        reported_by_kinds=(AgencyKind.OFFICE,),
    )


EMISSIONS = indicator("emissions", Measure.NUMBER, target="443.5", baseline="739.1", direction=Direction.DECREASING)
INDICATORS = (
    EMISSIONS,
    indicator("temperature", Measure.NUMBER, target=None),
    indicator("protected-land", Measure.PERCENT, target="25", baseline="12.1"),
    indicator("zero-emission-cars", Measure.SHARE, target="20"),
    indicator("open-complaints", Measure.COUNT, target="5", direction=Direction.DECREASING),
    indicator("spills", Measure.COUNT, target="0", direction=Direction.DECREASING, expectation=Expectation.AT_ONCE),
    indicator("law-in-force", Measure.YES_NO, target="1"),
)
PERIODS = tuple(
    PeriodData(
        id=str(year),
        starts_on=date(year, 1, 1),
        ends_on=date(year + 1, 1, 1),
        due_on=date(year + 1, 1, 10),
        locked_on=date(year + 1, 2, 10),
    )
    for year in range(2020, 2024)
)
AGENCIES = tuple(
    AgencyRegisteredData(
        agency=f"office-{number}",
        name_vi=f"Office {number}",
        name_en=f"Office {number}",
        kind=AgencyKind.OFFICE,
        parent=None,
        staff=None,
        valid_from=START,
        valid_to=date(2022, 7, 1) if number == 1 else None,
        succeeded_by="office-2" if number == 1 else None,
    )
    for number in range(1, 14)
)
PLAN = PlanPublishedData(
    plan="climate",
    version=1,
    content_hash="",
    title_vi="Khí hậu",
    title_en="Climate",
    decision="1",
    source="",
    starts_on=START,
    ends_on=END,
    timezone="America/Toronto",
    lead_agency="office-2",
    reporting=PeriodLength.YEAR,
    thresholds=ThresholdsData(on_track_ratio=Decimal("0.95"), at_risk_ratio=Decimal("0.75")),
    programmes=(ProgrammeData(id="climate", name_vi="Khí hậu", name_en="Climate"),),
    indicators=INDICATORS,
    periods=PERIODS,
    agencies=tuple(agency.agency for agency in AGENCIES),
    days_off=(),
)


def test_every_right_submission_is_valid_for_the_plan() -> None:
    plan = Plan(**dict(PLAN))
    registry = Registry(plans={plan.plan: plan}, agencies={agency.agency: agency for agency in AGENCIES})
    sent = 0
    for moment in year_of(PLAN, AGENCIES, seed=1):
        for act in (act for group in moment.acts for act in group if act.mistake is None):
            draft = read_draft(act.body, filer=act.filer)
            assert isinstance(draft, Draft)
            assert draft_faults(draft, registry=registry, filer=act.filer, today=moment.at.date()) == []
            sent += 1
    assert sent > len(AGENCIES) * 3


def test_an_agency_that_has_ceased_files_no_more() -> None:
    first = [AGENCIES[0] in reporting_agencies(PLAN, AGENCIES, period) for period in PERIODS]
    assert first == [True, True, False, False]


@pytest.mark.parametrize("agency", AGENCIES, ids=lambda agency: agency.agency)
def test_what_is_to_fall_falls_from_its_baseline(agency: AgencyRegisteredData) -> None:
    values = [observe(EMISSIONS, agency=agency, plan=PLAN, period=period, seed=1).value for period in PERIODS]
    assert values == sorted(values, key=lambda value: value or 0, reverse=True)
    assert all(value is not None and value <= Decimal("739.1") for value in values)
