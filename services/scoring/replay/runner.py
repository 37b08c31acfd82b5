"""Runs a replay page by page: judges again and announces what that changes; stopped, it goes on from there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

import asyncpg

from services.scoring.judging.history import Difference, Known, Terms, after_judging, judge_history
from services.scoring.judging.judgements import Cause
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.store import PlanCache, UnitOfWork
from services.scoring.progress.store import ProgressStore, lock_agencies
from services.scoring.progress.submission_store import WaitingStore
from services.scoring.replay.model import Replay, State
from services.scoring.replay.store import ReplayStore
from shared.runtime.clock import Clock
from shared.runtime.database import Conflict, Database
from shared.runtime.errors import StartFailure

_ROWS_AT_ONCE: Final = 500
_LOCK: Final = 0x7265706C  # "repl"
_PAUSE_SECONDS: Final = 0.05


class Page(NamedTuple):
    """What judging some agencies again came to."""

    rows: int
    observations: int
    differences: list[Difference]


class Replaying:
    """A replay that goes on; `told` hears how far it has come after each page."""

    def __init__(
        self, replay: Replay, *, terms: Terms, database: Database, clock: Clock, told: Callable[[Replay], None]
    ) -> None:
        self.replay = replay
        self._terms = terms
        self._database = database
        self._clock = clock
        self._told = told
        self._cache: PlanCache = {PlanVersion(terms.plan, version): plan for version, plan in terms.plans.items()}

    async def judge(self) -> None:
        """Judge again and keep what would change; nothing that anybody reads is touched."""
        if self.replay.state is not State.JUDGING:
            return
        async for names in self._pages():
            async with self._database.transaction() as connection:
                page = await self._page(connection, names, now=self._clock.now())
                replays = ReplayStore(connection)
                await replays.note(self.replay, page.differences)
                self.replay = replace(
                    self.replay,
                    through=names[-1],
                    judged=self.replay.judged + page.rows,
                    observations=self.replay.observations + page.observations,
                )
                await replays.save(self.replay)
            self._told(self.replay)
        await self._save(replace(self.replay, state=State.JUDGED, through=""))

    async def announce(self) -> None:
        """Announce what changes, judged once more while nobody else judges it."""
        if self.replay.state is State.JUDGED:
            await self._begin_announcing()
        async for names in self._pages():
            self.replay = await self._until_not_overtaken(names)
            self._told(self.replay)
        await self.end()

    async def end(self) -> None:
        """Note that nothing is left to be announced."""
        await self._save(replace(self.replay, state=State.ANNOUNCED, through=""))

    async def _begin_announcing(self) -> None:
        order = self.replay.order
        begun = replace(self.replay, state=State.ANNOUNCING, through="")
        async with self._database.transaction() as connection:
            replays = ReplayStore(connection)
            if order.version is not None:
                # What is filed from here on is judged by the version too, so nothing slips between the pages.
                moment = await UnitOfWork(connection, cache=self._cache).reference.lock_to_change(now=self._clock.now())
                await replays.raise_least(order.plan, self._terms.again, version=order.version, at=moment)
            await replays.save(begun)
        self.replay = begun

    async def _until_not_overtaken(self, names: Sequence[str]) -> Replay:
        while True:
            try:
                async with self._database.transaction() as connection:
                    return await self._announce_page(connection, names)
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, Conflict):
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _announce_page(self, connection: Any, names: Sequence[str]) -> Replay:
        work, replays = UnitOfWork(connection, cache=self._cache), ReplayStore(connection)
        moment = await work.reference.lock_to_judge(now=self._clock.now())
        # Most agencies do not change, and those need no lock.
        page = await self._page(connection, names, now=moment)
        if page.differences:
            changing = sorted({each.after.key.agency for each in page.differences})
            page = await self._page(connection, changing, now=moment, is_locked=True)
            await ProgressStore(connection).save_and_announce(
                [each.after for each in page.differences], plans=self._cache
            )
        after = [each.after for each in page.differences]
        told = {(each.key.agency, each.key.period, each.standing.value, each.composite_score) for each in after}
        shown = await replays.shown(self.replay, names)
        gone_on = replace(
            self.replay,
            through=names[-1],
            announced=self.replay.announced + len(after),
            otherwise=self.replay.otherwise + len({each[:2] for each in told ^ shown}),
        )
        await replays.save(gone_on)
        return gone_on

    async def _pages(self) -> AsyncIterator[Sequence[str]]:
        async with self._database.transaction() as connection:
            known = await ReplayStore(connection).agencies(self._terms.plan)
        for plan in self._terms.plans.values():
            known |= plan.agencies
        wanted = known & set(self.replay.order.agencies) if self.replay.order.agencies else known
        names = sorted(name for name in wanted if name > self.replay.through)
        for page in _in_pages(names, size=max(1, _ROWS_AT_ONCE // len(self._terms.periods))):
            stop_where_asked()
            yield page

    async def _page(self, connection: Any, names: Sequence[str], *, now: datetime, is_locked: bool = False) -> Page:
        work, plan = UnitOfWork(connection, cache=self._cache), self._terms.plan
        if is_locked:
            await lock_agencies(connection, names)
        before = await ProgressStore(connection).load_history(plan, self._terms.periods, names)
        registry = await work.reference.agencies(names)
        closings = await work.reference.closings([plan])
        terms = replace(self._terms, closed={each.period: version for each, version in closings.items()})
        waiting = await WaitingStore(work.connection).keys([plan])
        cause = Cause(correlation=f"replay:{self.replay.id}", causation=None, decided_at=now)
        rows = observations = 0
        differences = []
        for agency in (registry[name] for name in names if name in registry):
            waits = {key.period for key in waiting if key.agency == agency.id}
            was = before[agency.id]
            known = {period: Known.of(progress) for period, progress in was.items()}
            for fresh in judge_history(agency, known=known, waiting=waits, terms=terms):
                rows += 1
                observations += len(fresh.filing.observations) if fresh.filing else 0
                after = after_judging(fresh, before=was.get(fresh.key.period), cause=cause)
                if after is not was.get(fresh.key.period):
                    differences.append(Difference(was.get(fresh.key.period), after))
        return Page(rows, observations, differences)

    async def _save(self, replay: Replay) -> None:
        async with self._database.transaction() as connection:
            await ReplayStore(connection).save(replay)
        self.replay = replay
        self._told(replay)


def stop_where_asked() -> None:
    """Stop where the operator asked for it: a wait that ended at that very moment may have swallowed it.

    Raises:
        CancelledError: it was asked for.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _in_pages(names: Sequence[str], *, size: int) -> Iterator[Sequence[str]]:
    return (names[start : start + size] for start in range(0, len(names), size))


@asynccontextmanager
async def alone(database: Database, *, plan: str) -> AsyncIterator[None]:
    """Hold off other replays of the plan until the block ends.

    Raises:
        StartFailure: one is under way.
    """
    async with database.pool.acquire() as connection:
        question = "select pg_try_advisory_lock($1, hashtext($2))"
        if not await connection.fetchval(question, _LOCK, plan):
            raise StartFailure(
                f"another process replays {plan}; wait for it, or stop it and give the same command again"
            )
        try:
            yield
        finally:
            await connection.fetchval("select pg_advisory_unlock($1, hashtext($2))", _LOCK, plan)
