"""Puts a judgement into words: what was judged, against what, and how it came out, in each language."""

from typing import NamedTuple

from services.scoring.expectation import NOTHING
from services.scoring.explain import sentence, shown
from services.scoring.judgements import Judgement
from services.scoring.yardsticks import Yardstick
from shared.events.vocabulary import Reason


class Told(NamedTuple):
    """A judgement's sentence in Vietnamese and in English."""

    vi: str
    en: str


def told(judgement: Judgement, *, yardstick: Yardstick) -> Told:
    """Return the sentences that tell a reader of this judgement."""
    observed, standing, reason = judgement.observed, judgement.standing, judgement.reason
    is_paced = reason is Reason.BY_PACE  # no other sentence tells what was expected
    figures = shown(
        value=observed.value if observed else None,
        target=yardstick.target,
        expected=yardstick.expected if is_paced else NOTHING,
        lag_points=judgement.lag_points if is_paced else None,
        thresholds=yardstick.thresholds,
        pace=judgement.pace_ratio if is_paced else None,
        base=judgement.base,
        ratio=judgement.progress_ratio,
    )
    return Told(
        sentence(yardstick.vi, shown=figures, standing=standing, reason=reason),
        sentence(yardstick.en, shown=figures, standing=standing, reason=reason),
    )
