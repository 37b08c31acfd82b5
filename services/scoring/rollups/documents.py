"""Writes roll-ups for readers, with the names and units that they know."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.scoring.plans.published import NamedAgency, name_of, unit_over_agencies
from services.scoring.rollups.levels import IndicatorRollUp, Level, RollUpAt, Sums
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import AgencyKind, Language, Standing
from shared.wording.kinds import KINDS, WHOLE


def rollup_document(
    found: RollUpAt,
    *,
    plan: PlanPublishedData,
    period: str,
    versions: Collection[int],
    indicator: str | None,
    is_closed: bool,
    as_of: datetime | None,
    agencies: Mapping[str, NamedAgency],
    language: Language,
) -> dict[str, Any]:
    """Return a roll-up of a period for readers; `indicator` is the one that is shown, None for all.

    `versions` are those that agencies were judged by in the period.
    """
    indicators = {each.id: each for each in plan.indicators}
    return {
        "plan": plan.plan,
        "plan_version": plan.version,
        "plan_versions": sorted(versions),
        "period": period,
        "is_closed": is_closed,
        "as_of": as_of and as_of.astimezone(ZoneInfo(plan.timezone)),
        "level": found.level,
        "id": found.id,
        "name": _name(found, plan=plan, agencies=agencies, language=language),
        **sums_document(found.sums),
        "indicators": [
            {
                "indicator": each.indicator,
                "name": name_of(indicators[each.indicator], language),
                "unit": unit_over_agencies(indicators[each.indicator], language),
                **_figures(each),
            }
            for each in found.indicators
            if indicator in {None, each.indicator}
        ],
    }


def _name(found: RollUpAt, *, plan: PlanPublishedData, agencies: Mapping[str, NamedAgency], language: Language) -> str:
    if found.level is Level.DISTRICT:
        return agencies[found.id].name(language) if found.id in agencies else found.id
    if found.level is Level.KIND:
        return KINDS[language][AgencyKind(found.id)]
    if found.level is Level.PROVINCE:
        return WHOLE[language]
    return next((name_of(each, language) for each in plan.programmes if each.id == found.id), found.id)


def _figures(each: IndicatorRollUp) -> dict[str, Any]:
    target = each.target
    days = {} if target is None else {"on": target.on, "on_basis": target.on_basis}
    return {
        "value": each.value,
        "target": target
        and {
            "comparison": target.comparison,
            "value": target.value,
            **{name: told for name, told in days.items() if told is not None},
        },
        "basis": each.basis,
        "verdict": each.verdict.verdict,
        "reported": each.verdict.reported,
        "owed": each.verdict.owed,
        "is_incomplete": each.verdict.is_incomplete,
        "unknown_staff": each.unknown_staff,
        "expected_value": each.expected_value,
        "expected_basis": each.expected_basis,
        **sums_document(each.sums),
    }


def sums_document(sums: Sums) -> dict[str, Any]:
    """Return what agencies come to together for readers."""
    return {
        "agencies": counted(sums.agencies),
        "points": sums.points,
        "weight": sums.weight,
        "score": sums.score,
        "coverage_ratio": sums.coverage_ratio,
    }


def counted(agencies: Mapping[Standing, int]) -> dict[str, int]:
    """Return how many have each standing, for readers; all standings are named."""
    return {standing.value: agencies.get(standing, 0) for standing in Standing}
