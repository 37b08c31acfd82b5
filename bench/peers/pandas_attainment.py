"""A criteria for the rules: attainment and standing of `to-target` and `yes-no` as vectorised pandas, in floats."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from bench.peers.scoring_rules import Rules
from services.scoring.judging.attainment import goal
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Filing
from shared.events.vocabulary import Comparison, Direction, Method, Standing

CODES: Final = (Standing.LAGGING, Standing.AT_RISK, Standing.ON_TRACK, Standing.MET, Standing.NOT_ASSESSABLE)
"""The standings by their numbers in the column `standing`."""

_LAGGING, _AT_RISK, _ON_TRACK, _MET, _NOT_ASSESSABLE = range(len(CODES))
_METHODS: Final = frozenset({Method.TO_TARGET, Method.YES_NO})


def frame_of(judged: Iterable[tuple[Filing, Sequence[Judgement]]], *, rules: Rules) -> pd.DataFrame:
    """Return what was reported with its criteria_of as columns, and as `judged` the standing that our rules gave it."""
    rows = []
    for filing, judgements in judged:
        plan = rules.plans[filing.key.plan, filing.plan_version]
        reported = {each.indicator: each for each in filing.observations}
        for judgement in judgements:
            observation = reported.get(judgement.indicator)
            indicator = plan.indicator_by_id[judgement.indicator]
            target = goal(indicator)
            if observation is None or target is None or indicator.method not in _METHODS:
                continue
            is_yes = None if observation.yes is None else Decimal(int(observation.yes))
            rows.append(
                {
                    "numerator": _float(observation.numerator),
                    "denominator": _float(observation.denominator),
                    "value": _float(is_yes if observation.value is None else observation.value),
                    "target": float(target.value),
                    "is_strict": target.comparison in {Comparison.ABOVE, Comparison.BELOW},
                    "is_increasing": indicator.direction is Direction.INCREASING,
                    "expected": _float(judgement.expected_ratio),
                    "on_track": float(plan.thresholds.on_track_ratio),
                    "at_risk": float(plan.thresholds.at_risk_ratio),
                    "judged": CODES.index(judgement.standing),
                }
            )
    return pd.DataFrame(rows)


def attain(frame: Any) -> pd.DataFrame:
    """Return attainment (a ratio), pace and the number of the standing of every row."""
    value = frame["value"].where(frame["numerator"].isna(), 100 * frame["numerator"] / frame["denominator"])
    target, rises = frame["target"], frame["is_increasing"]
    above = (value > target) | (~frame["is_strict"] & (value == target))
    below = (value < target) | (~frame["is_strict"] & (value == target))
    is_met = above.where(rises, below)
    ratio = (value / target).where(rises, (target / value).where(value > 0, 1.0))
    attainment = ratio.where((target > 0) & value.notna())
    pace = attainment / frame["expected"]
    standing = pd.Series(_LAGGING, index=frame.index, dtype="int8")
    standing = standing.mask(pace >= frame["at_risk"], _AT_RISK)
    standing = standing.mask((pace >= frame["on_track"]) | (frame["expected"] <= 0), _ON_TRACK)
    standing = standing.mask(attainment.isna(), _NOT_ASSESSABLE).mask(is_met, _MET)
    return pd.DataFrame({"attainment": attainment, "pace": pace, "standing": standing})


def _float(figure: Decimal | None) -> float:
    return float("nan") if figure is None else float(figure)
