"""Judges every indicator that an agency owes in a period."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from services.scoring.judging.criteria import criteria_of
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Agency, Base, Ended, Filing, Indicator, Observation, Period, Plan
from services.scoring.judging.needed import next_period
from services.scoring.judging.obligation import indicators_owed
from services.scoring.judging.standing import judged
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
    silence = _silence(has_filed=filing is not None, ended=ended, is_closed=is_closed)
    following = next_period(plan, period)
    is_owed_next = following is not None and agency.is_valid_on(following.last_on)
    owed = indicators_owed(plan=plan, agency=agency, period=period)
    return tuple(
        [
            judged(
                indicator,
                observation=reported.get(indicator.id),
                silence=silence,
                criteria=by[indicator.id],
                period=period,
                first=firsts.get(indicator.id),
                is_owed_next=is_owed_next,
            )
            for indicator in _to_judge(plan, owed=owed, reported=reported)
        ]
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
    criteria = criteria_of(plan, period)[indicator.id]
    silence = _silence(has_filed=has_filed, ended=ended, is_closed=is_closed)
    return judged(indicator, observation=observation, silence=silence, criteria=criteria, period=period, first=first)


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
