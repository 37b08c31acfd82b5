"""Compares what agencies reach together with the period before, over the agencies that reported both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.scoring.judging import figures
from services.scoring.judging.judgements import Observed, Progress
from services.scoring.judging.model import Agency, Indicator, Period
from services.scoring.rollups.cells import pooled, reported


@dataclass(frozen=True, slots=True)
class Comparison:
    """One indicator over the agencies that reported it in both periods, in its unit (yes-no: percent of them)."""

    same: int
    value: Decimal | None
    before: Decimal | None


def compared(
    indicator: Indicator,
    *,
    progress: Iterable[Progress],
    period: Period,
    before: Iterable[Progress],
    period_before: Period | None,
    registry: Mapping[str, Agency],
) -> Comparison:
    """Return the value of this period and of the one before over the same agencies.

    Source: domain rules, section 5, "Roll-ups": a change is told over the agencies that reported both.
    """
    now, then = _observed(indicator, progress), _observed(indicator, before)
    same = sorted(now.keys() & then.keys())
    if period_before is None or not same:
        return Comparison(0, None, None)
    return Comparison(
        len(same),
        _value(indicator, {each: now[each] for each in same}, period=period, registry=registry),
        _value(indicator, {each: then[each] for each in same}, period=period_before, registry=registry),
    )


def _observed(indicator: Indicator, progress: Iterable[Progress]) -> dict[str, Observed]:
    return {
        each.key.agency: judgement.observed
        for each in progress
        for judgement in each.judgements
        if judgement.indicator == indicator.id and judgement.observed is not None
    }


def _value(
    indicator: Indicator, observed: Mapping[str, Observed], *, period: Period, registry: Mapping[str, Agency]
) -> Decimal | None:
    brought = [
        reported(each, indicator=indicator, agency=registry[agency], last_on=period.last_on)
        for agency, each in observed.items()
    ]
    parts, wholes = zip(*brought, strict=True)
    return pooled(indicator.roll_up, part=figures.total(parts), whole=figures.total(wholes))
