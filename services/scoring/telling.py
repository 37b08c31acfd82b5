"""Puts a judgement into words: what was judged, against what, and how it came out, in each language."""

from typing import NamedTuple

from services.scoring.explain import sentence, shown
from services.scoring.judgements import Judgement
from services.scoring.yardsticks import Yardstick


class Told(NamedTuple):
    """A judgement's sentence in Vietnamese and in English."""

    vi: str
    en: str


def told(judgement: Judgement, *, yardstick: Yardstick) -> Told:
    """Return the sentences that tell a reader of this judgement."""
    observed = judgement.observed
    figures = shown(
        value=observed.value if observed else None,
        target=yardstick.target,
        expected=yardstick.expected,
        lag_points=judgement.lag_points,
        thresholds=yardstick.thresholds,
        pace=judgement.pace_ratio,
        base=judgement.base,
        ratio=judgement.progress_ratio,
    )
    standing, reason = judgement.standing, judgement.reason
    return Told(
        sentence(yardstick.vi, shown=figures, standing=standing, reason=reason),
        sentence(yardstick.en, shown=figures, standing=standing, reason=reason),
    )
