"""Tries a change of a plan on what was filed: how standings would change; nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.scoring.judging.agency import judge_agency
from services.scoring.judging.composite import overall
from services.scoring.judging.history import observed
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Agency, Base, Filing, Plan
from services.scoring.what_if.changes import Change, changed_plan
from services.scoring.what_if.checks import faults_of
from shared.events.vocabulary import Standing
from shared.wording.faults import Fault


class Pair(NamedTuple):
    """An indicator judged by the plan as it is, and as it would be."""

    before: Judgement
    after: Judgement


class Effect(NamedTuple):
    """What a change does to an agency in a period: to its standing, and to each indicator's judgement."""

    agency: str
    period: str
    before: Standing
    after: Standing
    judgements: tuple[Pair, ...]


class Counts(NamedTuple):
    """How many judgements have each standing; what none has is left out."""

    before: Mapping[Standing, int]
    after: Mapping[Standing, int]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The plan as it would be, and what that does to every agency and period that can be judged."""

    plan: Plan
    effects: tuple[Effect, ...]

    def counts(self, *, indicator: str | None = None, period: str | None = None) -> Counts:
        """Return how many judgements have each standing, of one indicator or period or of all."""
        pairs = [
            pair
            for effect in self.effects
            if period in {None, effect.period}
            for pair in effect.judgements
            if indicator in {None, pair.before.indicator}
        ]
        return Counts(
            before=Counter(pair.before.standing for pair in pairs),
            after=Counter(pair.after.standing for pair in pairs),
        )


class Refused(NamedTuple):
    """A change that the plan cannot take, and why."""

    faults: tuple[Fault, ...]


def what_if(
    change: Change,
    *,
    plan: Plan,
    agencies: Iterable[Agency],
    filings: Iterable[Filing],
    closed: Collection[str],
    periods: Collection[str] | None = None,
) -> WhatIf | Refused:
    """Return how standings would change, in the order of agencies and of time; or everything that is wrong with it.

    `filings` are those that count, `closed` the ids of the closed periods, `periods` of those that are looked at (None:
    all); what was filed for others still counts where growth is measured from it. Both sides are judged by this version
    of the plan, also what was filed under an earlier one, so that nothing but the change makes a difference.

    Source: domain rules, section 8: the same pure functions on stored observations.
    """
    faults = faults_of(change, plan=plan)
    if faults:
        return Refused(faults)
    after = changed_plan(plan, change)
    filed: dict[str, dict[str, Filing]] = defaultdict(dict)
    for each in filings:
        filed[each.key.agency][each.key.period] = each
    return WhatIf(
        plan=after,
        effects=tuple(
            effect
            for agency in sorted(agencies, key=lambda each: each.id)
            for effect in _effects(
                agency, plan=plan, changed=after, filed=filed[agency.id], closed=closed, periods=periods
            )
        ),
    )


def _effects(
    agency: Agency,
    *,
    plan: Plan,
    changed: Plan,
    filed: Mapping[str, Filing],
    closed: Collection[str],
    periods: Collection[str] | None,
) -> Iterator[Effect]:
    """Yield what changes for an agency, the earliest period first, as later ones may be measured from it."""
    firsts: dict[str, Base] = {}
    for period in sorted(plan.periods, key=lambda each: (each.ends_on, each.id)):
        filing, is_closed = filed.get(period.id), period.id in closed
        if filing is None and not is_closed:
            continue
        if periods is None or period.id in periods:
            before, after = (
                judge_agency(plan=by, agency=agency, period=period, filing=filing, is_closed=is_closed, firsts=firsts)
                for by in (plan, changed)
            )
            if before:
                yield Effect(
                    agency=agency.id,
                    period=period.id,
                    before=overall(before, has_filed=filing is not None),
                    after=overall(after, has_filed=filing is not None),
                    judgements=tuple(map(Pair, before, after)),
                )
        if filing is not None:
            for indicator, base in observed(filing, plan=plan):
                firsts.setdefault(indicator, base)
