"""Attainment (mức đạt): how much of its target a value reaches, as a ratio; 1 is met."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.methods.case import Case, Finding
from services.scoring.judging.methods.from_baseline import from_baseline
from services.scoring.judging.methods.no_target import no_target
from services.scoring.judging.methods.pace import pace
from services.scoring.judging.methods.to_target import to_target
from services.scoring.judging.methods.yes_no import yes_no
from services.scoring.judging.model import Base, Indicator, Target
from shared.events.vocabulary import Comparison, GrowthFrom, Method

METHODS: Final[Mapping[Method, Callable[[Case], Finding]]] = MappingProxyType(
    {
        Method.TO_TARGET: to_target,
        Method.FROM_BASELINE: from_baseline,
        Method.YES_NO: yes_no,
        Method.PACE: pace,
        Method.NO_TARGET: no_target,
    }
)
"""The methods that a plan can name."""

GROWTH_METHODS: Final = frozenset({Method.PACE, Method.NO_TARGET})
"""Those that look at growth: they have standings of their own and expect nothing at a moment."""

_YES: Final = Target(Comparison.AT_LEAST, figures.ONE)


def goal(indicator: Indicator) -> Target | None:
    """Return what the indicator is judged against, None where it has no target.

    A yes-no's goal is a yes: by the day of its first milestone of 1, else by its target's day, else by the plan's end.

    Source: domain rules, section 5, "Expected attainment": nobody is half done with a yes (our rule).
    """
    if indicator.method is Method.NO_TARGET:
        return None
    if indicator.method is not Method.YES_NO:
        return indicator.target
    first_yes = next((each for each in indicator.milestones if each.value >= figures.ONE), None)
    if first_yes is not None:
        return replace(_YES, on=first_yes.on, on_basis=first_yes.basis)
    return replace(_YES, on=indicator.target.on, on_basis=indicator.target.on_basis) if indicator.target else _YES


def due(target: Target | None, *, plan_ends_on: date) -> date:
    """Return the moment by which a target is to be reached: the start of the day after its own, or the plan's end."""
    return target.on + figures.ONE_DAY if target and target.on else plan_ends_on


def base_of(indicator: Indicator, *, first: Base | None) -> Base | None:
    """Return what the indicator's growth is measured from; `first` is the agency's first observation."""
    if indicator.growth_from is GrowthFrom.FIRST_OBSERVATION:
        return first
    return Base(indicator.baseline.on, indicator.baseline.value) if indicator.baseline else None


def found(method: Method, case: Case) -> Finding:
    """Return what the method finds; a value that meets its target attains it though no ratio exists."""
    finding = METHODS[method](case)
    is_without_ratio = finding.attainment is None and finding.growth is None
    if is_without_ratio and case.target is not None and case.target.is_met_by(case.value):
        return Finding(figures.ONE)
    return finding


def attained(indicator: Indicator, target: Target, value: Decimal, *, at: date) -> Decimal | None:
    """Return the attainment (a ratio, 1 = met) that a value would have by a method that looks at no growth."""
    base = base_of(indicator, first=None)
    return found(indicator.method, Case(indicator.direction, target, value, at=at, due=at, base=base)).attainment
