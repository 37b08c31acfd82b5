"""A small province for ingest's tests: one department, one district, one commune, two indicators of each measure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from services.ingest.plans.model import Agency, Indicator, Period, Plan, Registry
from services.ingest.submissions.model import Draft, Observation
from shared.events.vocabulary import AgencyKind, Measure, PeriodLength

DEPARTMENT = Agency(
    "so-noi-vu", "Sở Nội vụ", "Department of Home Affairs", AgencyKind.DEPARTMENT, None, date(2014, 1, 1), None
)
DISTRICT = Agency(
    "ubnd-huyen-lac-duong",
    "UBND huyện Lạc Dương",
    "Lạc Dương",
    AgencyKind.DISTRICT,
    None,
    date(2014, 1, 1),
    date(2025, 7, 1),
)
COMMUNE = Agency(
    "ubnd-xa-lat", "UBND xã Lát", "Lát", AgencyKind.COMMUNE, "ubnd-huyen-lac-duong", date(2014, 1, 1), date(2025, 7, 1)
)
LEAD = Agency(
    "so-dic", "Sở Thông tin", "Department of Information", AgencyKind.DEPARTMENT, None, date(2014, 1, 1), None
)
ABOLISHED = Agency("so-cu", "Sở cũ", "Old Department", AgencyKind.DEPARTMENT, None, date(2010, 1, 1), date(2014, 2, 1))
MARCH = Period("2014-03", date(2014, 3, 1), date(2014, 4, 1), date(2014, 4, 7), date(2014, 5, 7))
APRIL = Period("2014-04", date(2014, 4, 1), date(2014, 5, 1), date(2014, 5, 9), date(2014, 6, 9))
OPEN_DAY = date(2014, 4, 3)


def indicator(name: str, measure: Measure, *kinds: AgencyKind) -> Indicator:
    """Return an indicator that agencies of these kinds report."""
    return Indicator(name, measure, frozenset(kinds or {AgencyKind.DEPARTMENT, AgencyKind.COMMUNE}), frozenset())


PLAN = Plan(
    id="lam-dong-2014",
    version=1,
    lead_agency=LEAD.id,
    reporting=PeriodLength.MONTH,
    indicators={
        each.id: each
        for each in (
            indicator("edoc-exchange", Measure.SHARE),
            indicator("doc-management", Measure.YES_NO),
            indicator("network-uptime", Measure.PERCENT),
            indicator("open-incidents", Measure.COUNT),
            indicator("growth", Measure.NUMBER),
            indicator("eoffice-commune", Measure.YES_NO, AgencyKind.COMMUNE),
        )
    },
    periods={"2014-03": MARCH, "2014-04": APRIL},
    agencies=frozenset({DEPARTMENT.id, DISTRICT.id, COMMUNE.id, ABOLISHED.id}),
)
REGISTRY = Registry({PLAN.id: PLAN}, {each.id: each for each in (DEPARTMENT, DISTRICT, COMMUNE, ABOLISHED, LEAD)})


def share(numerator: str, denominator: str, *, of: str = "edoc-exchange") -> Observation:
    """Return an observation of a share."""
    return Observation(of, numerator=Decimal(numerator), denominator=Decimal(denominator))


def draft(
    *observations: Observation, agency: str = DEPARTMENT.id, period: str = "2014-03", plan: str = "lam-dong-2014"
) -> Draft:
    """Return a draft with these observations, or one good one."""
    held: Sequence[Observation] = observations or (share("412", "510"),)
    return Draft(plan=plan, period=period, agency=agency, observations=tuple(held))
