"""Translates between the language of the topics and scoring's own values."""

from datetime import tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from services.scoring.attainment import goal
from services.scoring.judgements import Judgement, Progress
from services.scoring.model import (
    Agency,
    Filing,
    Indicator,
    Key,
    Milestone,
    Observation,
    Period,
    Plan,
    Target,
    Thresholds,
)
from shared.events.envelope import attributes, event_id
from shared.events.plans import (
    AgencyRegisteredData,
    IndicatorData,
    MilestoneData,
    PlanPublishedData,
    TargetData,
    ThresholdsData,
)
from shared.events.progress import (
    BaseData,
    FilingData,
    JudgementData,
    ObservedData,
    ProgressChanged,
    ProgressChangedData,
)
from shared.events.submissions import ObservationData, SubmissionAccepted

SOURCE: Final = "/scoring"
_KIND: Final = "progress.changed.v1"


def plan_of(data: PlanPublishedData) -> Plan:
    """Return the plan version that was published.

    Raises:
        ZoneInfoNotFoundError: the plan's time zone is not in the time zone database.
    """
    return Plan(
        id=data.plan,
        version=data.version,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        timezone=ZoneInfo(data.timezone),
        thresholds=Thresholds(data.thresholds.on_track_ratio, data.thresholds.at_risk_ratio),
        indicators=tuple(map(_indicator, data.indicators)),
        periods=tuple(Period(each.id, each.starts_on, each.ends_on, each.due_on) for each in data.periods),
        agencies=frozenset(data.agencies),
    )


def agency_of(data: AgencyRegisteredData) -> Agency:
    """Return the agency that was registered."""
    return Agency(id=data.agency, kind=data.kind, valid_from=data.valid_from, valid_to=data.valid_to)


def filing_of(event: SubmissionAccepted) -> Filing:
    """Return what was filed."""
    data = event.data
    return Filing(
        key=Key(plan=data.plan, agency=data.agency, period=data.period),
        plan_version=data.plan_version,
        submission=data.submission,
        revision=data.revision,
        filed_at=data.filed_at,
        is_synthetic=data.is_synthetic,
        observations=tuple(map(_observation, data.observations)),
    )


def cause_of(event: SubmissionAccepted) -> tuple[str, str]:
    """Return the correlation and causation ids of what this submission leads to."""
    return event.correlationid, str(event.id)


def progress_changed(progress: Progress, *, plan: Plan) -> ProgressChanged:
    """Return the event that announces the progress; the same progress always gives the same event."""
    return ProgressChanged(
        **attributes(
            kind=_KIND,
            source=SOURCE,
            subject="/".join(progress.key),
            time=progress.cause.decided_at.astimezone(plan.timezone),
            identity=event_id("progress", *progress.key, progress.sequence),
            correlation=progress.cause.correlation,
            causation=progress.cause.causation,
        ),
        data=progress_data(progress, plan=plan),
    )


def progress_data(progress: Progress, *, plan: Plan) -> ProgressChangedData:
    """Return the progress with everything needed to recompute it by hand; `plan` is the version that judged it."""
    period = plan.period_by_id[progress.key.period]
    return ProgressChangedData(
        plan=plan.id,
        plan_version=plan.version,
        agency=progress.key.agency,
        period=period.id,
        sequence=progress.sequence,
        plan_starts_on=plan.starts_on,
        plan_ends_on=plan.ends_on,
        period_starts_on=period.starts_on,
        period_ends_on=period.ends_on,
        due_on=period.due_on,
        is_closed=progress.is_closed,
        thresholds=ThresholdsData(
            on_track_ratio=plan.thresholds.on_track_ratio, at_risk_ratio=plan.thresholds.at_risk_ratio
        ),
        filing=_filing_data(progress.filing, period=period, timezone=plan.timezone) if progress.filing else None,
        standing=progress.standing,
        previous_standing=progress.previous_standing,
        judgements=tuple(
            _judgement_data(judgement, indicator=plan.indicator_by_id[judgement.indicator])
            for judgement in progress.judgements
        ),
        changed_indicators=progress.changed_indicators,
    )


def _indicator(data: IndicatorData) -> Indicator:
    return Indicator(
        id=data.id,
        unit_vi=data.unit_vi,
        unit_en=data.unit_en,
        measure=data.measure,
        direction=data.direction,
        method=data.method,
        target=_target(data.target) if data.target else None,
        basis=data.basis,
        expectation=data.expectation,
        baseline=_milestone(data.baseline) if data.baseline else None,
        milestones=tuple(map(_milestone, data.milestones)),
        growth_from=data.growth_from,
        reported_by_kinds=frozenset(data.reported_by_kinds),
        reported_by_agencies=frozenset(data.reported_by_agencies),
    )


def _target(data: TargetData) -> Target:
    return Target(data.comparison, data.value, data.on)


def _milestone(data: MilestoneData) -> Milestone:
    return Milestone(data.on, data.value, data.basis)


def _observation(data: ObservationData) -> Observation:
    return Observation(data.indicator, data.numerator, data.denominator, data.value, data.yes, data.note)


def _filing_data(filing: Filing, *, period: Period, timezone: tzinfo) -> FilingData:
    filed_at = filing.filed_at.astimezone(timezone)
    return FilingData(
        submission=filing.submission,
        revision=filing.revision,
        filed_at=filed_at,
        is_timely=filed_at.date() <= period.due_on,
        is_synthetic=filing.is_synthetic,
    )


def _judgement_data(judgement: Judgement, *, indicator: Indicator) -> JudgementData:
    target, observed = goal(indicator), judgement.observed
    return JudgementData(
        indicator=indicator.id,
        measure=indicator.measure,
        direction=indicator.direction,
        method=indicator.method,
        target=TargetData(comparison=target.comparison, value=target.value, on=target.on) if target else None,
        basis=indicator.basis,
        expectation=indicator.expectation,
        baseline=_milestone_data(indicator.baseline) if indicator.baseline else None,
        milestones=tuple(map(_milestone_data, indicator.milestones)),
        observed=ObservedData(
            value=observed.value,
            numerator=observed.numerator,
            denominator=observed.denominator,
            note=observed.note,
        )
        if observed
        else None,
        attainment_ratio=judgement.attainment_ratio,
        expected_ratio=judgement.expected_ratio,
        expected_value=judgement.expected_value,
        pace_ratio=judgement.pace_ratio,
        lag_points=judgement.lag_points,
        standing=judgement.standing,
        reason=judgement.reason,
        formula=judgement.formula,
        sentence_vi=judgement.sentence_vi,
        sentence_en=judgement.sentence_en,
        base=BaseData(on=judgement.base.on, value=judgement.base.value) if judgement.base else None,
        progress_ratio=judgement.progress_ratio,
        score=judgement.score,
        status=judgement.status,
    )


def _milestone_data(milestone: Milestone) -> MilestoneData:
    return MilestoneData(on=milestone.on, value=milestone.value, basis=milestone.basis)
