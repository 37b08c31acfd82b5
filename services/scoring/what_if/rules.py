"""Tries a change of a plan on what was filed: how standings would change; nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from services.scoring.judging.history import Fresh, Known, judge_history, terms_of
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Agency, Filing, Plan
from services.scoring.what_if.changes import Change, changed_plan
from shared.events.vocabulary import Standing


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


def what_if(
    change: Change,
    *,
    plan: Plan,
    agencies: Iterable[Agency],
    filings: Iterable[Filing],
    closed: Collection[str],
    periods: Collection[str] | None = None,
) -> WhatIf:
    """Return how standings would change, in the order of agencies and of time; the change has no faults.

    `filings` are those that count, `closed` the ids of the closed periods, `periods` of those that are looked at (None:
    all); what was filed for others still counts where growth is measured from it. Both sides are judged by this version
    of the plan, also what was filed under an earlier one, so that nothing but the change makes a difference.

    Source: domain rules, section 8: the same pure functions on stored observations.
    """
    after = changed_plan(plan, change)
    filed: dict[str, dict[str, Known]] = defaultdict(dict)
    for each in filings:
        filed[each.key.agency][each.key.period] = Known(plan.version, each)
    terms = [
        terms_of({by.version: by}, closed=dict.fromkeys(closed, by.version), least={}, again=periods)
        for by in (plan, after)
    ]
    return WhatIf(
        plan=after,
        effects=tuple(
            Effect(one.key.agency, one.key.period, one.standing, other.standing, _pairs(one, other))
            for agency in sorted(agencies, key=lambda each: each.id)
            for one, other in zip(
                *(judge_history(agency, known=filed[agency.id], waiting=(), terms=by) for by in terms), strict=True
            )
            if one.judgements
        ),
    )


def _pairs(before: Fresh, after: Fresh) -> tuple[Pair, ...]:
    return tuple(map(Pair, before.judgements, after.judgements))
