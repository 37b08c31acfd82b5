"""Events that scoring reads, in which a test names only what its sentence is about."""

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from shared.events.envelope import attributes, event_id
from shared.events.plans import (
    AgencyRegistered,
    AgencyRegisteredData,
    IndicatorData,
    PeriodData,
    PlanPublished,
    PlanPublishedData,
    TargetData,
    ThresholdsData,
)
from shared.events.submissions import (
    ObservationData,
    SubmissionAccepted,
    SubmissionAcceptedData,
    SubmissionReturned,
    SubmissionReturnedData,
    SubmissionWithdrawn,
    SubmissionWithdrawnData,
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
from shared.runtime.clock import TIMEZONE

PLAN = "lam-dong-2014"
AGENCIES = tuple(f"ubnd-huyen-{number}" for number in range(1, 6))
PUBLISHED_AT = datetime(2014, 1, 2, 8, tzinfo=TIMEZONE)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=TIMEZONE)


def agency_registered(
    agency: str,
    *,
    time: datetime = PUBLISHED_AT,
    kind: AgencyKind = AgencyKind.DISTRICT,
    parent: str | None = None,
    **changes: Any,
) -> AgencyRegistered:
    """Return what the registry says of an agency from this moment on."""
    told = {
        "agency": agency,
        "name_vi": agency,
        "name_en": agency,
        "kind": kind,
        "parent": parent,
        "staff": 20,
        "valid_from": date(2004, 1, 1),
        "valid_to": None,
        "succeeded_by": None,
    }
    return AgencyRegistered(
        **attributes(
            kind="agency.registered.v1",
            source="/ingest",
            subject=agency,
            time=time,
            identity=event_id("agency", agency, time),
            correlation="registry",
        ),
        data=AgencyRegisteredData.model_validate(told | changes),
    )


def indicator(id: str, *, method: Method = Method.TO_TARGET, target: int = 90) -> IndicatorData:  # noqa: A002  domain's word
    return IndicatorData(
        id=id,
        programme="egov",
        name_vi=id,
        name_en=id,
        unit_vi="%",
        unit_en="%",
        measure=Measure.SHARE,
        direction=Direction.INCREASING,
        method=method,
        target=TargetData(comparison=Comparison.ABOVE, value=Decimal(target)),
        basis=Basis.STATED,
        basis_sentence="trên 90%",
        expectation=Expectation.LINEAR,
        roll_up=RollUp.POOLED,
        reported_by_kinds=(AgencyKind.DISTRICT,),
    )


def plan_published(
    *,
    version: int = 1,
    plan: str = PLAN,
    indicators: tuple[IndicatorData, ...] = (indicator("edoc-exchange"), indicator("oss-priority", target=50)),
    agencies: tuple[str, ...] = AGENCIES,
) -> PlanPublished:
    months = [date(2014, month, 1) for month in range(1, 13)] + [date(2015, 1, 1)]
    return PlanPublished(
        **attributes(
            kind="plan.published.v1",
            source="/ingest",
            subject=f"{plan}:{version}",
            time=PUBLISHED_AT,
            identity=event_id("plan", plan, version),
            correlation=f"{plan}:{version}",
        ),
        data=PlanPublishedData(
            plan=plan,
            version=version,
            content_hash=str(version),
            title_vi=plan,
            title_en=plan,
            decision="2770/QĐ-UBND",
            source="a test",
            starts_on=date(2014, 1, 1),
            ends_on=date(2015, 1, 1),
            timezone="Asia/Ho_Chi_Minh",
            lead_agency=AGENCIES[0],
            reporting=PeriodLength.MONTH,
            thresholds=ThresholdsData(on_track_ratio=Decimal("0.95"), at_risk_ratio=Decimal("0.75")),
            programmes=(),
            indicators=indicators,
            periods=tuple(
                PeriodData(
                    id=f"{starts_on:%Y-%m}",
                    starts_on=starts_on,
                    ends_on=ends_on,
                    due_on=ends_on.replace(day=8),
                    locked_on=ends_on.replace(day=28),
                )
                for starts_on, ends_on in pairwise(months)
            ),
            agencies=agencies,
            days_off=(),
        ),
    )


def submission_accepted(
    agency: str = AGENCIES[0],
    *,
    period: str = "2014-03",
    revision: int = 1,
    plan_version: int = 1,
    filed_at: datetime = datetime(2014, 4, 3, 9, tzinfo=TIMEZONE),
    **percents: int,
) -> SubmissionAccepted:
    """Return a submission with whole percents by indicator: `edoc_exchange=40`."""
    identity = UUID(str(event_id("submission", agency, period, revision)))
    return SubmissionAccepted(
        **attributes(
            kind="submission.accepted.v1",
            source="/ingest",
            subject=str(identity),
            time=filed_at,
            identity=event_id("accepted", identity),
            correlation=f"correlation of {identity}",
        ),
        data=SubmissionAcceptedData(
            submission=identity,
            plan=PLAN,
            plan_version=plan_version,
            agency=agency,
            period=period,
            revision=revision,
            filed_at=filed_at,
            filed_by=agency,
            is_synthetic=True,
            observations=tuple(
                ObservationData(indicator=name.replace("_", "-"), numerator=Decimal(percent), denominator=Decimal(100))
                for name, percent in percents.items()
            ),
        ),
    )


def submission_withdrawn(
    filed: SubmissionAccepted, *, at: datetime = datetime(2014, 4, 3, 11, tzinfo=TIMEZONE), reason: str = "nhầm kỳ"
) -> SubmissionWithdrawn:
    """Return the withdrawal of a submission by who filed it."""
    return SubmissionWithdrawn(
        **_after(filed, "withdrawn", at),
        data=SubmissionWithdrawnData(**_named(filed), withdrawn_at=at, withdrawn_by=filed.data.filed_by, reason=reason),
    )


def submission_returned(
    filed: SubmissionAccepted, *, at: datetime = datetime(2014, 4, 3, 15, tzinfo=TIMEZONE), reason: str = "sai mẫu số"
) -> SubmissionReturned:
    """Return the return of a submission by the lead agency."""
    return SubmissionReturned(
        **_after(filed, "returned", at),
        data=SubmissionReturnedData(**_named(filed), returned_at=at, returned_by=AGENCIES[0], reason=reason),
    )


def _after(filed: SubmissionAccepted, ending: str, at: datetime) -> dict[str, Any]:
    return attributes(
        kind=f"submission.{ending}.v1",
        source="/ingest",
        subject=filed.subject,
        time=at,
        identity=event_id(ending, filed.subject),
        correlation=filed.correlationid,
        causation=str(filed.id),
    )


def _named(filed: SubmissionAccepted) -> dict[str, Any]:
    return filed.data.model_dump(include={"submission", "plan", "plan_version", "agency", "period", "revision"})
