"""What agencies reached together on each indicator of a plan's period, beside its target and what is expected."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring.charts.facts import Facts
from services.scoring.charts.words import PICTURE_WORDS
from services.scoring.judging import figures
from services.scoring.judging.agency import judge
from services.scoring.judging.attainment import GROWTH_METHODS
from services.scoring.judging.criteria import criteria_of
from services.scoring.judging.expectation import expected_basis
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Agency, Indicator, Observation, Period, Plan, Target
from services.scoring.judging.obligation import indicators_owed
from services.scoring.rollups.cells import pooled, reported
from services.scoring.rollups.verdicts import pooled_verdict
from shared.events.vocabulary import Basis, Comparison, Direction, Language, Measure, Method, Standing, Verdict
from shared.wording.phrases import Phrases
from shared.wording.rounding import number

_WHOLE: Final = Decimal(100)
_NOTHING: Final = (figures.ZERO, figures.ZERO)


class Bar(NamedTuple):
    """One indicator: ratios of the target (1 = met), and the figures behind them as they are read."""

    name: str
    value: str
    target: str
    target_basis: Basis | None
    target_due: str  # by when, where not by the plan's end
    attainment: Decimal | None
    expected: Decimal | None
    expected_basis: Basis | None
    standing: Standing
    reported: int  # agencies
    owed: int


def bars_of(facts: Facts, *, language: Language) -> tuple[Bar, ...]:
    """Return a bar for each indicator; the value of all is judged as an agency's would be (our rule).

    But silence is never success: what the silent could still undo is not met, but awaited, or missing once it was due.
    """
    together = replace(facts.plan, indicators=tuple(_of_all(each, language) for each in facts.plan.indicators))
    owed: Counter[str] = Counter()
    for agency in facts.agencies.values():
        owed.update(each.id for each in indicators_owed(plan=facts.plan, agency=agency, period=facts.period))
    return tuple(
        _bar(indicator, owed=owed[indicator.id], together=together, facts=facts, language=language)
        for indicator in facts.plan.indicators
    )


def _of_all(indicator: Indicator, language: Language) -> Indicator:
    """Return the indicator as all are judged by it together: a yes-no in percent of agencies, by every one of them."""
    if indicator.method is not Method.YES_NO:
        return replace(indicator, tolerance=None)  # tolerances are for agencies, not for sums over them
    unit = PICTURE_WORDS[language].of_agencies
    baseline = indicator.baseline
    return replace(
        indicator,
        unit_vi=unit,
        unit_en=unit,
        measure=Measure.PERCENT,
        direction=Direction.INCREASING,
        method=Method.TO_TARGET,
        target=Target(
            Comparison.AT_LEAST,
            _WHOLE,
            indicator.target.on if indicator.target else None,
            indicator.target.on_basis if indicator.target else None,
        ),
        baseline=replace(baseline, value=figures.percentage(baseline.value)) if baseline else None,
        milestones=tuple(replace(each, value=figures.percentage(each.value)) for each in indicator.milestones),
    )


def _bar(indicator: Indicator, *, owed: int, together: Plan, facts: Facts, language: Language) -> Bar:
    judgements = [
        (each, facts.agencies[row.key.agency])
        for row in facts.progress
        for each in row.judgements
        if each.indicator == indicator.id
    ]
    found = _judged(indicator, judgements=judgements, together=together, facts=facts)
    target, asked = criteria_of(together, facts.period)[indicator.id].target, together.indicator_by_id[indicator.id]
    unit = asked.unit_vi if language is Language.VI else asked.unit_en
    spoken = Phrases.of(language, unit=unit, measure=asked.measure)
    count = sum(each.observed is not None for each, _ in judgements)
    standing = found.standing
    if standing is Standing.MET and _is_open(
        indicator, judgements, period=facts.period, target=target, reported=count, owed=owed
    ):
        standing = Standing.MISSING if any(row.is_closed for row in facts.progress) else Standing.AWAITED
    return Bar(
        name=facts.names[indicator.id],
        value=_shown(found, spoken, target=target),
        target=spoken.compared(target) if target else "",
        target_basis=indicator.basis if target else None,
        target_due=spoken.by_when(target, basis=indicator.basis) if target else "",
        attainment=found.attainment_ratio,
        expected=found.expected_ratio,
        expected_basis=_basis(found, asked, target, facts.period),
        standing=standing,
        reported=count,
        owed=max(owed, count),
    )


def _judged(
    indicator: Indicator, *, judgements: Sequence[tuple[Judgement, Agency]], together: Plan, facts: Facts
) -> Judgement:
    if len(judgements) == 1 and indicator.method in GROWTH_METHODS:
        return judgements[0][0]  # what it grew from is the agency's own
    part, whole = _brought(indicator, judgements, period=facts.period)
    value = pooled(indicator.roll_up, part=part, whole=whole)
    observation = Observation(indicator.id, value=value)
    if value is None:
        observation = Observation(indicator.id, numerator=figures.ZERO, denominator=figures.ZERO)  # over nothing
    has_observed = any(each.observed for each, _ in judgements)
    return judge(
        plan=together,
        period=facts.period,
        indicator=together.indicator_by_id[indicator.id],
        observation=observation if has_observed else None,
        has_filed=has_observed,
        is_closed=any(row.is_closed for row in facts.progress),
    )


def _is_open(
    indicator: Indicator,
    judgements: Sequence[tuple[Judgement, Agency]],
    *,
    period: Period,
    target: Target | None,
    reported: int,
    owed: int,
) -> bool:
    """Return whether those who have not reported could still undo that the target is met."""
    part, whole = _brought(indicator, judgements, period=period)
    found = pooled_verdict(
        indicator,
        target=target,
        part=part,
        whole=whole,
        reported=reported,
        owed=max(owed, reported),
        is_locked=False,
    )
    return found.verdict is Verdict.NOT_YET_KNOWN


def _brought(
    indicator: Indicator, judgements: Sequence[tuple[Judgement, Agency]], *, period: Period
) -> tuple[Decimal, Decimal]:
    """Return the sums of part and whole that the roll-up puts together."""
    brought = [
        reported(each.observed, indicator=indicator, agency=agency, last_on=period.last_on)
        for each, agency in judgements
    ]
    part, whole = (figures.total(column) for column in zip(*brought, strict=True)) if brought else _NOTHING
    return part, whole


def _shown(found: Judgement, spoken: Phrases, *, target: Target | None) -> str:
    if found.observed is None or found.observed.value is None:
        return "–"
    return spoken.amount(number(found.observed.value, beside=target.value if target else None))


def _basis(found: Judgement, indicator: Indicator, target: Target | None, period: Period) -> Basis | None:
    if target is None or found.expected_ratio is None or found.expected_value is None:
        return None
    return expected_basis(
        basis=indicator.basis,
        target=target.value,
        expected=found.expected_value,
        milestones=((each.on, each.basis) for each in indicator.milestones),
        last_on=period.last_on,
    )
