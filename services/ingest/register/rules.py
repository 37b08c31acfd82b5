"""Whose submissions a key sees, how two revisions differ, and what an agency owes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

from services.ingest.exceptions.rules import is_in_force, locked_since
from services.ingest.plans.model import FilingKey, Plan, Registry
from services.ingest.register.model import FilingState, Obligation, ObligationState, Window
from services.ingest.submissions.rules import may_file, owed_by
from shared.events.plans import AgencyRegisteredData, PeriodData

_STATES: Final = {
    FilingState.ACCEPTED: ObligationState.FILED,
    FilingState.VERIFIED: ObligationState.FILED,
    FilingState.RETURNED: ObligationState.RETURNED,
}

ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class Difference(Generic[ValueT]):
    """An indicator whose value two revisions give differently; None where a revision lacks it."""

    indicator: str
    before: ValueT | None
    after: ValueT | None


def differences(before: Mapping[str, ValueT], after: Mapping[str, ValueT]) -> list[Difference[ValueT]]:
    """Return the indicators whose values differ: first those of the later revision, then those that it leaves out."""
    return [
        Difference(indicator, before.get(indicator), after.get(indicator))
        for indicator in dict.fromkeys([*after, *before])
        if before.get(indicator) != after.get(indicator)
    ]


def agencies_seen_by(agency_id: str, *, registry: Registry) -> frozenset[str]:
    """Return the agencies whose submissions an agency sees: its own, and those that it may file for."""
    seen = (
        each.agency
        for each in registry.agencies.values()
        if may_file(agency_id=each.agency, agency=each, filer=agency_id, registry=registry)
    )
    return frozenset({agency_id, *seen})


def obligations(
    agency: AgencyRegisteredData,
    *,
    plan: Plan,
    reopened: Mapping[FilingKey, date],
    filed: Mapping[str, FilingState],
    today: date,
) -> list[Obligation]:
    """Return what an agency owes for each period of a plan that is over, in their order.

    `filed` has the state of the latest revision by period, `reopened` the last days of exceptions.
    """
    owed = owed_by(agency, plan=plan) if agency.agency in plan.agencies else frozenset()
    return [
        _obligation(period, indicators=owed, until=until, state=filed.get(period.id), today=today)
        for period in sorted(plan.periods, key=lambda period: period.ends_on)
        if owed and period.ends_on <= today and is_in_force(agency, period=period)
        for until in (reopened.get(FilingKey(plan.plan, agency.agency, period.id)),)
    ]


def takes_nothing_more(plan: Plan, *, agency_id: str, reopened: Mapping[FilingKey, date], today: date) -> bool:
    """Return whether every period of a plan is locked for an agency, so that nothing of it is owed any longer."""
    return all(
        today >= locked_since(period, reopened_until=reopened.get(FilingKey(plan.plan, agency_id, period.id)))
        for period in plan.periods
    )


def _obligation(
    period: PeriodData, *, indicators: frozenset[str], until: date | None, state: FilingState | None, today: date
) -> Obligation:
    locked_on = locked_since(period, reopened_until=until)
    if today >= locked_on:
        window = Window.LOCKED
    elif today >= period.locked_on:
        window = Window.REOPENED
    else:
        window = Window.OPEN
    return Obligation(
        period=period,
        indicators=indicators,
        state=ObligationState.NOT_FILED if state is None else _STATES.get(state, ObligationState.NOT_FILED),
        window=window,
        locked_on=locked_on,
        reopened_until=until if locked_on > period.locked_on else None,
    )
