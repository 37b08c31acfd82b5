"""The figure of the province for one indicator in a period, by the indicator's roll-up rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from services.notify.notices.contents import Attained
from services.notify.progress.model import Agency, Indicator, Judgement, Progress, Target
from shared.events.vocabulary import Comparison, Measure, RollUp

_PERCENT: Final = Decimal(100)
Counted = Sequence[tuple[Judgement, int | None]]
"""Judgements with a value, each with its agency's staff."""
Reported = Mapping[str, tuple[Judgement, int | None]]
"""Judgements of what was reported by agency, each with the agency's staff."""


def attained(
    *,
    indicator: Indicator,
    rows: Iterable[Progress],
    before: Iterable[Progress],
    agencies: Mapping[str, Agency],
    expected: int,
) -> Attained:
    """Return the value over all agencies that reported it, in the indicator's unit (yes-no: percent of agencies).

    `before` is progress of the period before: a change is told over the agencies that reported both. While a report is
    missing nobody knows whether the target is met.
    """
    now, then = (_reported(indicator, each, agencies=agencies) for each in (rows, before))
    value = _value(indicator, now)
    same = now.keys() & then.keys()
    is_complete = len(now) >= expected
    is_weighted = indicator.roll_up is RollUp.MEAN_BY_STAFF
    return Attained(
        indicator=indicator.id,
        name=indicator.name,
        unit=indicator.unit,
        measure=indicator.measure,
        target=indicator.target,
        basis=indicator.basis,
        roll_up=indicator.roll_up,
        value=value,
        is_met=None if value is None or not is_complete else _is_met(value, indicator=indicator),
        reported=len(now),
        expected=max(expected, len(now)),
        unweighted=sum(not staff for _, staff in now.values()) if is_weighted else 0,
        same=len(same),
        before=_value(indicator, {agency: then[agency] for agency in same}),
        since=_value(indicator, {agency: now[agency] for agency in same}),
    )


def _reported(indicator: Indicator, rows: Iterable[Progress], *, agencies: Mapping[str, Agency]) -> Reported:
    """Return what was reported of the indicator, a denominator of 0 (nothing to count) too; staff on the last day."""
    return {
        row.agency: (
            judgement,
            agencies[row.agency].staff_on(row.ends_on - timedelta(days=1)) if row.agency in agencies else None,
        )
        for row in rows
        if row.filing
        for judgement in row.judgements
        if judgement.indicator == indicator.id and (judgement.value is not None or judgement.denominator is not None)
    }


def _value(indicator: Indicator, reported: Reported) -> Decimal | None:
    counted = [(judgement, staff) for judgement, staff in reported.values() if judgement.value is not None]
    return ROLL_UPS[indicator.roll_up](counted) if counted else None


def pooled(reported: Counted) -> Decimal | None:
    """Return Σ numerator ÷ Σ denominator in percent, or null where nothing was counted."""
    counted = [
        (each.numerator, each.denominator)
        for each, _ in reported
        if each.numerator is not None and each.denominator is not None
    ]
    whole = sum((denominator for _, denominator in counted), Decimal())
    return sum((numerator for numerator, _ in counted), Decimal()) * _PERCENT / whole if whole else None


def total(reported: Counted) -> Decimal:
    """Return Σ value."""
    return sum(_values(reported), Decimal())


def share_of_yes(reported: Counted) -> Decimal:
    """Return the percent of agencies that say yes."""
    return Decimal(sum(value >= 1 for value in _values(reported))) * _PERCENT / len(reported)


def mean(reported: Counted) -> Decimal:
    """Return the mean value; the value itself where one agency reports it."""
    return total(reported) / len(reported)


def mean_by_staff(reported: Counted) -> Decimal | None:
    """Return the mean value weighted by staff, without agencies of unknown staff; null where none is known."""
    weighted = [(each.value, Decimal(staff)) for each, staff in reported if each.value is not None and staff]
    whole = sum((staff for _, staff in weighted), Decimal())
    return sum((value * staff for value, staff in weighted), Decimal()) / whole if whole else None


ROLL_UPS: Final[Mapping[RollUp, Callable[[Counted], Decimal | None]]] = {
    RollUp.POOLED: pooled,
    RollUp.SUM: total,
    RollUp.SHARE_OF_YES: share_of_yes,
    RollUp.MEAN_BY_STAFF: mean_by_staff,
    RollUp.VALUE: mean,
}


def _values(reported: Counted) -> list[Decimal]:
    return [each.value for each, _ in reported if each.value is not None]


def _is_met(value: Decimal, *, indicator: Indicator) -> bool | None:
    if indicator.target is None:
        return None
    target = indicator.target
    if indicator.measure is Measure.YES_NO:
        target = Target(comparison=Comparison.AT_LEAST, value=_PERCENT)  # yes, by every agency
    if target.comparison is Comparison.ABOVE:
        return value > target.value
    if target.comparison is Comparison.AT_LEAST:
        return value >= target.value
    if target.comparison is Comparison.AT_MOST:
        return value <= target.value
    return value < target.value
