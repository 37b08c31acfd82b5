"""Judges an agency in every period of a plan from its history: filings, registry, closings and announced replays.

Filing, withdrawing, closing, joining, leaving and replaying differ in what is asked and in what is done with the
difference, not in rules; so neither order nor repetition matters.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self
from uuid import UUID

from services.scoring.judging import figures
from services.scoring.judging.agency import judge_agency
from services.scoring.judging.composite import overall, score_of
from services.scoring.judging.judgements import Cause, Judgement, Progress
from services.scoring.judging.model import Agency, Base, Ended, Filing, Key, Period, Plan
from shared.events.vocabulary import Standing


class AgencyInPlan(NamedTuple):
    """Names all the periods of an agency in a plan."""

    plan: str
    agency: str


@dataclass(frozen=True, slots=True)
class Terms:
    """By what the periods of a plan are judged."""

    plans: Mapping[int, Plan]  # the plan's versions
    periods: Sequence[str]  # those that are looked at, in the order of time
    again: Collection[str]  # those of them that are judged
    least: Mapping[str, int]  # by period, the version that judges at least: of an announced replay
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


@dataclass(frozen=True, slots=True)
class Known:
    """What counts of an agency's period: the version it came under or was closed by, and what was filed."""

    plan_version: int
    filing: Filing | None
    ended: Ended | None = None

    @property
    def latest(self) -> Filing | Ended | None:
        """Return the submission of the highest revision, whether it counts or not."""
        return self.filing or self.ended

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """Return what a progress was judged from."""
        return cls(progress.plan_version, progress.filing, progress.ended)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came of an agency and period: a filing, endings of this or of others, and what brought it."""

    filing: Filing | None
    cause: Cause
    endings: tuple[Ended, ...] = ()

    def ending_of(self, submission: UUID) -> Ended | None:
        """Return how a submission ended, by the first ending; None where it did not."""
        ends = (each for each in self.endings if each.submission == submission)
        return min(ends, key=lambda each: (each.ended_at, each.ending), default=None)

    def joined(self, known: Known | None) -> Known | None:
        """Return what counts once this is known, too: the highest revision, and its first ending."""
        latest = known.latest if known else None
        if self.filing is not None and self.filing.replaces(latest):
            ended = self.ending_of(self.filing.submission)
            return Known(self.filing.plan_version, None if ended else self.filing, ended)
        if known is None or latest is None:
            return known
        ended = self.ending_of(latest.submission)
        if ended is None or (known.ended is not None and not ended.precedes(known.ended)):
            return known
        return Known(known.plan_version, None, ended)


@dataclass(frozen=True, slots=True)
class Fresh:
    """How an agency stands in a period by its history."""

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


class Difference(NamedTuple):
    """A progress before and after it was judged again; None where there was none."""

    before: Progress | None
    after: Progress


def in_time(plans: Iterable[Plan]) -> list[Period]:
    """Return the periods of plan versions, as the last of these has them, in the order of time."""
    periods = {period.id: period for plan in plans for period in plan.periods}
    return sorted(periods.values(), key=lambda each: (each.ends_on, each.id))


def terms_of(
    plans: Mapping[int, Plan],
    *,
    closed: Mapping[str, int],
    least: Mapping[str, int],
    again: Collection[str] | None = None,
) -> Terms:
    """Return by what a plan is judged in these periods, None: in all.

    Growth is measured from the first observation, however early that is; else only what is judged is looked at.
    """
    every = [each.id for each in in_time(plans[version] for version in sorted(plans))]
    judged = every if again is None else [each for each in every if each in again]
    terms = Terms(plans=plans, periods=judged, again=frozenset(judged), least=least, closed=closed)
    return replace(terms, periods=every) if terms.looks_back else terms


def judge_history(
    agency: Agency,
    *,
    known: Mapping[str, Known],
    waiting: Collection[str],
    terms: Terms,
    only: Collection[str] | None = None,
) -> Iterator[Fresh]:
    """Yield how the agency stands in each period, the earliest first, so that growth finds its first observations.

    `known` is all that counts of it in the periods that are looked at, or in `only` these. Where nothing is known, a
    closed period says who is missing; one for which a submission is `waiting` for its plan is left to that.
    """
    firsts: dict[str, Base] = {}
    for period in terms.periods:
        if only is not None and period not in only:
            continue
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


def after_judging(fresh: Fresh, *, before: Progress | None, cause: Cause) -> Progress:
    """Return the progress that follows; `before` itself where nothing changes but the version.

    Scores keep the version that they were announced with as long as they do not change.
    """
    filing, judgements, standing = fresh.filing, fresh.judgements, fresh.standing
    score, coverage_ratio = score_of(judgements, plan=fresh.plan)
    if before is not None:
        was = before.filing and before.filing.submission, before.ended, before.judgements, before.standing
        now = filing and filing.submission, fresh.ended, judgements, standing
        if (*was, before.composite_score, before.coverage_ratio) == (*now, score, coverage_ratio):
            return before
    judged_before = before.judgements if before else ()
    return Progress(
        key=fresh.key,
        plan_version=fresh.plan.version,
        filing=filing,
        standing=standing,
        judgements=judgements,
        is_closed=fresh.is_closed,
        sequence=before.sequence + 1 if before else 1,
        previous_standing=before.standing if before else None,
        changed_indicators=tuple(each.indicator for each in judgements if each not in judged_before),
        cause=cause,
        composite_score=score,
        coverage_ratio=coverage_ratio,
        ended=fresh.ended,
    )


def changes(
    agency: Agency,
    *,
    before: Mapping[str, Progress],
    arrivals: Mapping[str, Arrival],
    waiting: Collection[str],
    terms: Terms,
    cause_of: Callable[[Key], Cause],
) -> Iterator[Progress]:
    """Yield an agency's progress, where it changes, once these arrivals are known, by period.

    `before` holds every period that is looked at, or, where something arrived and nothing looks back, those of it.
    """
    known = {period: Known.of(progress) for period, progress in before.items()}
    for period, arrival in arrivals.items():
        joined = arrival.joined(known.get(period))
        if joined is not None:
            known[period] = joined
    only = None if terms.looks_back or not arrivals else known.keys()
    for fresh in judge_history(agency, known=known, waiting=waiting, terms=terms, only=only):
        was = before.get(fresh.key.period)
        after = after_judging(fresh, before=was, cause=cause_of(fresh.key))
        if after is not was:
            yield after


def observed(filing: Filing, *, plan: Plan) -> Iterator[tuple[str, Base]]:
    """Yield each value that was filed, by its indicator, as what growth could be measured from."""
    last_on = plan.period_by_id[filing.key.period].last_on
    for observation in filing.observations:
        value = figures.value_of(observation)
        if value is not None:
            yield observation.indicator, Base(last_on, value)


def _fresh(
    agency: Agency, period: Period, *, plan: Plan, one: Known | None, firsts: Mapping[str, Base], terms: Terms
) -> Fresh:
    filing, ended = (one.filing, one.ended) if one else (None, None)
    is_closed = period.id in terms.closed
    judgements = judge_agency(
        plan=plan, agency=agency, period=period, filing=filing, is_closed=is_closed, firsts=firsts, ended=ended
    )
    return Fresh(Key(plan.id, agency.id, period.id), plan, filing, ended, is_closed, judgements)
