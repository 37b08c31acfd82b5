"""Finds what an operator asks for: the plan, its versions and periods, and the replay to begin or to go on with."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import uuid4

from services.scoring.judging.history import Terms, in_time, terms_of
from services.scoring.judging.model import Plan
from services.scoring.plans.store import PlanCache, UnitOfWork
from services.scoring.replay.model import Order, Replay, State
from services.scoring.replay.store import ReplayStore
from shared.runtime.clock import Clock
from shared.runtime.database import Database
from shared.runtime.errors import StartFailure


class Ordered(NamedTuple):
    """A replay to go on with, and by what it judges."""

    replay: Replay
    terms: Terms
    rows: int  # periods of agencies that progress is known of


async def ordered(asked: Order, *, database: Database, clock: Clock) -> Ordered:
    """Return the replay that was asked for: a new one, or the same that was stopped or not announced yet.

    Raises:
        StartFailure: there is no such plan, version, period or agency, or another replay of the plan is unfinished.
    """
    async with database.transaction() as connection:
        replays, work = ReplayStore(connection), UnitOfWork(connection, cache=PlanCache())
        plans = await work.reference.versions([asked.plan])
        if not plans:
            known = ", ".join(sorted(each.id for each in await work.reference.newest_plans())) or "none yet"
            raise StartFailure(f"scoring knows no plan {asked.plan}; it knows {known}")
        versions = {plan.version: plan for plan in sorted(plans, key=lambda plan: plan.version)}
        order = _order(asked, versions)
        if unknown := set(order.agencies) - (await work.reference.agencies(order.agencies)).keys():
            raise StartFailure(f"no such agency: {', '.join(sorted(unknown))}")
        replay = await replays.unfinished(asked.plan)
        if replay is None:
            replay = Replay(uuid4().hex[:12], order, clock.now())
            await replays.begin(replay)
        elif replay.order != order:
            raise StartFailure(
                f"a replay of {asked.plan} is not finished: {_typed(replay.order)}; go on with that, or add --discard"
            )
        least = await work.reference.least_versions([asked.plan])
        terms = _terms(order, versions, least={each.period: version for each, version in least.items()})
        return Ordered(replay, terms, await replays.count(terms, order.agencies))


async def discard(plan: str, *, database: Database) -> bool:
    """Forget the plan's replay that was only shown; return whether there was one.

    Raises:
        StartFailure: it is announced in part.
    """
    async with database.transaction() as connection:
        replays = ReplayStore(connection)
        replay = await replays.unfinished(plan)
        if replay is None:
            return False
        if replay.state is State.ANNOUNCING:
            raise StartFailure(f"it is announced in part; end it by {_typed(replay.order)}")
        await replays.discard(replay)
        return True


def _order(asked: Order, versions: Mapping[int, Plan]) -> Order:
    if asked.version is not None and asked.version not in versions:
        there = ", ".join(map(str, versions))
        raise StartFailure(f"plan {asked.plan} has no version {asked.version}; scoring knows {there}")
    periods = [each.id for each in in_time(_looked_at(asked.version, versions))]
    last = asked.last or periods[-1]
    for period in (asked.first, last):
        if period not in periods:
            by = f" version {asked.version}" if asked.version else ""
            raise StartFailure(f"plan {asked.plan}{by} has no period {period}; it has {periods[0]} to {periods[-1]}")
    if periods.index(last) < periods.index(asked.first):
        raise StartFailure(f"--to {last} lies before --from {asked.first}")
    return asked._replace(last=last, agencies=tuple(sorted(set(asked.agencies))))


def _terms(order: Order, versions: Mapping[int, Plan], *, least: Mapping[str, int]) -> Terms:
    asked_for = [each.id for each in in_time(_looked_at(order.version, versions))]
    again = asked_for[asked_for.index(order.first) : asked_for.index(order.last) + 1]
    if order.version is not None:
        least = {**least, **{period: max(order.version, least.get(period, 0)) for period in again}}
    return terms_of(versions, closed={}, least=least, again=again)


def _looked_at(version: int | None, versions: Mapping[int, Plan]) -> Sequence[Plan]:
    return list(versions.values()) if version is None else [versions[version]]


def _typed(order: Order) -> str:
    version = f" --plan-version {order.version}" if order.version is not None else ""
    agencies = "".join(f" --agency {agency}" for agency in order.agencies)
    return f"{order.plan} --from {order.first} --to {order.last}{version}{agencies}"
