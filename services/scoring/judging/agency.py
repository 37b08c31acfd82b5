"""Judges every indicator that an agency owes in a period."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from services.scoring.judging.criteria import criteria_of
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Agency, Base, Ended, Filing, Indicator, Observation, Period, Plan
from services.scoring.judging.needed import next_period
from services.scoring.judging.obligation import indicators_owed
from services.scoring.judging.standing import judged, unreported
from shared.events.vocabulary import Ending, Reason, Standing

NO_FIRSTS: Final[Mapping[str, Base]] = MappingProxyType({})
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
    by = criteria_of(plan, period)
    standing, reason = _silence(has_filed=filing is not None, ended=ended, is_closed=is_closed)
    following = next_period(plan, period)
    is_owed_next = following is not None and agency.is_valid_on(following.last_on)
    judgements = []
    for indicator in _to_judge(plan, owed=indicators_owed(plan=plan, agency=agency, period=period), reported=reported):
        name = indicator.id
        observation = reported.get(name)
        if observation is None:
            judgements.append(
                unreported(indicator, criteria=by[name], standing=standing, reason=reason, is_owed_next=is_owed_next)
            )
            continue
        judgements.append(
            judged(
                indicator,
                observation=observation,
                criteria=by[name],
                period=period,
                first=firsts.get(name),
                is_owed_next=is_owed_next,
            )
        )
    return tuple(judgements)


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
    criteria = criteria_of(plan, period)[indicator.id]
    if observation is None:
        standing, reason = _silence(has_filed=has_filed, ended=ended, is_closed=is_closed)
        return unreported(indicator, criteria=criteria, standing=standing, reason=reason)
    return judged(indicator, observation=observation, criteria=criteria, period=period, first=first)


def _to_judge(plan: Plan, *, owed: tuple[Indicator, ...], reported: Collection[str]) -> tuple[Indicator, ...]:
    """Return what is owed and what was reported besides, in the plan's order."""
    names = {indicator.id for indicator in owed}
    if names.issuperset(reported):
        return owed
    return tuple(each for each in plan.indicators if each.id in names or each.id in reported)


def _silence(*, has_filed: bool, ended: Ended | None, is_closed: bool) -> tuple[Standing, Reason]:
    standing = Standing.MISSING if is_closed else Standing.AWAITED
    if ended is not None:
        return standing, _ENDED[ended.ending]
    if not is_closed:
        return standing, Reason.NOT_YET_DUE
    return standing, Reason.NOT_REPORTED if has_filed else Reason.NOT_FILED
