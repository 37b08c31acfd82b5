"""Moves the sums that roll-ups are read off by what changes bring and take, so that nothing is added up twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from services.scoring import figures
from services.scoring.bearings import PlanVersion
from services.scoring.judgements import Judgement, Progress
from services.scoring.model import Agency, Indicator, Plan
from services.scoring.remembering import once_per_plan
from services.scoring.rollup import EMPTY, ONCE, Cell, Place, Subject, Tally, branch_of, counts, reported, summed
from services.scoring.rules import overall
from shared.events.vocabulary import Standing

_WHOLE: Final = ("", "")  # an agency as a whole, over all its programmes
_ONE_MORE: Final = {standing: Tally(agencies=once) for standing, once in ONCE.items()}
_ONE_LESS: Final = {standing: tally.negated() for standing, tally in _ONE_MORE.items()}


class Moved(NamedTuple):
    """An agency's progress before and after a change; None where there is none."""

    agency: Agency
    before: Progress | None
    after: Progress | None


class _Brought(NamedTuple):
    """What changes bring to one place and take from it, in their order; standings by what they are of."""

    judgements: defaultdict[str, list[tuple[Judgement, Agency, bool]]]  # true: it is taken
    standings: defaultdict[Subject, list[tuple[Standing, bool]]]


def brought(progress: Progress, *, plan: Plan, agency: Agency, registry: Mapping[str, Agency]) -> dict[Cell, Tally]:
    """Return what an agency's progress brings to each cell; `plan` is the version that judged it."""
    plans = {PlanVersion(plan.id, plan.version): plan}
    return differences([Moved(agency, None, progress)], plans=plans, registry=registry)


def differences(
    changes: Iterable[Moved], *, plans: Mapping[PlanVersion, Plan], registry: Mapping[str, Agency]
) -> dict[Cell, Tally]:
    """Return by how much changes move each cell; a cell that stays as it is is left out."""
    moved = moves(changes, plans=plans, registry=registry)
    return {Cell(*place, *subject): tally for place, tallies in moved.items() for subject, tally in tallies.items()}


def moves(
    changes: Iterable[Moved], *, plans: Mapping[PlanVersion, Plan], registry: Mapping[str, Agency]
) -> dict[Place, dict[Subject, Tally]]:
    """Return by how much changes move each place and what is added up there; what stays as it is is left out.

    The hierarchy is that of each period's last day.
    """
    by_place: dict[tuple[PlanVersion, Place], _Brought] = {}
    for agency, before, after in changes:
        # What is taken comes first and right before what takes its place, so that long numbers are undone exactly.
        for progress, is_taken in ((before, True), (after, False)):
            if progress is None:
                continue
            version = PlanVersion(progress.key.plan, progress.plan_version)
            plan = plans[version]
            place = _place(progress, plan=plan, agency=agency, registry=registry)
            there = by_place.get((version, place))
            if there is None:
                there = by_place[version, place] = _Brought(defaultdict(list), defaultdict(list))
            _bring(there, progress, agency=agency, plan=plan, is_taken=is_taken)
    moved: dict[Place, dict[Subject, Tally]] = {}
    for (version, place), there in by_place.items():
        _add(moved.setdefault(place, {}), _tallies(there, plan=plans[version], period=place.period))
    left = {place: {name: each for name, each in some.items() if each != EMPTY} for place, some in moved.items()}
    return {place: tallies for place, tallies in left.items() if tallies}


def _place(progress: Progress, *, plan: Plan, agency: Agency, registry: Mapping[str, Agency]) -> Place:
    on = plan.period_by_id[progress.key.period].last_on
    return Place(plan.id, progress.key.period, branch_of(agency, registry=registry, on=on), agency.kind)


def _bring(there: _Brought, progress: Progress, *, agency: Agency, plan: Plan, is_taken: bool) -> None:
    subjects = _subjects(plan)
    by_programme: dict[Subject, list[Judgement]] = {}
    for judgement in progress.judgements:
        there.judgements[judgement.indicator].append((judgement, agency, is_taken))
        by_programme.setdefault(subjects[judgement.indicator], []).append(judgement)
    has_filed = progress.filing is not None
    for programme, judgements in by_programme.items():
        standing = overall(judgements, has_filed=has_filed, is_closed=progress.is_closed)
        there.standings[programme].append((standing, is_taken))
    if by_programme:
        there.standings[_WHOLE].append((progress.standing, is_taken))


def _tallies(there: _Brought, *, plan: Plan, period: str) -> dict[Subject, Tally]:
    last_on = plan.period_by_id[period].last_on
    tallies = {subject: _of_standings(standings) for subject, standings in there.standings.items()}
    for name, judgements in there.judgements.items():
        indicator = plan.indicator_by_id[name]
        tallies[indicator.programme, name] = _tally(judgements, indicator=indicator, last_on=last_on)
    return tallies


def _of_standings(standings: Sequence[tuple[Standing, bool]]) -> Tally:
    if len(standings) == 1 or any(is_taken for _, is_taken in standings):
        return summed([_ONE_LESS[standing] if is_taken else _ONE_MORE[standing] for standing, is_taken in standings])
    return Tally(agencies=counts([standing for standing, _ in standings]))


def _tally(judgements: Sequence[tuple[Judgement, Agency, bool]], *, indicator: Indicator, last_on: date) -> Tally:
    if len(judgements) == 1 or any(is_taken for _, _, is_taken in judgements):
        tallies = (
            (_of_one(judgement, agency, indicator=indicator, last_on=last_on), gone)
            for judgement, agency, gone in judgements
        )
        return summed([tally.negated() if gone else tally for tally, gone in tallies])
    parts = [
        reported(judgement.observed, indicator=indicator, agency=agency, last_on=last_on)
        for judgement, agency, _ in judgements
    ]
    points = [judgement.points for judgement, _, _ in judgements if judgement.points is not None]
    return Tally(
        figures.total([part for part, _ in parts]),
        figures.total([whole for _, whole in parts]),
        figures.total(points),
        figures.product(indicator.weight, Decimal(len(points))),
        figures.product(indicator.weight, Decimal(len(judgements))),
        counts([judgement.standing for judgement, _, _ in judgements]),
    )


def _of_one(judgement: Judgement, agency: Agency, *, indicator: Indicator, last_on: date) -> Tally:
    part, whole = reported(judgement.observed, indicator=indicator, agency=agency, last_on=last_on)
    points, weight = judgement.points, indicator.weight
    if points is None:
        return Tally(part, whole, figures.ZERO, figures.ZERO, weight, ONCE[judgement.standing])
    return Tally(part, whole, points, weight, weight, ONCE[judgement.standing])


def _add(sums: dict[Subject, Tally], more: Mapping[Subject, Tally]) -> None:
    for subject, tally in more.items():
        sums[subject] = summed([sums[subject], tally]) if subject in sums else tally


@once_per_plan
def _subjects(plan: Plan) -> Mapping[str, Subject]:
    """Return each indicator's programme, as what is added up."""
    return {indicator.id: (indicator.programme, "") for indicator in plan.indicators}
