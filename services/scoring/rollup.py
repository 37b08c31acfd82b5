"""Rolls agencies up, as sums that one agency's change moves by its own part: district, kind, programme, province."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring import figures
from services.scoring.bearings import PlanVersion
from services.scoring.judgements import Judgement, Observed, Progress
from services.scoring.model import Agency, Indicator, Plan
from services.scoring.rules import overall
from shared.events.vocabulary import AgencyKind, RollUp, Standing

STANDINGS: Final = tuple(Standing)
"""In which order a tally counts them."""

_HEADS_COMMUNES: Final = frozenset({AgencyKind.CITY, AgencyKind.DISTRICT})
_NOBODY: Final = (0,) * len(STANDINGS)
_PLACES: Final = {standing: place for place, standing in enumerate(STANDINGS)}


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

    def negated(self) -> "Tally":
        """Return what undoes this, to the last digit."""
        return Tally(
            part=self.part.copy_negate(),  # unlike a minus sign, this rounds nothing
            whole=self.whole.copy_negate(),
            points=self.points.copy_negate(),
            weight=self.weight.copy_negate(),
            owed=self.owed.copy_negate(),
            agencies=tuple(-count for count in self.agencies),
        )


class Moved(NamedTuple):
    """An agency's progress before and after a change; None where there is none."""

    agency: Agency
    before: Progress | None
    after: Progress | None


_EMPTY: Final = Tally()
_ONE_STANDING: Final = {
    standing: tuple(int(place == found) for place in range(len(STANDINGS))) for standing, found in _PLACES.items()
}
_ONE_AGENCY: Final = {standing: Tally(agencies=counts) for standing, counts in _ONE_STANDING.items()}


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


def brought(progress: Progress, *, plan: Plan, agency: Agency, registry: Mapping[str, Agency]) -> dict[Cell, Tally]:
    """Return what an agency's progress brings to each cell; `plan` is the version that judged it.

    The hierarchy is that of the period's last day.
    """
    on = plan.period_by_id[progress.key.period].last_on
    place = (progress.key.plan, progress.key.period, branch_of(agency, registry=registry, on=on), agency.kind)
    tallies: dict[Cell, Tally] = {}
    by_programme: dict[str, list[Judgement]] = {}
    for judgement in progress.judgements:
        indicator = plan.indicator_by_id[judgement.indicator]
        tallies[Cell(*place, indicator.programme, indicator.id)] = _of(judgement, indicator=indicator, agency=agency)
        by_programme.setdefault(indicator.programme, []).append(judgement)
    has_filed = progress.filing is not None
    for programme, judgements in by_programme.items():
        standing = overall(judgements, has_filed=has_filed, is_closed=progress.is_closed)
        tallies[Cell(*place, programme, "")] = _ONE_AGENCY[standing]
    if tallies:
        tallies[Cell(*place, "", "")] = _ONE_AGENCY[progress.standing]
    return tallies


def differences(
    changes: Iterable[Moved], *, plans: Mapping[PlanVersion, Plan], registry: Mapping[str, Agency]
) -> dict[Cell, Tally]:
    """Return by how much changes move each cell; a cell that stays as it is is left out."""
    brings: defaultdict[Cell, list[Tally]] = defaultdict(list)
    for cell, tally in _signed(changes, plans=plans, registry=registry):
        brings[cell].append(tally)
    sums = ((cell, summed(tallies)) for cell, tallies in brings.items())
    return {cell: tally for cell, tally in sums if tally != _EMPTY}


def together(one: Mapping[Cell, Tally], other: Mapping[Cell, Tally]) -> dict[Cell, Tally]:
    """Return what each cell comes to by both."""
    return {**one, **{cell: summed([one[cell], tally]) if cell in one else tally for cell, tally in other.items()}}


def reported(observed: Observed | None, *, indicator: Indicator, agency: Agency) -> tuple[Decimal, Decimal]:
    """Return what an agency brings to the part and the whole that `pooled` puts together; nothing without a value."""
    if observed is None or observed.value is None:
        return figures.ZERO, figures.ZERO
    if indicator.roll_up is RollUp.POOLED and observed.numerator is not None and observed.denominator is not None:
        return observed.numerator, observed.denominator
    if indicator.roll_up is RollUp.MEAN_BY_STAFF:
        staff = Decimal(agency.staff or 0)
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


def _signed(
    changes: Iterable[Moved], *, plans: Mapping[PlanVersion, Plan], registry: Mapping[str, Agency]
) -> Iterator[tuple[Cell, Tally]]:
    for change in changes:
        for progress, is_gone in ((change.before, True), (change.after, False)):
            if progress is not None:
                plan = plans[PlanVersion(progress.key.plan, progress.plan_version)]
                cells = brought(progress, plan=plan, agency=change.agency, registry=registry)
                yield from ((cell, tally.negated() if is_gone else tally) for cell, tally in cells.items())


def _of(judgement: Judgement, *, indicator: Indicator, agency: Agency) -> Tally:
    part, whole = reported(judgement.observed, indicator=indicator, agency=agency)
    points, weight = judgement.points, indicator.weight
    return Tally(
        part=part,
        whole=whole,
        points=figures.ZERO if points is None else points,
        weight=figures.ZERO if points is None else weight,
        owed=weight,
        agencies=_ONE_STANDING[judgement.standing],
    )


def summed(tallies: Sequence[Tally]) -> Tally:
    """Return the sum of tallies."""
    if len(tallies) == 1:
        return tallies[0]
    parts, wholes, points, weights, owed, agencies = zip(_EMPTY, *tallies, strict=True)
    return Tally(
        figures.total(parts),
        figures.total(wholes),
        figures.total(points),
        figures.total(weights),
        figures.total(owed),
        tuple(map(sum, zip(*agencies, strict=True))),
    )
