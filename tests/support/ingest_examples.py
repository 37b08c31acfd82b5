"""A small province for ingest's tests: one department, one district, one commune, two indicators of each measure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel

from services.ingest.plans.model import Plan, Registry
from services.ingest.submissions.model import Draft
from shared.events.plans import AgencyRegisteredData, IndicatorData, PeriodData, ThresholdsData
from shared.events.submissions import ObservationData
from shared.events.vocabulary import AgencyKind, Basis, Direction, Expectation, Measure, Method, PeriodLength, RollUp

ValueT = TypeVar("ValueT", bound=BaseModel)


def changed(value: ValueT, **changes: object) -> ValueT:
    """Return a value with some fields changed."""
    return type(value)(**{**dict(value), **changes})


def agency(
    name: str, name_vi: str, name_en: str, kind: AgencyKind = AgencyKind.DEPARTMENT, **given: Any
) -> AgencyRegisteredData:
    """Return an agency that exists from the beginning of 2014."""
    usual = {"parent": None, "staff": None, "valid_from": date(2014, 1, 1), "valid_to": None, "succeeded_by": None}
    return AgencyRegisteredData(agency=name, name_vi=name_vi, name_en=name_en, kind=kind, **{**usual, **given})


def period(name: str, starts_on: date, ends_on: date, due_on: date, locked_on: date) -> PeriodData:
    """Return a period."""
    return PeriodData(id=name, starts_on=starts_on, ends_on=ends_on, due_on=due_on, locked_on=locked_on)


UNTIL_2025 = date(2025, 7, 1)
DEPARTMENT = agency("so-noi-vu", "Sở Nội vụ", "Department of Home Affairs")
DISTRICT = agency("ubnd-huyen-lac-duong", "UBND huyện Lạc Dương", "Lạc Dương", AgencyKind.DISTRICT, valid_to=UNTIL_2025)
COMMUNE = agency("ubnd-xa-lat", "UBND xã Lát", "Lát", AgencyKind.COMMUNE, parent=DISTRICT.agency, valid_to=UNTIL_2025)
LEAD = agency("so-dic", "Sở Thông tin", "Department of Information")
ABOLISHED = agency("so-cu", "Sở cũ", "Old Department", valid_from=date(2010, 1, 1), valid_to=date(2014, 2, 1))
MARCH = period("2014-03", date(2014, 3, 1), date(2014, 4, 1), date(2014, 4, 7), date(2014, 5, 7))
APRIL = period("2014-04", date(2014, 4, 1), date(2014, 5, 1), date(2014, 5, 9), date(2014, 6, 9))
OPEN_DAY = date(2014, 4, 3)


def indicator(name: str, measure: Measure, *kinds: AgencyKind) -> IndicatorData:
    """Return an indicator that agencies of these kinds report."""
    return IndicatorData(
        id=name,
        programme="egov",
        name_vi=name,
        name_en=name,
        unit_vi="",
        unit_en="",
        measure=measure,
        direction=Direction.INCREASING,
        method=Method.NO_TARGET,
        target=None,
        basis=Basis.ASSUMED,
        basis_sentence=None,
        expectation=Expectation.LINEAR,
        roll_up=RollUp.VALUE,
        reported_by_kinds=kinds or (AgencyKind.DEPARTMENT, AgencyKind.COMMUNE),
    )


PLAN = Plan(
    plan="lam-dong-2014",
    version=1,
    content_hash="",
    title_vi="Kế hoạch",
    title_en="Plan",
    decision="",
    source="",
    starts_on=date(2014, 1, 1),
    ends_on=date(2015, 1, 1),
    timezone="Asia/Ho_Chi_Minh",
    lead_agency=LEAD.agency,
    reporting=PeriodLength.MONTH,
    thresholds=ThresholdsData(on_track_ratio=Decimal("0.95"), at_risk_ratio=Decimal("0.75")),
    programmes=(),
    indicators=(
        indicator("edoc-exchange", Measure.SHARE),
        indicator("doc-management", Measure.YES_NO),
        indicator("network-uptime", Measure.PERCENT),
        indicator("open-incidents", Measure.COUNT),
        indicator("growth", Measure.NUMBER),
        indicator("eoffice-commune", Measure.YES_NO, AgencyKind.COMMUNE),
    ),
    periods=(MARCH, APRIL),
    agencies=(DEPARTMENT.agency, DISTRICT.agency, COMMUNE.agency, ABOLISHED.agency),
    days_off=(),
)
REGISTRY = Registry({PLAN.plan: PLAN}, {each.agency: each for each in (DEPARTMENT, DISTRICT, COMMUNE, ABOLISHED, LEAD)})


def observed(of: str, /, **parts: Any) -> ObservationData:
    """Return an observation of an indicator."""
    return ObservationData(indicator=of, **parts)


def share(numerator: str, denominator: str, *, of: str = "edoc-exchange") -> ObservationData:
    """Return an observation of a share."""
    return observed(of, numerator=Decimal(numerator), denominator=Decimal(denominator))


def draft(
    *observations: ObservationData,
    agency: str = DEPARTMENT.agency,
    period: str = "2014-03",
    plan: str = "lam-dong-2014",
) -> Draft:
    """Return a draft with these observations, or one good one."""
    held: Sequence[ObservationData] = observations or (share("412", "510"),)
    return Draft(plan=plan, period=period, agency=agency, observations=tuple(held))
