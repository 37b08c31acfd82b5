"""Translates events into the model of plans, agencies, progress and roll-ups."""

from services.notify.progress.model import (
    Agency,
    Filing,
    Indicator,
    IndicatorRollUp,
    Judgement,
    Period,
    PeriodRollUp,
    Plan,
    Progress,
    Target,
)
from shared.events.plans import AgencyRegisteredData, IndicatorData, PlanPublishedData, TargetData
from shared.events.progress import JudgementData, ProgressChanged
from shared.events.rollups import IndicatorRollUpData, RollUpChangedData
from shared.events.vocabulary import LocalizedText


def plan_of(told: PlanPublishedData) -> Plan:
    """Return the plan version that was published."""
    return Plan(
        id=told.plan,
        version=told.version,
        title=LocalizedText(vi=told.title_vi, en=told.title_en),
        decision=told.decision,
        starts_on=told.starts_on,
        ends_on=told.ends_on,
        lead_agency=told.lead_agency,
        indicators=tuple(_indicator_of(indicator) for indicator in told.indicators),
        periods=tuple(
            Period(
                id=period.id,
                starts_on=period.starts_on,
                ends_on=period.ends_on,
                due_on=period.due_on,
                locked_on=period.locked_on,
            )
            for period in told.periods
        ),
        agencies=told.agencies,
        days_off=frozenset(told.days_off),
    )


def agency_of(told: AgencyRegisteredData) -> Agency:
    """Return the agency that was registered."""
    return Agency(
        id=told.agency,
        name=LocalizedText(vi=told.name_vi, en=told.name_en),
    )


def progress_of(event: ProgressChanged) -> Progress:
    """Return the progress that this event announces."""
    told = event.data
    return Progress(
        plan=told.plan,
        plan_version=told.plan_version,
        agency=told.agency,
        period=told.period,
        sequence=told.sequence,
        starts_on=told.period_starts_on,
        ends_on=told.period_ends_on,
        due_on=told.due_on,
        is_closed=told.is_closed,
        on_track_ratio=told.thresholds.on_track_ratio,
        standing=told.standing,
        filing=Filing(
            revision=told.filing.revision,
            filed_at=told.filing.filed_at,
            is_synthetic=told.filing.is_synthetic,
        )
        if told.filing
        else None,
        judgements=tuple(_judgement_of(judgement) for judgement in told.judgements),
        announced_at=event.time,
    )


def rollup_of(told: RollUpChangedData) -> PeriodRollUp:
    """Return what all agencies reach together, as it was announced."""
    return PeriodRollUp(
        plan_version=told.plan_version,
        is_closed=told.is_closed,
        as_of=told.as_of,
        owed=told.owed,
        filed=told.filed,
        agencies=told.agencies,
        period_before=told.period_before,
        agencies_before=told.agencies_before,
        indicators=tuple(map(_indicator_rollup_of, told.indicators)),
    )


def _indicator_rollup_of(told: IndicatorRollUpData) -> IndicatorRollUp:
    return IndicatorRollUp(
        indicator=told.indicator,
        value=told.value,
        target=_target_of(told.target),
        basis=told.basis,
        expected_value=told.expected_value,
        expected_basis=told.expected_basis,
        verdict=told.verdict,
        reported=told.reported,
        owed=told.owed,
        is_incomplete=told.is_incomplete,
        unknown_staff=told.unknown_staff,
        same=told.same,
        value_of_same=told.value_of_same,
        value_before=told.value_before,
    )


def _indicator_of(told: IndicatorData) -> Indicator:
    return Indicator(
        id=told.id,
        name=LocalizedText(vi=told.name_vi, en=told.name_en),
        unit=LocalizedText(vi=told.unit_vi, en=told.unit_en),
        measure=told.measure,
        roll_up=told.roll_up,
    )


def _judgement_of(told: JudgementData) -> Judgement:
    observed = told.observed
    return Judgement(
        indicator=told.indicator,
        measure=told.measure,
        direction=told.direction,
        method=told.method,
        target=_target_of(told.target),
        basis=told.basis,
        value=observed.value if observed else None,
        numerator=observed.numerator if observed else None,
        denominator=observed.denominator if observed else None,
        note=observed.note if observed else None,
        expected_value=told.expected_value,
        standing=told.standing,
        reason=told.reason,
        tolerance=told.tolerance.on_track if told.tolerance else None,
        needed_value=told.needed_value,
        needed_numerator=told.needed_numerator,
    )


def _target_of(told: TargetData | None) -> Target | None:
    return Target(comparison=told.comparison, value=told.value) if told else None
