"""Sorts what a batch of events brings by agency and period, so that each is judged and announced once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.scoring.judging.history import Arrival
from services.scoring.judging.judgements import Cause
from services.scoring.judging.model import Ended, Filing, Key
from services.scoring.plans.translation import cause_of
from shared.events.submissions import SubmissionAccepted, SubmissionEvent


class Filed(NamedTuple):
    """A filing with the event that brought it."""

    filing: Filing
    event: SubmissionAccepted


class Ending(NamedTuple):
    """How a submission ended, with the event that says so."""

    ended: Ended
    event: SubmissionEvent


def that_count(filed: Iterable[Filed]) -> dict[Key, Filed]:
    """Return the filing that counts of each agency and period."""
    counting: dict[Key, Filed] = {}
    for each in filed:
        other = counting.get(each.filing.key)
        if each.filing.replaces(other.filing if other else None):
            counting[each.filing.key] = each
    return counting


def arrivals_of(
    filed: Mapping[Key, Filed], endings: Sequence[Ending], *, remembered: Iterable[Ended], now: datetime
) -> dict[Key, Arrival]:
    """Return what came of each agency and period; a filing comes with its ending that was `remembered`."""
    ends: dict[Key, list[Ended]] = defaultdict(list)
    for ended in (*(each.ended for each in endings), *remembered):
        ends[ended.key].append(ended)
    arrivals = {
        each.ended.key: Arrival(None, Cause(*cause_of(each.event), now), tuple(ends[each.ended.key]))
        for each in endings
        if each.ended.key not in filed
    }
    for key, (filing, event) in filed.items():
        arrivals[key] = Arrival(filing, Cause(*cause_of(event), now), tuple(ends.get(key, ())))
    return arrivals
