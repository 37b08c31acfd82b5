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
from services.notify.policy.recheck import RECOVERED
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
    current = _in_period(history, period)
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
    changes = _Changes(plan=plan, names=names, history=history, current=current)
    return DigestContents(
        about=about,
        filed=rollup.filed,
        expected=rollup.owed,
        newly_lagging=changes.newly_lagging(),
        recovered=changes.recovered(),
        still_lagging=changes.still_lagging(),
        not_filed=changes.not_filed(),
        incomplete=changes.incomplete(),
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
        Attained(
            **dict(figures[each.id]),
            name=plan.indicator_name(each.id),
            unit=plan.indicator_unit(each.id),
            measure=each.measure,
            roll_up=each.roll_up,
        )
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


def _in_period(history: Mapping[str, Sequence[Progress]], period: PeriodData) -> dict[str, Progress]:
    """Return each agency's progress in the period."""
    return {row.agency: row for rows in history.values() for row in rows if row.period == period.id}


def _standings(count: Mapping[Standing, int]) -> tuple[tuple[Standing, int], ...]:
    return tuple((standing, count[standing]) for standing in Standing if count.get(standing))


def _is_lagging(row: Progress) -> bool:
    return bool(row.indicators_standing(Standing.LAGGING))


class _Changes:
    """Sorts the agencies by what changed in the period since each of them last filed."""

    def __init__(
        self,
        *,
        plan: Plan,
        names: Mapping[str, LocalizedText],
        history: Mapping[str, Sequence[Progress]],
        current: Mapping[str, Progress],
    ) -> None:
        self._plan = plan
        self._names = names
        self._current = current
        # An unfiled period neither begins nor ends a lag.
        self._filed_before = {
            agency: [row for row in rows if row.filing and row is not current.get(agency)]
            for agency, rows in history.items()
        }
        self._history = history

    def newly_lagging(self) -> tuple[AgencyLine, ...]:
        return self._lines(row for row in self._lagging() if not self._lagged_before(row))

    def still_lagging(self) -> tuple[AgencyLine, ...]:
        return self._lines(row for row in self._lagging() if self._lagged_before(row))

    def recovered(self) -> tuple[AgencyLine, ...]:
        return self._lines(row for row in self._current.values() if row.filing and self._has_recovered(row))

    def not_filed(self) -> tuple[AgencyLine, ...]:
        return tuple(
            self._line(row, since=list(takewhile(lambda each: not each.filing, self._history[row.agency]))[-1].period)
            for row in self._sorted(row for row in self._current.values() if not row.filing)
        )

    def incomplete(self) -> tuple[AgencyLine, ...]:
        rows = (row for row in self._current.values() if row.indicators_standing(Standing.MISSING))
        return tuple(self._line(row, since=row.period, standing=Standing.MISSING) for row in self._sorted(rows))

    def _lagging(self) -> Iterable[Progress]:
        return (row for row in self._current.values() if _is_lagging(row))

    def _lagged_before(self, row: Progress) -> bool:
        filed = self._filed_before[row.agency]
        return bool(filed) and _is_lagging(filed[0])

    def _has_recovered(self, row: Progress) -> bool:
        if _is_lagging(row) or not self._lagged_before(row):
            return False
        lagged = self._filed_before[row.agency][0].indicators_standing(Standing.LAGGING)
        return all(each.standing in RECOVERED for each in row.judgements if each.indicator in lagged)

    def _lines(self, rows: Iterable[Progress]) -> tuple[AgencyLine, ...]:
        return tuple(self._line(row, since=self._since(row)) for row in self._sorted(rows))

    def _since(self, row: Progress) -> str:
        lagged = list(takewhile(_is_lagging, self._filed_before[row.agency]))
        return lagged[-1].period if lagged else row.period

    def _line(self, row: Progress, *, since: str, standing: Standing = Standing.LAGGING) -> AgencyLine:
        named = row.indicators_standing(standing)
        return AgencyLine(
            name=name_of(row.agency, self._names),
            indicators=tuple(map(self._plan.indicator_name, named)),
            since=since,
        )

    def _sorted(self, rows: Iterable[Progress]) -> list[Progress]:
        return sorted(rows, key=lambda row: place_of(name_of(row.agency, self._names).vi))
