"""Writes changes of a plan, and what they do to standings, for readers."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.scoring.judging.model import Indicator, Target
from services.scoring.plans.published import NamedAgency, name_of, unit_of
from services.scoring.rollups.documents import counted
from services.scoring.what_if.changes import Change
from services.scoring.what_if.forms import CHANGE
from services.scoring.what_if.rules import Counts, Effect
from services.scoring.what_if.trial import Trial
from shared.events.vocabulary import Language


def change_document(change: Change) -> dict[str, Any]:
    """Return a change in the form in which it is given."""
    return {"indicators": (), **CHANGE.dump_python(change, exclude_defaults=True)}


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
        "thresholds": {"before": before.thresholds, "after": after.thresholds},
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


def _values(indicator: Indicator) -> dict[str, Any]:
    return {
        "target": target_document(indicator.target),
        "basis": indicator.basis,
        "milestones": indicator.milestones,
    }
