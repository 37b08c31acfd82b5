"""Says why a plan, or a filing, cannot be judged at all."""

from collections.abc import Iterable
from typing import Final

from services.scoring.judging.model import Filing, Indicator, Plan
from shared.events.vocabulary import GrowthFrom, Method

_MEASURED_FROM_A_BASE: Final = frozenset({Method.FROM_BASELINE, Method.PACE})

_LAST_REVISION: Final = 2**31 - 1  # that PostgreSQL's integers hold


def unsupported(indicators: Iterable[Indicator]) -> str | None:
    """Return why a plan with these indicators cannot be judged, None where it can."""
    baseless = [f"{each.id} ({each.method})" for each in indicators if _is_without_base(each)]
    if not baseless:
        return None
    return f"no baseline for {', '.join(baseless)}; scoring needs one, or with {Method.PACE} the first observation"


def _is_without_base(indicator: Indicator) -> bool:
    if indicator.method is Method.PACE and indicator.growth_from is GrowthFrom.FIRST_OBSERVATION:
        return False
    return indicator.method in _MEASURED_FROM_A_BASE and indicator.baseline is None


def fault_of(filing: Filing, *, plan: Plan) -> str | None:
    """Return why the filing cannot be judged by its plan version, None where it can."""
    if not 0 < filing.revision <= _LAST_REVISION:
        return f"no submission has revision {filing.revision}"
    if filing.key.period not in plan.period_by_id:
        return f"plan {plan.id} version {plan.version} has no period {filing.key.period}"
    unknown = sorted(each.indicator for each in filing.observations if each.indicator not in plan.indicator_by_id)
    return f"plan {plan.id} version {plan.version} has no indicator {', '.join(unknown)}" if unknown else None
