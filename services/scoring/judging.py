"""Judges every indicator that an agency owes in a period, and the agency as a whole."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from services.scoring import figures
from services.scoring.attainment import base_of, found
from services.scoring.cases import Case, Finding
from services.scoring.composite import points
from services.scoring.judgements import Judgement, Observed
from services.scoring.model import (
    Agency,
    Base,
    Ended,
    Filing,
    Indicator,
    Observation,
    Period,
    Plan,
    Target,
    Thresholds,
)
from services.scoring.obligation import indicators_owed
from services.scoring.remembering import once_per_plan
from services.scoring.yardsticks import Yardstick, yardsticks
from shared.events.vocabulary import Ending, GrowthFrom, ProgressStatus, Reason, Standing


class Steps(NamedTuple):
    """The figures between what was reported and its standing, not yet rounded; ratios, None where there is none."""

    value: Decimal | None = None
    base: Base | None = None
    finding: Finding = Finding()
    pace: Decimal | None = None
    lag_points: Decimal | None = None


NO_FIRSTS: Final[Mapping[str, Base]] = MappingProxyType({})
_NO_STEPS: Final = Steps()
_STANDINGS: Final[Mapping[ProgressStatus, Standing]] = MappingProxyType(
    {
        ProgressStatus.TARGET_ACHIEVED: Standing.MET,
        ProgressStatus.SUBSTANTIAL_PROGRESS: Standing.ON_TRACK,
        ProgressStatus.MODERATE_PROGRESS: Standing.AT_RISK,
        ProgressStatus.LIMITED_PROGRESS: Standing.LAGGING,
        ProgressStatus.DETERIORATION: Standing.LAGGING,
        ProgressStatus.NOT_AVAILABLE: Standing.NOT_ASSESSABLE,
    }
)

_ENDED: Final[Mapping[Ending, Reason]] = MappingProxyType(
    {Ending.WITHDRAWN: Reason.WITHDRAWN, Ending.RETURNED: Reason.RETURNED}
)


def judge_agency(
    *,
    plan: Plan,
    agency: Agency,
    period: Period,
    filing: Filing | None,
    is_closed: bool,
    firsts: Mapping[str, Base] = NO_FIRSTS,
    ended: Ended | None = None,
) -> tuple[Judgement, ...]:
    """Return the judgements of what the agency owes and of what it reported besides, in the plan's order.

    `firsts` are its first observations before this period, by indicator; `ended` is why nothing counts as filed.
    """
    reported = {each.indicator: each for each in filing.observations} if filing else {}
    owed = {indicator.id for indicator in indicators_owed(plan=plan, agency=agency, period=period)}
    by = yardsticks(plan, period)
    silence = _unreported(has_filed=filing is not None, ended=ended, is_closed=is_closed)
    return tuple(
        _judged(
            indicator,
            observation=reported[indicator.id],
            yardstick=by[indicator.id],
            period=period,
            first=firsts.get(indicator.id),
        )
        if indicator.id in reported
        else _silent(plan, period, *silence)[indicator.id]
        for indicator in plan.indicators
        if indicator.id in owed or indicator.id in reported
    )


def judge(
    *,
    plan: Plan,
    period: Period,
    indicator: Indicator,
    observation: Observation | None,
    has_filed: bool,
    is_closed: bool,
    first: Base | None = None,
    ended: Ended | None = None,
) -> Judgement:
    """Return standing and attainment (a ratio, 1 = met) with the reason a reader can check.

    `first` is the agency's first observation of the indicator before this period, None where this is the first.

    Source: each method names its own; thresholds are the plan's, but for the methods that look at growth.
    """
    if observation is None:
        silence = _unreported(has_filed=has_filed, ended=ended, is_closed=is_closed)
        return _silent(plan, period, *silence)[indicator.id]
    yardstick = yardsticks(plan, period)[indicator.id]
    return _judged(indicator, observation=observation, yardstick=yardstick, period=period, first=first)


@once_per_plan
def _silent(plan: Plan, period: Period, standing: Standing, reason: Reason) -> Mapping[str, Judgement]:
    """Return the judgements of what nobody reported: the same for every agency."""
    by = yardsticks(plan, period)
    return {
        each.id: _written(
            indicator=each,
            observation=None,
            yardstick=by[each.id],
            steps=_NO_STEPS,
            standing=standing,
            reason=reason,
        )
        for each in plan.indicators
    }


def _judged(
    indicator: Indicator, *, observation: Observation, yardstick: Yardstick, period: Period, first: Base | None
) -> Judgement:
    steps = _steps(indicator, observation=observation, yardstick=yardstick, period=period, first=first)
    standing, reason = _verdict(steps, target=yardstick.target, thresholds=yardstick.thresholds)
    return _written(
        indicator=indicator,
        observation=observation,
        yardstick=yardstick,
        steps=steps,
        standing=standing,
        reason=reason,
    )


def _unreported(*, has_filed: bool, ended: Ended | None, is_closed: bool) -> tuple[Standing, Reason]:
    standing = Standing.MISSING if is_closed else Standing.AWAITED
    if ended is not None:
        return standing, _ENDED[ended.ending]
    if not is_closed:
        return standing, Reason.NOT_YET_DUE
    return standing, Reason.NOT_REPORTED if has_filed else Reason.NOT_FILED


def _steps(
    indicator: Indicator, *, observation: Observation, yardstick: Yardstick, period: Period, first: Base | None
) -> Steps:
    value = figures.value_of(observation)
    if value is None:
        return _NO_STEPS
    base = base_of(indicator, first=first)
    if base is None and indicator.growth_from is GrowthFrom.FIRST_OBSERVATION:
        base = Base(period.last_on, value)  # nothing was reported before: it is its own base
    case = Case(indicator.direction, yardstick.target, value, at=period.ends_on, due=yardstick.due, base=base)
    finding = found(indicator.method, case)
    attainment, wanted = finding.attainment, yardstick.expected.ratio
    if attainment is None or wanted is None:
        return Steps(value=value, base=base, finding=finding)
    return Steps(
        value=value,
        base=base,
        finding=finding,
        # Where nothing is expected yet, or less, the quotient has no meaning.
        pace=figures.quotient(attainment, wanted) if wanted > 0 else None,
        lag_points=figures.shortfall(attainment, wanted),
    )


def _verdict(steps: Steps, *, target: Target | None, thresholds: Thresholds) -> tuple[Standing, Reason]:
    finding = steps.finding
    if steps.value is None:
        return Standing.NOT_ASSESSABLE, Reason.DENOMINATOR_ZERO
    if finding.growth is not None and finding.reason is not None:
        return _STANDINGS[finding.growth.status], finding.reason
    if target is not None and target.is_met_by(steps.value):
        return Standing.MET, Reason.TARGET_MET
    if finding.reason is not None:
        return Standing.NOT_ASSESSABLE, finding.reason
    return _by_pace(figures.kept(steps.pace), thresholds)


def _by_pace(pace: Decimal | None, thresholds: Thresholds) -> tuple[Standing, Reason]:
    if pace is None:
        return Standing.ON_TRACK, Reason.NOTHING_EXPECTED_YET
    if pace >= thresholds.on_track_ratio:
        return Standing.ON_TRACK, Reason.BY_PACE
    return Standing.AT_RISK if pace >= thresholds.at_risk_ratio else Standing.LAGGING, Reason.BY_PACE


def _written(
    *,
    indicator: Indicator,
    observation: Observation | None,
    yardstick: Yardstick,
    steps: Steps,
    standing: Standing,
    reason: Reason,
) -> Judgement:
    growth, attainment = steps.finding.growth, figures.kept(steps.finding.attainment)
    return Judgement(
        indicator=indicator.id,
        observed=None if observation is None else _observed(observation, value=steps.value),
        attainment_ratio=attainment,
        expected_ratio=yardstick.expected_ratio,
        expected_value=figures.kept(growth.expected_value) if growth else yardstick.expected_value,
        pace_ratio=figures.kept(steps.pace),
        lag_points=figures.kept(steps.lag_points),
        standing=standing,
        reason=reason,
        base=steps.base if growth else None,
        progress_ratio=figures.kept(growth.ratio) if growth else None,
        score=figures.kept(growth.score) if growth else None,
        status=growth.status if growth else None,
        points=points(attainment, standing=standing, weight=indicator.weight),
    )


def _observed(observation: Observation, *, value: Decimal | None) -> Observed:
    """Return what was reported, to its last digit; only a share, which is a quotient, is kept as quotients are."""
    told = figures.kept(value) if observation.value is None else observation.value
    return Observed(told, observation.numerator, observation.denominator, observation.note)
