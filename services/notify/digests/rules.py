"""Composes the digest of a period: changes first, then the announced figures of the province."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from services.notify.notices.contents import (
    AgencyLine,
    Attained,
    DigestContents,
    Finding,
    NoticeContext,
    OpenProposal,
    ProposedIndicator,
    UnsentNotices,
)
from services.notify.policy.recheck import have_recovered
from services.notify.progress.model import Plan, Progress, name_of
from shared.events.adjustments import OutlookChangedData, ProposalChangedData
from shared.events.plans import PeriodData
from shared.events.rollups import RollUpChangedData
from shared.events.vocabulary import LocalizedText, Measure, Standing
from shared.wording.alphabet import place_of


def digest_of(
    *,
    plan: Plan,
    period: PeriodData,
    rollup: RollUpChangedData,
    names: Mapping[str, LocalizedText],
    progress: Iterable[Progress],
    unsent: tuple[UnsentNotices, ...],
    outlook: OutlookChangedData | None = None,
    proposals: Iterable[ProposalChangedData] = (),
) -> DigestContents:
    """Return the digest of `period`: its figures from the period's roll-up, its lists from all progress of the plan.

    `outlook` is the plan's latest and told where it is of this period, `proposals` are those that wait for a decision.
    """
    history = _history(progress, until=period)
    lead_name = name_of(plan.lead_agency, names)
    about = NoticeContext(
        plan=plan.plan,
        plan_version=rollup.plan_version,
        plan_title=plan.title,
        decision=plan.decision,
        sender=lead_name,
        agency=plan.lead_agency,
        agency_name=lead_name,
        period=period.id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        locked_on=period.locked_on,
        since=period.id,
        as_of=rollup.as_of,
        is_synthetic=any(row.filing and row.filing.is_synthetic for rows in history.values() for row in rows),
    )
    return DigestContents(
        about=about,
        filed=rollup.filed,
        expected=rollup.owed,
        **_changes(plan, period=period, names=names, history=history),
        standings=_standings(rollup.agencies),
        standings_before=_standings(rollup.agencies_before),
        attained=attained_of(plan, rollup),
        unsent=unsent,
        before=rollup.period_before if rollup.agencies_before else None,
        mixed=rollup.mixed,
        findings=_findings(outlook, plan=plan) if outlook and outlook.period == period.id else (),
        proposals=tuple(_open(each, plan=plan, names=names) for each in proposals),
    )


def _findings(outlook: OutlookChangedData, *, plan: Plan) -> tuple[Finding, ...]:
    return tuple(
        Finding(**dict(each), **_called(each.indicator, plan), least_observations=outlook.rules.least_observations)
        for each in outlook.outlooks
        if each.adjustment is not None
    )


def _open(proposal: ProposalChangedData, *, plan: Plan, names: Mapping[str, LocalizedText]) -> OpenProposal:
    indicators = tuple(ProposedIndicator(**dict(each), **_called(each.indicator, plan)) for each in proposal.indicators)
    return OpenProposal(**dict(proposal) | {"indicators": indicators}, author=name_of(proposal.by.agency, names))


def _called(indicator: str, plan: Plan) -> dict[str, Any]:
    """Return what the plan calls an indicator; one that this version dropped measures a number."""
    measures = {each.id: each.measure for each in plan.indicators}
    return {
        "name": plan.indicator_name(indicator),
        "unit": plan.indicator_unit(indicator),
        "measure": measures.get(indicator, Measure.NUMBER),
    }


def attained_of(plan: Plan, rollup: RollUpChangedData) -> tuple[Attained, ...]:
    """Return the announced figures of the plan's indicators, in the plan's order."""
    figures = {each.indicator: each for each in rollup.indicators}
    return tuple(
        Attained(**dict(figures[each.id]), **_called(each.id, plan), roll_up=each.roll_up)
        for each in plan.indicators
        if each.id in figures
    )


def _history(progress: Iterable[Progress], *, until: PeriodData) -> dict[str, Sequence[Progress]]:
    """Return each agency's progress up to the period, newest first."""
    history: dict[str, list[Progress]] = {}
    for row in sorted(progress, key=lambda row: row.period_starts_on, reverse=True):
        if row.period_starts_on <= until.starts_on and row.is_owed and (row.filing or row.is_closed):
            history.setdefault(row.agency, []).append(row)
    return dict(history)


def _standings(count: Mapping[Standing, int]) -> tuple[tuple[Standing, int], ...]:
    return tuple((standing, count[standing]) for standing in Standing if count.get(standing))


def _is_lagging(row: Progress) -> bool:
    return bool(row.indicators_standing(Standing.LAGGING))


def _changes(
    plan: Plan, *, period: PeriodData, names: Mapping[str, LocalizedText], history: Mapping[str, Sequence[Progress]]
) -> dict[str, Any]:
    """Return the agencies by what changed in the period since each of them last filed, named as in the contents."""
    kinds = ("newly_lagging", "recovered", "still_lagging", "not_filed", "incomplete")
    found: dict[str, list[AgencyLine]] = {kind: [] for kind in kinds}

    def add(kind: str, row: Progress, *, since: str, standing: Standing = Standing.LAGGING) -> None:
        indicators = tuple(map(plan.indicator_name, row.indicators_standing(standing)))
        found[kind].append(AgencyLine(name=name_of(row.agency, names), indicators=indicators, since=since))

    current = [row for rows in history.values() for row in rows if row.period == period.id]
    for row in sorted(current, key=lambda row: place_of(name_of(row.agency, names).vi)):
        if not row.filing:
            silent = list(takewhile(lambda each: not each.filing, history[row.agency]))
            add("not_filed", row, since=silent[-1].period)
            continue
        # An unfiled period neither begins nor ends a lag.
        lagged = list(takewhile(_is_lagging, (each for each in history[row.agency] if each.filing and each is not row)))
        since = lagged[-1].period if lagged else row.period
        if _is_lagging(row):
            add("still_lagging" if lagged else "newly_lagging", row, since=since)
        elif lagged and have_recovered(lagged[0].indicators_standing(Standing.LAGGING), newest=row):
            add("recovered", row, since=since)
        if row.indicators_standing(Standing.MISSING):
            add("incomplete", row, since=row.period, standing=Standing.MISSING)
    return {kind: tuple(lines) for kind, lines in found.items()}
