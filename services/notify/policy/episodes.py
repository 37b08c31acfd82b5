"""What an agency was told since it last recovered: an episode begins with trouble and ends with a recovery notice."""

from collections.abc import Iterable
from typing import Final

from services.notify.policy.model import EarlierNotice, NoticeKind

_BEGINS_EPISODE: Final = frozenset({NoticeKind.LAG, NoticeKind.OVERDUE})


def since_recovery(earlier: Iterable[EarlierNotice]) -> list[EarlierNotice]:
    """Return the notices after the last recovery notice, oldest first."""
    episode: list[EarlierNotice] = []
    for notice in earlier:
        if notice.kind is NoticeKind.RECOVERED and notice.is_attempted:
            episode.clear()
        else:
            episode.append(notice)
    return episode


def recoveries(earlier: Iterable[EarlierNotice]) -> int:
    """Return how many recovery notices the agency was sent."""
    return sum(notice.is_attempted and notice.kind is NoticeKind.RECOVERED for notice in earlier)


def indicators_told(earlier: Iterable[EarlierNotice], kind: NoticeKind) -> frozenset[str]:
    """Return the indicators that notices of `kind` named in this episode."""
    told = (notice for notice in since_recovery(earlier) if notice.kind is kind and notice.is_sent)
    return frozenset(indicator for notice in told for indicator in notice.indicators)


def lagging_told(earlier: Iterable[EarlierNotice], *, period: str) -> frozenset[str]:
    """Return the indicators that the agency was told lag in `period` and that did not recover since."""
    return frozenset(
        indicator
        for notice in lag_notices(since_recovery(earlier), period=period)
        for indicator in notice.indicators
        if indicator not in notice.recovered
    )


def lag_notices(earlier: Iterable[EarlierNotice], *, period: str) -> list[EarlierNotice]:
    """Return the lag notices that were sent on `period`."""
    return [each for each in earlier if each.kind is NoticeKind.LAG and each.period == period and each.is_attempted]


def thread_of(earlier: Iterable[EarlierNotice]) -> str | None:
    """Return the mail thread of this episode, if it has begun."""
    episode = (
        notice
        for notice in since_recovery(earlier)
        if notice.kind in _BEGINS_EPISODE and notice.is_sent and notice.indicators
    )
    first = next(episode, None)
    return first.thread if first else None
