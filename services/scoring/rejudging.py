"""Judges again what an agency filed and did not file, by the plan versions that apply: the rules of a replay."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from services.scoring.composite import Composite, score_of
from services.scoring.judgements import Cause, Judgement, Progress
from services.scoring.judging import judge_agency
from services.scoring.model import Agency, Base, Ended, Filing, Key, Period, Plan
from services.scoring.rules import advanced, overall
from services.scoring.timeline import observed
from shared.events.vocabulary import Standing


class Terms(NamedTuple):
    """By what the periods of a plan are judged again."""

    plans: Mapping[int, Plan]  # the plan's versions
    periods: tuple[str, ...]  # those that are looked at, in the order of time
    again: Collection[str]  # those of them that are judged again
    least: Mapping[str, int]  # by period, the version that judges at least
    closed: Mapping[str, int]  # closed periods, each with the version that it was closed by

    @property
    def looks_back(self) -> bool:
        """Return whether any version judges by what was filed for earlier periods."""
        return any(plan.looks_back for plan in self.plans.values())

    @property
    def plan(self) -> str:
        """Return the plan's id."""
        return self.plans[max(self.plans)].id

    def plan_for(self, period: str, *, version: int) -> Plan | None:
        """Return the highest version that applies; None where that has no such period.

        What is filed for a period that a higher version has left out stays as its own version judged it.
        """
        highest = self.plans[max(version, self.least.get(period, 0))]
        plan = highest if period in highest.period_by_id else self.plans[version]
        return plan if period in plan.period_by_id else None


class Known(NamedTuple):
    """What judging again needs to know of an agency's period: the version that judged it, and what was filed."""

    plan_version: int
    filing: Filing | None
    ended: Ended | None = None


class Fresh(NamedTuple):
    """How an agency stands in a period when it is judged again."""

    key: Key
    plan: Plan
    filing: Filing | None
    ended: Ended | None
    is_closed: bool
    judgements: tuple[Judgement, ...]

    @property
    def standing(self) -> Standing:
        """Return the agency's standing."""
        return overall(self.judgements, has_filed=self.filing is not None, is_closed=self.is_closed)

    def composite(self) -> Composite:
        """Return the score."""
        return score_of(self.judgements, plan=self.plan)


class Difference(NamedTuple):
    """A progress before and after it was judged again; None where there was none."""

    before: Progress | None
    after: Progress


def judged_again(
    agency: Agency, *, known: Mapping[str, Known], waiting: Collection[str], terms: Terms
) -> Iterator[Fresh]:
    """Yield how the agency stands in each period, the earliest first, so that growth finds its first observations.

    Where nothing is known, a closed period says who is missing, as closing would have; a period for which a submission
    is `waiting` for its plan is left to it.
    """
    firsts: dict[str, Base] = {}
    for period in terms.periods:
        one = known.get(period)
        version = one.plan_version if one else terms.closed.get(period)
        plan = None if version is None else terms.plan_for(period, version=version)
        if plan is None:
            continue
        if period in terms.again and (one or period not in waiting):
            fresh = _fresh(agency, plan.period_by_id[period], plan=plan, one=one, firsts=firsts, terms=terms)
            if one or fresh.judgements:
                yield fresh
        if terms.looks_back and one and one.filing:
            for indicator, base in observed(one.filing, plan=plan):
                firsts.setdefault(indicator, base)


def after_replay(fresh: Fresh, *, before: Progress | None, cause: Cause) -> Progress:
    """Return the progress once it was judged again; `before` itself where that changes nothing but the version.

    Scores keep the version that they were announced with as long as they do not change.
    """
    score = fresh.composite()
    found = (fresh.judgements, fresh.standing, score.score, score.coverage_ratio)
    if before is not None and found == (
        before.judgements,
        before.standing,
        before.composite_score,
        before.coverage_ratio,
    ):
        return before
    return advanced(
        before,
        key=fresh.key,
        plan=fresh.plan,
        filing=fresh.filing,
        ended=fresh.ended,
        judgements=fresh.judgements,
        is_closed=fresh.is_closed,
        cause=cause,
    )


def _fresh(
    agency: Agency, period: Period, *, plan: Plan, one: Known | None, firsts: Mapping[str, Base], terms: Terms
) -> Fresh:
    filing, ended = (one.filing, one.ended) if one else (None, None)
    is_closed = period.id in terms.closed
    judgements = judge_agency(
        plan=plan, agency=agency, period=period, filing=filing, is_closed=is_closed, firsts=firsts, ended=ended
    )
    return Fresh(Key(plan.id, agency.id, period.id), plan, filing, ended, is_closed, judgements)
