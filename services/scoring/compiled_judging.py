"""Takes what agencies file first, and is ordinary, by the compiled rules, and leaves the rest to the rules."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

from prometheus_client import Counter

from services.scoring.bearings import Bearings
from services.scoring.judgements import Progress
from services.scoring.model import Agency, Key
from services.scoring.native.checking import verdict_of_rules
from services.scoring.native.judging import Ask, FirstProgress, Judged, NativeRules, Sums, Verdict, ask_of
from services.scoring.timeline import AgencyInPlan, Arrival
from shared.runtime.logging import get_logger

_log: Final = get_logger(__name__)
_A_MOMENT: Final = 16  # filings: to compute them takes no longer than to ask another thread for it
_TAKEN: Final = Counter("tiendo_filings_judged_total", "Agencies and periods judged anew, by which rules.", ["by"])


class Compiled(NamedTuple):
    """What was judged by the compiled rules, what places come to by it, and what is left to judge."""

    progresses: Sequence[FirstProgress]
    sums: Sequence[Sums]
    left: Mapping[Key, Arrival]


NOTHING_COMPILED: Final = Compiled((), (), {})


async def judged_by_compiled(
    arrivals: Mapping[Key, Arrival],
    *,
    before: Mapping[Key, Progress],
    back: Collection[AgencyInPlan],
    bearings: Bearings,
    rules: NativeRules | None,
) -> Compiled:
    """Return what the compiled rules make of arrivals; all is left where there are none, or they cannot be trusted.

    Of agencies that are looking `back` everything is left: what they file may be what later periods are measured from.
    """
    if rules is None or not rules.is_trusted:
        return _all_left(arrivals)
    alone = arrivals
    if back:
        alone = {key: each for key, each in arrivals.items() if AgencyInPlan(key.plan, key.agency) not in back}
    asked = {key: ask for key, each in alone.items() if (ask := _ask(key, each, before=before, bearings=bearings))}
    verdicts, sums = await _judge(list(asked.values()), rules=rules, registry=bearings.agencies)
    if _is_wrong(list(asked.values()), verdicts, rules=rules):
        rules.is_trusted = False
        return _all_left(arrivals)
    taken = [
        FirstProgress(ask.filing, ask.plan.version, ask.is_closed, arrivals[key].cause, verdict)
        for (key, ask), verdict in zip(asked.items(), verdicts, strict=True)
        if verdict is not None
    ]
    keys = {each.filing.key for each in taken}
    left = {key: each for key, each in arrivals.items() if key not in keys}
    _TAKEN.labels("compiled").inc(len(taken))
    _TAKEN.labels("rules").inc(len(left))
    return Compiled(taken, sums, left)


async def _judge(asked: Sequence[Ask], *, rules: NativeRules, registry: Mapping[str, Agency]) -> Judged:
    """Return how filings are judged; what is more than a moment's work is computed beside the event loop."""
    judging = rules.judging(asked, registry=registry)
    computed = None
    while True:
        try:
            compute = judging.send(computed)
        except StopIteration as end:
            judged: Judged = end.value
            return judged
        computed = await asyncio.to_thread(compute) if len(asked) > _A_MOMENT else compute()


def _all_left(arrivals: Mapping[Key, Arrival]) -> Compiled:
    _TAKEN.labels("rules").inc(len(arrivals))
    return Compiled((), (), arrivals)


def _ask(key: Key, arrival: Arrival, *, before: Mapping[Key, Progress], bearings: Bearings) -> Ask | None:
    filing = arrival.filing
    if filing is None or arrival.endings or key in before:
        return None
    plan = bearings.plan_for(key, version=filing.plan_version)
    if plan is not bearings.plan_of(filing):
        return None  # a replay named a higher version; whether the filing is sound is asked of its own
    return ask_of(filing, plan=plan, agency=bearings.agencies[key.agency], is_closed=bearings.is_closed(key))


def _is_wrong(asked: Sequence[Ask], verdicts: Sequence[Verdict | None], *, rules: NativeRules) -> bool:
    """Return whether one of the filings, another each time, is judged otherwise than the rules judge it."""
    if not rules.is_trusted:  # found out meanwhile, by another lane
        return True
    if not asked:
        return False
    number = asked[0].filing.submission.int % len(asked)
    ask, verdict = asked[number], verdicts[number]
    if verdict is None or verdict == verdict_of_rules(ask):
        return False
    _log.error(
        "the compiled rules judge otherwise than the rules, which judge alone from now on",
        submission=str(ask.filing.submission),
        plan=ask.plan.id,
        plan_version=ask.plan.version,
        period=ask.filing.key.period,
        agency=ask.agency.id,
    )
    return True
