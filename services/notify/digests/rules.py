"""Composes the digest of a period: changes first, then the figures of the province."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile

from services.notify.digests.province import attained
from services.notify.notices.contents import AgencyLine, DigestContents, NoticeContext, UnsentNotices
from services.notify.policy.recheck import RECOVERED
from services.notify.progress.model import Agency, Indicator, Period, Plan, Progress, known_or_named
from shared.events.vocabulary import LocalizedText, Standing
from shared.wording.alphabet import place_of


def digest_of(
    *,
    plan: Plan,
    period: Period,
    agencies: Mapping[str, Agency],
    progress: Iterable[Progress],
    unsent: tuple[UnsentNotices, ...],
    now: datetime,
) -> DigestContents:
    """Return the digest of `period` from all progress of the plan."""
    history = _history(progress, until=period)
    current = _in_period(history, period)
    earlier = [each for each in plan.periods if each.starts_on < period.starts_on]
    before = _in_period(history, earlier[-1]) if earlier else {}
    lead = known_or_named(plan.lead_agency, agencies)
    reporting = reporting_agencies(plan=plan, agencies=agencies, period=period)
    about = NoticeContext(
        plan=plan.id,
        plan_version=plan.version,
        plan_title=plan.title,
        decision=plan.decision,
        sender=lead.name,
        agency=lead.id,
        agency_name=lead.name,
        period=period.id,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        locked_on=period.locked_on,
        since=period.id,
        as_of=max((row.announced_at for row in current.values()), default=now),
        is_synthetic=any(row.filing and row.filing.is_synthetic for rows in history.values() for row in rows),
    )
    changes = _Changes(plan=plan, agencies=agencies, history=history, current=current)
    return DigestContents(
        about=about,
        filed=sum(row.filing is not None for row in current.values()),
        expected=len(reporting | current.keys()),
        newly_lagging=changes.newly_lagging(),
        recovered=changes.recovered(),
        still_lagging=changes.still_lagging(),
        not_filed=changes.not_filed(),
        incomplete=changes.incomplete(),
        standings=_standings(current.values()),
        standings_before=_standings(before.values()),
        attained=tuple(
            attained(
                indicator=indicator,
                rows=current.values(),
                before=before.values(),
                agencies=agencies,
                expected=_expected(indicator, reporting=reporting, agencies=agencies),
            )
            for indicator in plan.indicators
        ),
        unsent=unsent,
        before=earlier[-1].id if before else None,
    )


def reporting_agencies(*, plan: Plan, agencies: Mapping[str, Agency], period: Period) -> frozenset[str]:
    """Return the ids of the plan's agencies that exist on the period's last day and have an indicator to report."""
    return frozenset(
        agency.id
        for agency in (agencies[each] for each in plan.agencies if each in agencies)
        if _exists(agency, on=period.ends_on - timedelta(days=1))
        and any(_reports(indicator, agency) for indicator in plan.indicators)
    )


def _exists(agency: Agency, *, on: date) -> bool:
    return agency.valid_from <= on and (agency.valid_to is None or on < agency.valid_to)


def _reports(indicator: Indicator, agency: Agency) -> bool:
    return agency.kind in indicator.reported_by_kinds or agency.id in indicator.reported_by_agencies


def _expected(indicator: Indicator, *, reporting: Iterable[str], agencies: Mapping[str, Agency]) -> int:
    return sum(_reports(indicator, agencies[each]) for each in reporting)


def _history(progress: Iterable[Progress], *, until: Period) -> dict[str, Sequence[Progress]]:
    """Return each agency's progress up to the period, newest first."""
    history: dict[str, list[Progress]] = {}
    for row in sorted(progress, key=lambda row: row.starts_on, reverse=True):
        if row.starts_on <= until.starts_on and row.is_owed and (row.filing or row.is_closed):
            history.setdefault(row.agency, []).append(row)
    return dict(history)


def _in_period(history: Mapping[str, Sequence[Progress]], period: Period) -> dict[str, Progress]:
    """Return each agency's progress in the period."""
    return {row.agency: row for rows in history.values() for row in rows if row.period == period.id}


def _standings(rows: Iterable[Progress]) -> tuple[tuple[Standing, int], ...]:
    count = Counter(row.standing for row in rows)
    return tuple((standing, count[standing]) for standing in Standing if count[standing])


def _is_lagging(row: Progress) -> bool:
    return bool(row.indicators_standing(Standing.LAGGING))


class _Changes:
    """Sorts the agencies by what changed in the period since each of them last filed."""

    def __init__(
        self,
        *,
        plan: Plan,
        agencies: Mapping[str, Agency],
        history: Mapping[str, Sequence[Progress]],
        current: Mapping[str, Progress],
    ) -> None:
        self._names = {indicator.id: indicator.name for indicator in plan.indicators}
        self._agencies = agencies
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
            name=self._name(row.agency),
            indicators=tuple(self._names.get(each, LocalizedText(vi=each, en=each)) for each in named),
            since=since,
        )

    def _sorted(self, rows: Iterable[Progress]) -> list[Progress]:
        return sorted(rows, key=lambda row: place_of(self._name(row.agency).vi))

    def _name(self, agency: str) -> LocalizedText:
        return known_or_named(agency, self._agencies).name
