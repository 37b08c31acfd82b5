"""What the province reached on one indicator in a period, by the indicator's roll-up rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from services.notify.contents import Attained
from services.notify.model import Agency, Indicator, Judgement, Progress, Target
from shared.events.vocabulary import Comparison, Measure, RollUp

_PERCENT: Final = Decimal(100)
Reported = Sequence[tuple[Judgement, int | None]]
"""Judgements with a value, each with its agency's staff."""


def attained(
    *,
    indicator: Indicator,
    rows: Iterable[Progress],
    agencies: Mapping[str, Agency],
    expected: int,
    before: Decimal | None,
) -> Attained:
    """Return the value over all agencies that reported it, in the indicator's unit (yes-no: percent of agencies)."""
    reported = [
        (judgement, agencies[row.agency].staff if row.agency in agencies else None)
        for row in rows
        if row.filing
        for judgement in row.judgements
        if judgement.indicator == indicator.id and judgement.value is not None
    ]
    value = ROLL_UPS[indicator.roll_up](reported) if reported else None
    return Attained(
        indicator=indicator.id,
        name=indicator.name,
        unit=indicator.unit,
        measure=indicator.measure,
        target=indicator.target,
        basis=indicator.basis,
        value=value,
        before=before,
        is_met=None if value is None else _is_met(value, indicator=indicator),
        reported=len(reported),
        expected=max(expected, len(reported)),
    )


def pooled(reported: Reported) -> Decimal | None:
    """Return Σ numerator ÷ Σ denominator in percent, or null where nothing was counted."""
    counted = [
        (each.numerator, each.denominator)
        for each, _ in reported
        if each.numerator is not None and each.denominator is not None
    ]
    whole = sum((denominator for _, denominator in counted), Decimal())
    return sum((numerator for numerator, _ in counted), Decimal()) * _PERCENT / whole if whole else None


def total(reported: Reported) -> Decimal:
    """Return Σ value."""
    return sum(_values(reported), Decimal())


def share_of_yes(reported: Reported) -> Decimal:
    """Return the percent of agencies that say yes."""
    return Decimal(sum(value >= 1 for value in _values(reported))) * _PERCENT / len(reported)


def mean(reported: Reported) -> Decimal:
    """Return the mean value; the value itself where one agency reports it."""
    return total(reported) / len(reported)


def mean_by_staff(reported: Reported) -> Decimal:
    """Return the mean value weighted by staff; an agency of unknown staff weighs as the average one (our rule)."""
    known = [Decimal(staff) for _, staff in reported if staff]
    usual = sum(known, Decimal()) / len(known) if known else Decimal(1)
    weights = [Decimal(staff) if staff else usual for _, staff in reported]
    weighted = zip(_values(reported), weights, strict=True)
    return sum((value * weight for value, weight in weighted), Decimal()) / sum(weights, Decimal())


ROLL_UPS: Final[Mapping[RollUp, Callable[[Reported], Decimal | None]]] = {
    RollUp.POOLED: pooled,
    RollUp.SUM: total,
    RollUp.SHARE_OF_YES: share_of_yes,
    RollUp.MEAN_BY_STAFF: mean_by_staff,
    RollUp.VALUE: mean,
}


def _values(reported: Reported) -> list[Decimal]:
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
