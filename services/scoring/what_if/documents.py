"""Writes changes of a plan, and what they do to standings, for readers."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.scoring.judging.model import Indicator, Target, Thresholds
from services.scoring.plans.published import NamedAgency, name_of, unit_of
from services.scoring.rollups.documents import counted
from services.scoring.what_if.changes import Change
from services.scoring.what_if.rules import Counts, Effect
from services.scoring.what_if.trial import Trial
from shared.events.vocabulary import Language


def change_document(change: Change) -> dict[str, Any]:
    """Return a change in the form in which it is given."""
    thresholds = {
        name: figure
        for name, figure in (
            ("on_track_ratio", change.thresholds.on_track_ratio),
            ("at_risk_ratio", change.thresholds.at_risk_ratio),
        )
        if figure is not None
    }
    indicators = []
    for each in change.indicators:
        document: dict[str, Any] = {"indicator": each.indicator}
        if each.target is not None:
            said = {"comparison": each.target.comparison, "value": each.target.value, "on": each.target.on}
            document["target"] = {name: value for name, value in said.items() if value is not None}
        if each.milestones is not None:
            document["milestones"] = [_milestone(milestone) for milestone in each.milestones]
        indicators.append(document)
    return {"indicators": indicators, **({"thresholds": thresholds} if thresholds else {})}


def counts_document(counts: Counts) -> dict[str, dict[str, int]]:
    """Return how many judgements have each standing before and after."""
    return {"before": counted(counts.before), "after": counted(counts.after)}


def trial_document(trial: Trial, *, is_all: bool, language: Language) -> dict[str, Any]:
    """Return what a change does: the plan's values, counts, and the standings that change, or all of them."""
    ground, found = trial
    before, after = ground.plan, found.plan
    named = {each.id: each for each in ground.published.indicators}
    changed = [(one, other) for one, other in zip(before.indicators, after.indicators, strict=True) if one != other]
    return {
        "plan": before.id,
        "plan_version": before.version,
        "periods": ground.periods,
        "thresholds": {"before": _thresholds(before.thresholds), "after": _thresholds(after.thresholds)},
        "indicators": [
            {
                "indicator": one.id,
                "name": name_of(named[one.id], language),
                "unit": unit_of(named[one.id], language),
                "before": _values(one),
                "after": _values(other),
                "counts": counts_document(found.counts(indicator=one.id)),
            }
            for one, other in changed
        ],
        "counts": counts_document(found.counts()),
        "standings": [
            document
            for effect in found.effects
            for document in _effect(effect, agencies=ground.named, is_all=is_all, language=language)
        ],
    }


def target_document(target: Target | None) -> dict[str, Any] | None:
    """Return a target for readers."""
    if target is None:
        return None
    told = {"comparison": target.comparison, "value": target.value}
    return told | {"on": target.on} if target.on else told


def _effect(
    effect: Effect, *, agencies: Mapping[str, NamedAgency], is_all: bool, language: Language
) -> Iterator[dict[str, Any]]:
    indicators = [
        {
            "indicator": before.indicator,
            "before": before.standing,
            "after": after.standing,
            "attainment_before": before.attainment_ratio,
            "attainment_after": after.attainment_ratio,
        }
        for before, after in effect.judgements
        if is_all or before.standing is not after.standing
    ]
    if indicators or effect.before is not effect.after:
        yield {
            "agency": effect.agency,
            "agency_name": agencies[effect.agency].name(language),
            "period": effect.period,
            "before": effect.before,
            "after": effect.after,
            "indicators": indicators,
        }


def _thresholds(thresholds: Thresholds) -> dict[str, Any]:
    return {"on_track_ratio": thresholds.on_track_ratio, "at_risk_ratio": thresholds.at_risk_ratio}


def _values(indicator: Indicator) -> dict[str, Any]:
    return {
        "target": target_document(indicator.target),
        "basis": indicator.basis,
        "milestones": [_milestone(each) for each in indicator.milestones],
    }


def _milestone(milestone: Any) -> dict[str, Any]:
    return {"on": milestone.on, "value": milestone.value, "basis": milestone.basis}
