"""Loads what the policy looks at, a batch of agencies at a time, from PostgreSQL."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from services.notify import codec
from services.notify.model import Agency, NoticeKind, Plan, Progress, Words
from services.notify.notices import Earlier, NoticeState, Situation
from services.notify.ports import Pair
from services.notify.queueing import see_contacts
from shared.events.vocabulary import AgencyKind
from shared.runtime.clock import TIMEZONE

_PENDING: Final = frozenset({NoticeState.QUEUED, NoticeState.HELD})
_TOLD: Final = frozenset({NoticeState.SENDING, NoticeState.UNKNOWN, NoticeState.ACCEPTED})
_SPENT: Final = _TOLD | {NoticeState.FAILED}
_PAIR: Final = "unnest($1::text[], $2::text[]) as pair (plan, agency)"


async def load_situations(connection: Any, pairs: Collection[Pair]) -> list[Situation]:
    """Return the situation of each agency whose plan is known and that has a judgement, and lock its notices."""
    plans = await latest_plans(connection, {plan for plan, _ in pairs})
    known = sorted(pair for pair in pairs if pair[0] in plans)
    if not known:
        return []
    plan_ids, agency_ids = [plan for plan, _ in known], [agency for _, agency in known]
    await see_contacts(connection)
    earlier = await _earlier(connection, plan_ids, agency_ids)
    newest = await newest_progress(connection, plan_ids, agency_ids)
    unfiled = await unfiled_periods(connection, plan_ids, agency_ids)
    synthetic = await _synthetic(connection, plans)
    agencies = await agencies_of(connection, {*agency_ids, *(plan.lead_agency for plan in plans.values())})
    return [
        Situation(
            plan=plans[plan],
            agency=known_or_named(agency, agencies),
            lead=known_or_named(plans[plan].lead_agency, agencies),
            newest=newest[plan, agency],
            unfiled=unfiled.get((plan, agency), ()),
            earlier=earlier.get((plan, agency), ()),
            is_synthetic=plan in synthetic,
        )
        for plan, agency in known
        if (plan, agency) in newest
    ]


async def latest_plans(connection: Any, plans: Collection[str]) -> dict[str, Plan]:
    """Return the latest version of each of these plans that is known."""
    rows = await connection.fetch(
        "select distinct on (plan) plan, body from plan_version where plan = any($1::text[])"
        " order by plan, version desc",
        list(plans),
    )
    return {row["plan"]: codec.PLAN.validate_json(row["body"]) for row in rows}


async def agencies_of(connection: Any, agencies: Collection[str]) -> dict[str, Agency]:
    """Return the registered ones of these agencies."""
    rows = await connection.fetch("select id, body from agency where id = any($1::text[])", list(agencies))
    return {row["id"]: codec.AGENCY.validate_json(row["body"]) for row in rows}


def known_or_named(agency: str, agencies: Mapping[str, Agency]) -> Agency:
    """Return the agency, or one that goes by its id where the registry has not told its name."""
    return agencies.get(agency) or Agency(
        id=agency,
        name=Words(vi=agency, en=agency),
        kind=AgencyKind.OFFICE,
        staff=None,
        valid_from=date.min,
        valid_to=None,
    )


async def newest_progress(connection: Any, plans: Iterable[str], agencies: Iterable[str]) -> dict[Pair, Progress]:
    """Return each agency's progress in its latest period with a judgement, also where what was filed was taken back."""
    rows = await connection.fetch(
        "select newest.plan, newest.agency, newest.body from " + _PAIR + ", lateral (select plan, agency, body"  # noqa: S608  constants only
        " from progress where progress.plan = pair.plan and progress.agency = pair.agency"
        " order by starts_on desc limit 1) as newest",
        list(plans),
        list(agencies),
    )
    return {(row["plan"], row["agency"]): codec.PROGRESS.validate_json(row["body"]) for row in rows}


async def unfiled_periods(
    connection: Any, plans: Sequence[str], agencies: Sequence[str]
) -> dict[Pair, tuple[str, ...]]:
    """Return the ids of each agency's closed periods with nothing filed, oldest first."""
    rows = await connection.fetch(
        "select plan, agency, array_agg(period order by starts_on) as periods from progress join "  # noqa: S608  constants only
        + _PAIR
        + " using (plan, agency) where is_closed and not is_filed group by plan, agency",
        plans,
        agencies,
    )
    return {(row["plan"], row["agency"]): tuple(row["periods"]) for row in rows}


async def _synthetic(connection: Any, plans: Iterable[str]) -> set[str]:
    rows = await connection.fetch(
        "select asked.plan from unnest($1::text[]) as asked (plan)"
        " where exists (select from progress where progress.plan = asked.plan and is_synthetic)",
        list(plans),
    )
    return {row["plan"] for row in rows}


async def _earlier(connection: Any, plans: list[str], agencies: list[str]) -> dict[Pair, tuple[Earlier, ...]]:
    """Return what was decided before, locked, so that no sender takes a notice that is being withdrawn."""
    rows = await connection.fetch(
        "select plan, agency, cause, kind, period, thread, indicators, over, state,"  # noqa: S608  constants only
        " coalesce(ended_at, due_at) as told_at from notice join "
        + _PAIR
        + " using (plan, agency) where kind <> 'digest' order by plan, agency, position for update of notice",
        plans,
        agencies,
    )
    return {
        pair: tuple(_causes(of_agency))
        for pair, of_agency in groupby(rows, key=lambda row: (row["plan"], row["agency"]))
    }


def _causes(rows: Iterable[Any]) -> Iterable[Earlier]:
    by_cause: dict[str, list[Any]] = {}
    for row in rows:
        by_cause.setdefault(row["cause"], []).append(row)
    for cause, same in by_cause.items():
        states = {NoticeState(row["state"]) for row in same}
        # Of several recipients, the ones who were told know the indicators as they stood then.
        row = next((row for row in same if row["state"] in _SPENT), same[0])
        yield Earlier(
            cause=cause,
            kind=NoticeKind(row["kind"]),
            period=row["period"],
            thread=row["thread"],
            indicators=tuple(row["indicators"]),
            is_pending=not states.isdisjoint(_PENDING),
            is_told=not states.isdisjoint(_TOLD),
            is_spent=not states.isdisjoint(_SPENT),
            over=tuple(row["over"]),
            told_at=row["told_at"].astimezone(TIMEZONE),
        )
