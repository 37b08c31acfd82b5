"""Holds the compiled rules to the rules."""

from datetime import UTC, datetime
from typing import Final

import orjson

from services.scoring.judgements import Cause
from services.scoring.native.judging import Ask, Verdict
from services.scoring.rules import after_filing
from services.scoring.writing import judgements_in_event, written

_NOBODY: Final = Cause("", None, datetime.min.replace(tzinfo=UTC))  # which no judgement depends on


def verdict_of_rules(ask: Ask) -> Verdict:
    """Return how the rules judge what was asked."""
    filing, _, plan, agency, is_closed, _, _ = ask
    progress = after_filing(before=None, filing=filing, plan=plan, agency=agency, is_closed=is_closed, cause=_NOBODY)
    text = written(progress, plan=plan)
    return Verdict(
        progress.standing,
        text.observations.encode(),
        text.judgements.encode(),
        orjson.dumps(progress.changed_indicators),
        judgements_in_event(text, plan=plan),
        "" if progress.composite_score is None else str(progress.composite_score),
        "" if progress.coverage_ratio is None else str(progress.coverage_ratio),
    )
