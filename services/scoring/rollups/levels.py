"""Reads roll-ups off the sums of cells: districts with their communes, kinds, programmes and the province."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from services.scoring.judging import figures
from services.scoring.judging.criteria import criteria_of
from services.scoring.judging.expectation import expected_basis
from services.scoring.judging.model import Indicator, Period, Plan, Target
from services.scoring.rollups.cells import STANDINGS, Cell, Tally, pooled, summed
from services.scoring.rollups.verdicts import PooledVerdict, pooled_verdict
from shared.events.vocabulary import Basis, RollUp, Standing

PROVINCE: Final = "province"
"""What the one roll-up of the province is called."""


class Level(StrEnum):
    """Over which agencies, or which indicators, is added up."""

    DISTRICT = "district"  # a district or city with its communes
    KIND = "kind"
    PROGRAMME = "programme"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class Sums:
    """How many agencies have each standing, points earned of those assessable, score (0 … 100) and its coverage."""

    agencies: Mapping[Standing, int]
    points: Decimal
    weight: Decimal
    score: Decimal | None
    coverage_ratio: Decimal | None


@dataclass(frozen=True, slots=True)
class IndicatorRollUp:
    """One indicator over agencies, in its unit (yes-no as percent of agencies); its standings are its own."""

    indicator: str
    value: Decimal | None
    target: Target | None
    basis: Basis
    verdict: PooledVerdict
    expected_value: Decimal | None
    expected_basis: Basis | None
    unknown_staff: int  # agencies that a mean by staff leaves out
    sums: Sums


@dataclass(frozen=True, slots=True)
class RollUpAt:
    """Everything that one district, kind or programme, or the province, comes to."""

    level: Level
    id: str
    sums: Sums
    indicators: tuple[IndicatorRollUp, ...]


def roll_ups(
    cells: Mapping[Cell, Tally], *, plan: Plan, period: Period, level: Level, is_locked: bool
) -> tuple[RollUpAt, ...]:
    """Return the roll-ups of a period at a level, by their ids; targets and expectations are this plan version's.

    What no agency stands in is left out. A sum is compared with the target as it stands (our rule). `is_locked` says
    that no report can come any more.

    Source: domain rules, section 5, "Roll-ups": by the indicator's rule, with the count of agencies per standing.
    """
    whole: defaultdict[str, list[Tally]] = defaultdict(list)
    parts: defaultdict[str, defaultdict[str, list[Tally]]] = defaultdict(lambda: defaultdict(list))
    for cell, tally in cells.items():
        name = _name(cell, level)
        if not name:
            continue
        if cell.indicator:
            parts[name][cell.indicator].append(tally)
        elif bool(cell.programme) is (level is Level.PROGRAMME):
            whole[name].append(tally)
    found = []
    for name in sorted(whole):
        standings = summed(whole[name])
        by_indicator = {indicator: summed(tallies) for indicator, tallies in parts[name].items()}
        if any(standings.agencies):
            earned = summed(list(by_indicator.values()))
            found.append(
                RollUpAt(
                    level=level,
                    id=name,
                    sums=_sums(earned._replace(agencies=standings.agencies)),
                    indicators=_indicators(by_indicator, plan=plan, period=period, is_locked=is_locked),
                )
            )
    return tuple(found)


def _name(cell: Cell, level: Level) -> str:
    names = {Level.DISTRICT: cell.branch, Level.KIND: cell.kind, Level.PROGRAMME: cell.programme}
    return names.get(level, PROVINCE)


def _indicators(
    by_indicator: Mapping[str, Tally], *, plan: Plan, period: Period, is_locked: bool
) -> tuple[IndicatorRollUp, ...]:
    known: Iterable[Indicator] = (each for each in plan.indicators if each.id in by_indicator)
    return tuple(
        _indicator(each, by_indicator[each.id], plan=plan, period=period, is_locked=is_locked)
        for each in known
        if any(by_indicator[each.id].agencies)
    )


def _indicator(indicator: Indicator, tally: Tally, *, plan: Plan, period: Period, is_locked: bool) -> IndicatorRollUp:
    criteria = criteria_of(plan, period)[indicator.id]
    target, expected = criteria.target, criteria.expected.value
    if indicator.roll_up is RollUp.SHARE_OF_YES:  # of one agency a yes is 1, of all agencies 100 %
        target = replace(target, value=figures.percentage(target.value)) if target else None
        share = criteria.expected_share
        expected = None if share is None else figures.percentage(share)
    standings = dict(zip(STANDINGS, tally.agencies, strict=True))
    owed = sum(standings.values())
    return IndicatorRollUp(
        indicator=indicator.id,
        value=pooled(indicator.roll_up, part=tally.part, whole=tally.whole),
        target=target,
        basis=indicator.basis,
        verdict=pooled_verdict(
            indicator,
            target=target,
            part=tally.part,
            whole=tally.whole,
            reported=owed - standings[Standing.MISSING] - standings[Standing.AWAITED],
            owed=owed,
            is_locked=is_locked,
            silent_weight=None if tally.silent_unknown else tally.silent_staff,
        ),
        expected_value=figures.kept(expected),
        expected_basis=None
        if target is None or expected is None
        else expected_basis(
            basis=indicator.basis,
            target=target.value,
            expected=expected,
            milestones=((milestone.on, milestone.basis) for milestone in indicator.milestones),
            last_on=period.last_on,
        ),
        unknown_staff=tally.unknown_staff,
        sums=_sums(tally),
    )


def _sums(tally: Tally) -> Sums:
    score = figures.percentage(figures.quotient(tally.points, tally.weight)) if tally.weight else None
    return Sums(
        agencies=dict(zip(STANDINGS, tally.agencies, strict=True)),
        points=figures.kept(tally.points),
        weight=tally.weight,
        score=figures.kept(score),
        coverage_ratio=figures.kept(figures.quotient(tally.weight, tally.owed)) if tally.owed else None,
    )
