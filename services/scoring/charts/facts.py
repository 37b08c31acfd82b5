"""What a chart shows of each indicator in a plan's period: the province's roll-up, judged as one agency's value is."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.agency import judge
from services.scoring.judging.attainment import GROWTH_METHODS
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Indicator, Observation, Plan, Target
from services.scoring.rollups.cells import cells_of
from services.scoring.rollups.levels import IndicatorRollUp, Level, roll_ups
from services.scoring.rollups.model import PeriodProgress
from shared.charts.model import IndicatorBar
from shared.events.vocabulary import Comparison, Direction, Language, Measure, Method, Standing, Verdict

_ALL: Final = Decimal(100)


def bars_of(found: PeriodProgress, *, names: Mapping[str, str], language: Language) -> tuple[IndicatorBar, ...]:
    """Return a bar for each indicator that anybody owes; the value of all is judged as an agency's is (our rule).

    But silence is never success: what the silent could still undo is not met, but awaited, or missing once it was due.
    `names` are those of indicators.
    """
    cells = cells_of(found.progress, plans=found.plans, registry=found.registry)
    whole = roll_ups(cells, plan=found.plan, period=found.period, level=Level.PROVINCE, is_locked=False)
    together = replace(found.plan, indicators=tuple(map(_over_all, found.plan.indicators)))
    bars = []
    for rolled in (each for province in whole for each in province.indicators):
        asked, judged = found.plan.indicator_by_id[rolled.indicator], _judged(rolled, found=found, together=together)
        standing = judged.standing
        if standing is Standing.MET and rolled.verdict.verdict is Verdict.NOT_YET_KNOWN:
            standing = Standing.MISSING if found.is_closed else Standing.AWAITED
        bars.append(
            IndicatorBar(
                name=names[asked.id],
                unit=asked.unit_vi if language is Language.VI else asked.unit_en,
                measure=asked.measure,
                value=rolled.value,
                target=rolled.target,
                basis=rolled.basis,
                reported=rolled.verdict.reported,
                owed=rolled.verdict.owed,
                attainment=judged.attainment_ratio,
                expected=judged.expected_ratio,
                expected_basis=rolled.expected_basis,
                standing=standing,
            )
        )
    return tuple(bars)


def _over_all(indicator: Indicator) -> Indicator:
    """Return the indicator as all are judged by it together: a yes-no in percent of agencies, by every one of them."""
    if indicator.method is not Method.YES_NO:
        return replace(indicator, tolerance=None)  # tolerances are for agencies, not for sums over them
    asked, baseline = indicator.target, indicator.baseline
    return replace(
        indicator,
        measure=Measure.PERCENT,
        direction=Direction.INCREASING,
        method=Method.TO_TARGET,
        target=Target(Comparison.AT_LEAST, _ALL, asked.on if asked else None, asked.on_basis if asked else None),
        baseline=replace(baseline, value=figures.percentage(baseline.value)) if baseline else None,
        milestones=tuple(replace(each, value=figures.percentage(each.value)) for each in indicator.milestones),
    )


def _judged(rolled: IndicatorRollUp, *, found: PeriodProgress, together: Plan) -> Judgement:
    """Return the judgement of the value over all agencies."""
    indicator, has_filed = together.indicator_by_id[rolled.indicator], rolled.verdict.reported > 0
    if indicator.method in GROWTH_METHODS and rolled.verdict.owed == 1:  # what it grew from is the agency's own
        judgements = (each for row in found.progress for each in row.judgements)
        return next(each for each in judgements if each.indicator == rolled.indicator)
    observation = Observation(indicator.id, value=rolled.value)
    if rolled.value is None:
        observation = Observation(indicator.id, numerator=figures.ZERO, denominator=figures.ZERO)  # over nothing
    return judge(
        plan=together,
        period=found.period,
        indicator=indicator,
        observation=observation if has_filed else None,
        has_filed=has_filed,
        is_closed=found.is_closed,
    )
