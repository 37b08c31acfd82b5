"""Rolls agencies up as sums of cells: district, kind, programme, province."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring.judging import figures
from services.scoring.judging.composite import overall
from services.scoring.judging.judgements import Judgement, Observed, Progress
from services.scoring.judging.model import Agency, Indicator, Plan
from services.scoring.plans.model import PlanVersion
from shared.events.vocabulary import AgencyKind, RollUp, Standing

STANDINGS: Final = tuple(Standing)
"""In which order a tally counts them."""

_HEADS_COMMUNES: Final = frozenset({AgencyKind.CITY, AgencyKind.DISTRICT})
_NOBODY: Final = (0,) * len(STANDINGS)


class Cell(NamedTuple):
    """Names the agencies of one kind and one district in a period, and what of theirs is added up.

    `branch` is the district or city, with its communes, or empty. What is added up is one indicator; where `indicator`
    is empty, the agency's worst standing in a programme; where `programme` is empty too, its standing as a whole.
    Districts, kinds, programmes and the province are sums of cells, so that nothing is added up twice.
    """

    plan: str
    period: str
    branch: str
    kind: AgencyKind
    programme: str
    indicator: str


class Tally(NamedTuple):
    """What a cell comes to; every figure adds up.

    `part` and `whole` are Σ numerator and Σ denominator, Σ value and how many, yes and answers, or Σ value × staff and
    Σ staff, as the indicator is rolled up; `points` are earned of `weight`, which is assessable, of `owed`.
    """

    part: Decimal = figures.ZERO
    whole: Decimal = figures.ZERO
    points: Decimal = figures.ZERO
    weight: Decimal = figures.ZERO
    owed: Decimal = figures.ZERO
    agencies: tuple[int, ...] = _NOBODY  # by standing, in the order of STANDINGS
    unknown_staff: int = 0  # agencies that reported and weigh nothing in a mean by staff, for nobody knows their staff
    silent_staff: Decimal = figures.ZERO  # of those that owe it and have not reported
    silent_unknown: int = 0  # of those, agencies whose staff nobody knows


_ONE: Final = {standing: Tally(agencies=tuple(int(each is standing) for each in STANDINGS)) for standing in STANDINGS}


def cells_of(
    progresses: Iterable[Progress], *, plans: Mapping[PlanVersion, Plan], registry: Mapping[str, Agency]
) -> dict[Cell, Tally]:
    """Return what agencies come to in each cell, on the hierarchy and with the staff of each period's last day.

    `plans` holds the versions that judged, `registry` the agencies and all who are above them.
    """
    found: defaultdict[Cell, list[Tally]] = defaultdict(list)
    for progress in progresses:
        plan, agency = plans[PlanVersion(progress.key.plan, progress.plan_version)], registry[progress.key.agency]
        on = plan.period_by_id[progress.key.period].last_on
        place = plan.id, progress.key.period, branch_of(agency, registry=registry, on=on), agency.kind
        by_programme: defaultdict[str, list[Judgement]] = defaultdict(list)
        for judgement in progress.judgements:
            indicator = plan.indicator_by_id[judgement.indicator]
            by_programme[indicator.programme].append(judgement)
            tally = _tally(judgement, indicator=indicator, agency=agency, on=on)
            found[Cell(*place, indicator.programme, indicator.id)].append(tally)
        for programme, judgements in by_programme.items():
            standing = overall(judgements, has_filed=progress.filing is not None, is_closed=progress.is_closed)
            found[Cell(*place, programme, "")].append(_ONE[standing])
        if by_programme:
            found[Cell(*place, "", "")].append(_ONE[progress.standing])
    return {cell: summed(tallies) for cell, tallies in found.items()}


def _tally(judgement: Judgement, *, indicator: Indicator, agency: Agency, on: date) -> Tally:
    part, whole = reported(judgement.observed, indicator=indicator, agency=agency, last_on=on)
    is_assessable, staff = judgement.points is not None, agency.staff_on(on)
    is_weighted, is_silent = indicator.roll_up is RollUp.MEAN_BY_STAFF, judgement.observed is None
    return Tally(
        part,
        whole,
        points=judgement.points or figures.ZERO,
        weight=indicator.weight if is_assessable else figures.ZERO,
        owed=indicator.weight,
        agencies=_ONE[judgement.standing].agencies,
        unknown_staff=int(is_weighted and not is_silent and not staff),
        silent_staff=Decimal(staff or 0) if is_weighted and is_silent else figures.ZERO,
        silent_unknown=int(is_weighted and is_silent and not staff),
    )


def branch_of(agency: Agency, *, registry: Mapping[str, Agency], on: date) -> str:
    """Return the district or city that the agency is, or belongs to, on that day; empty where there is none."""
    passed: set[str] = set()
    above: Agency | None = agency
    while above is not None and above.id not in passed and above.is_valid_on(on):
        if above.kind in _HEADS_COMMUNES:
            return above.id
        passed.add(above.id)
        above = registry.get(above.parent) if above.parent else None
    return ""


def reported(
    observed: Observed | None, *, indicator: Indicator, agency: Agency, last_on: date
) -> tuple[Decimal, Decimal]:
    """Return what an agency brings to the part and the whole that `pooled` puts together; nothing without a value.

    Its staff are those of the period's last day, `last_on`.
    """
    if observed is None or observed.value is None:
        return figures.ZERO, figures.ZERO
    if indicator.roll_up is RollUp.POOLED and observed.numerator is not None and observed.denominator is not None:
        return observed.numerator, observed.denominator
    if indicator.roll_up is RollUp.MEAN_BY_STAFF:
        staff = Decimal(agency.staff_on(last_on) or 0)
        return figures.product(observed.value, staff), staff
    return observed.value, figures.ONE


def pooled(rule: RollUp, *, part: Decimal, whole: Decimal) -> Decimal | None:
    """Return the value over agencies in the indicator's unit (yes-no: percent of agencies); None over nothing.

    Source: domain rules, section 5, "Roll-ups": never a mean of percentages where counts exist.
    """
    if not whole:
        return None
    if rule is RollUp.SUM:
        return figures.kept(part)
    ratio = figures.quotient(part, whole)
    return figures.kept(figures.percentage(ratio) if rule in {RollUp.POOLED, RollUp.SHARE_OF_YES} else ratio)


def summed(tallies: Sequence[Tally]) -> Tally:
    """Return the sum of tallies."""
    if len(tallies) == 1:
        return tallies[0]
    parts, wholes, points, weights, owed, agencies, unknown, silent_staff, silent_unknown = zip(*tallies, strict=True)
    return Tally(
        figures.total(parts),
        figures.total(wholes),
        figures.total(points),
        figures.total(weights),
        figures.total(owed),
        tuple(map(sum, zip(*agencies, strict=True))),
        sum(unknown),
        figures.total(silent_staff),
        sum(silent_unknown),
    )
