"""Any history, told late, repeatedly and in any order, comes to what it is if judged at once (promises P5, P6)."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.scoring.bearings import PlanVersion
from services.scoring.model import Key
from services.scoring.moving import Moved, differences
from services.scoring.progress_store import progress_of
from services.scoring.rollup import Cell, Tally
from services.scoring.tally_store import PostgresTallies
from services.scoring.translation import agency_of, ended_of, filing_of, plan_of
from shared.events.submissions import SubmissionAccepted, SubmissionEvent
from shared.events.vocabulary import GrowthFrom, Method
from tests.support.databases import DatabaseMaker
from tests.support.replays import replay
from tests.support.scoring import Scoring, scoring_on
from tests.support.scoring_examples import (
    AGENCIES,
    PLAN,
    agency_registered,
    at,
    indicator,
    plan_published,
    submission_accepted,
    submission_returned,
    submission_withdrawn,
)
from tests.support.scoring_reference import Outcome, Told

TWO: Final = AGENCIES[:2]
PERIODS: Final = ("2014-01", "2014-02", "2014-03")
CLOSINGS: Final = tuple(at(moment) for moment in ("2014-02-10T09:00", "2014-03-10T09:00", "2014-04-10T09:00"))
KEYS: Final = tuple(Key(PLAN, agency, period) for agency in TWO for period in PERIODS)
FILED_AT: Final = at("2014-02-03T09:00")
GROWING: Final = indicator("edoc-exchange", method=Method.PACE).model_copy(
    update={"growth_from": GrowthFrom.FIRST_OBSERVATION}
)
PLANS: Final = {
    version: plan_published(version=version, agencies=TWO, indicators=(GROWING, indicator("oss-priority", target=goal)))
    for version, goal in ((1, 50), (2, 60))
}
_STEPS: Final = {"taken": 0}


class Histories(RuleBasedStateMachine):
    """Agencies file, correct and withdraw, the DIC returns; what that comes to reaches scoring by no rule at all."""

    def __init__(self, scoring: Scoring, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.scoring = scoring
        self.loop = loop
        self.told = Told()
        self.filed: list[SubmissionAccepted] = []
        self.revisions: dict[Key, int] = {}
        self.in_flight: list[SubmissionEvent] = []
        self.delivered: list[SubmissionEvent] = []
        self.months = 0
        scoring.cache.clear()
        self._run(self._empty())

    @rule(
        key=st.sampled_from(KEYS),
        plan_version=st.sampled_from(tuple(PLANS)),
        exchange=st.sampled_from((None, 10, 20, 40)),
        priority=st.sampled_from((None, 30, 70)),
    )
    def submit_or_correct(self, key: Key, plan_version: int, exchange: int | None, priority: int | None) -> None:
        _STEPS["taken"] += 1
        self.revisions[key] = revision = self.revisions.get(key, 0) + 1
        figures = {"edoc_exchange": exchange, "oss_priority": priority}
        event = submission_accepted(
            key.agency,
            period=key.period,
            revision=revision,
            plan_version=plan_version,
            filed_at=FILED_AT + timedelta(minutes=len(self.filed)),
            **{name: figure for name, figure in figures.items() if figure is not None},
        )
        self.filed.append(event)
        self.in_flight.append(event)

    @precondition(lambda self: self.filed)
    @rule(chance=st.randoms(use_true_random=False), is_return=st.booleans(), minutes=st.integers(0, 5))
    def withdraw_or_return(self, chance: Random, minutes: int, *, is_return: bool) -> None:
        _STEPS["taken"] += 1
        end = submission_returned if is_return else submission_withdrawn
        event = end(chance.choice(self.filed[-4:]), at=FILED_AT + timedelta(days=1, minutes=minutes))
        if event.id not in {each.id for each in (*self.in_flight, *self.delivered)}:
            self.in_flight.append(event)

    @precondition(lambda self: self.in_flight)
    @rule(chance=st.randoms(use_true_random=False), count=st.integers(1, 4))
    def deliver_some_in_any_order(self, chance: Random, count: int) -> None:
        _STEPS["taken"] += 1
        batch = chance.sample(self.in_flight, min(count, len(self.in_flight)))
        self.in_flight = [each for each in self.in_flight if each not in batch]
        self.delivered += batch
        self._judge(batch)

    @precondition(lambda self: self.delivered)
    @rule(chance=st.randoms(use_true_random=False), count=st.integers(1, 4))
    def deliver_some_again(self, chance: Random, count: int) -> None:
        _STEPS["taken"] += 1
        self._judge(chance.choices(self.delivered, k=count))

    @precondition(lambda self: self.delivered)
    @rule()
    def replay_the_topic(self) -> None:
        _STEPS["taken"] += 1
        before = self._run(self.scoring.announced())
        self._judge(self.delivered)
        assert self._run(self.scoring.announced()) == before, "a replay is no news"

    @rule(version=st.sampled_from(tuple(PLANS)))
    def a_plan_version_arrives(self, version: int) -> None:
        _STEPS["taken"] += 1
        self.told.plans.setdefault(version, plan_of(PLANS[version].data))
        self._run(self.scoring.learn(PLANS[version]))

    @rule(agency=st.sampled_from(TWO))
    def an_agency_arrives(self, agency: str) -> None:
        _STEPS["taken"] += 1
        self.told.agencies[agency] = agency_of(agency_registered(agency).data)
        self._run(self.scoring.learn(agency_registered(agency)))

    @precondition(lambda self: self.months < len(CLOSINGS))
    @rule()
    def a_month_closes(self) -> None:
        _STEPS["taken"] += 1
        self._run(self.scoring.close(CLOSINGS[self.months]))
        self.months += 1
        if self.told.plans:
            for period in PERIODS[: self.months]:
                self.told.closed.setdefault(period, max(self.told.plans))

    @rule()
    def the_clock_looks_again(self) -> None:
        _STEPS["taken"] += 1
        if self.months:
            self._run(self.scoring.close(CLOSINGS[self.months - 1]))
            if self.told.plans:
                for period in PERIODS[: self.months]:
                    self.told.closed.setdefault(period, max(self.told.plans))

    @precondition(lambda self: self.told.plans)
    @rule()
    def an_operator_judges_again(self) -> None:
        _STEPS["taken"] += 1
        before = self._run(self.scoring.announced())
        self._run(replay(self.scoring))
        assert self._run(self.scoring.announced()) == before, "nothing was judged by anything else"

    @precondition(lambda self: self.told.plans)
    @rule()
    def an_operator_judges_again_by_the_newest_version(self) -> None:
        _STEPS["taken"] += 1
        newest = max(self.told.plans)
        self.told.replayed = dict.fromkeys(PERIODS, newest)
        self._run(replay(self.scoring, version=newest, is_announced=True))
        before = self._run(self.scoring.announced())
        self._run(replay(self.scoring, version=newest, is_announced=True))
        assert self._run(self.scoring.announced()) == before, "what was announced is not announced again"

    @invariant()
    def everything_is_as_if_judged_at_once(self) -> None:
        stored = self._run(self._stored())
        expected = self._expected()
        # Who has a filing waiting for its plan is not called missing, unless they were before it came.
        sure = [key for key in KEYS if not self.told.is_waiting(key) or (key in expected and expected[key].filing)]
        assert {key: stored.get(key) for key in sure} == {key: expected.get(key) for key in sure}

    def teardown(self) -> None:
        """Let all that is on its way arrive; then nothing is left to be sure of."""
        self.deliver_the_rest()
        stored = self._run(self._stored())
        assert stored == self._expected()
        announced = self._run(self.scoring.announced())
        for key in stored:
            events = [each.data for each in announced if (each.data.agency, each.data.period) == key[1:]]
            assert [each.sequence for each in events] == list(range(1, len(events) + 1))
            assert events[-1].standing == stored[key].standing
            assert (events[-1].filing is None) == (stored[key].filing is None)
        for period in PERIODS:
            assert self._run(self._tallied(period)) == self._run(self._brought(period))

    def deliver_the_rest(self) -> None:
        for agency in TWO:
            self.an_agency_arrives(agency)
        for version in PLANS:
            self.a_plan_version_arrives(version)
        if self.in_flight:
            self.delivered += self.in_flight
            self._judge(self.in_flight)
        self.the_clock_looks_again()

    def _judge(self, batch: list[SubmissionEvent]) -> None:
        for event in batch:
            if isinstance(event, SubmissionAccepted):
                self.told.filings[event.data.submission] = filing_of(event)
            else:
                self.told.endings.append(ended_of(event))
        self._run(self.scoring.judge(*batch))

    async def _empty(self) -> None:
        async with self.scoring.database.transaction() as connection:
            for table in (
                "plan_version",
                "agency",
                "period_close",
                "waiting_submission",
                "ended_submission",
                "progress",
                "tally",
                "outbox",
                "replay",
                "replayed_period",
                "outlook",
            ):
                await connection.execute(f"delete from {table}")  # noqa: S608  our names

    def _expected(self) -> dict[Key, Outcome]:
        expected = self.told.outcomes(KEYS)
        return {key: each.without_version() if self.told.replayed else each for key, each in expected.items()}

    async def _stored(self) -> dict[Key, Outcome]:
        async with self.scoring.database.transaction() as connection:
            rows = await connection.fetch("select * from progress where period = any($1::text[])", list(PERIODS))
        stored = {
            each.key: Outcome(each.plan_version, each.filing, each.ended, each.standing, each.judgements)
            for each in map(progress_of, rows)
        }
        return {key: each.without_version() if self.told.replayed else each for key, each in stored.items()}

    async def _tallied(self, period: str) -> dict[Cell, Tally]:
        async with self.scoring.database.transaction() as connection:
            cells = await PostgresTallies(connection).of_period(PLAN, period)
        return {cell: tally for cell, tally in cells.items() if tally != Tally()}

    async def _brought(self, period: str) -> dict[Cell, Tally]:
        """Return what the agencies bring to a period as they stand, added up at once."""
        async with self.scoring.database.transaction() as connection:
            rows = await connection.fetch("select * from progress where period = $1", period)
        agencies, plans = self.told.agencies, self.told.plans
        moved = [Moved(agencies[each.key.agency], None, each) for each in map(progress_of, rows)]
        return differences(
            moved,
            plans={PlanVersion(PLAN, version): plan for version, plan in plans.items()},
            registry=agencies,
        )

    def _run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(60)


async def _live(make_database: DatabaseMaker, *, histories: int, steps: int) -> int:
    """Live through so many histories of so many steps, and return how many steps that were."""
    _STEPS["taken"] = 0
    loop = asyncio.get_running_loop()
    async with scoring_on(await make_database("scoring")) as scoring:
        begun: Any = partial(Histories, scoring, loop)  # typed for classes only, and works with any way to make one
        await asyncio.to_thread(
            run_state_machine_as_test,
            begun,
            settings=settings(
                max_examples=histories,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    return _STEPS["taken"]


async def test_any_history_in_any_order_comes_to_what_it_is_at_once(make_database: DatabaseMaker) -> None:
    assert await _live(make_database, histories=12, steps=30) > 100


@pytest.mark.long
async def test_ten_thousand_steps_of_any_history_come_to_what_they_are_at_once(make_database: DatabaseMaker) -> None:
    taken = await _live(make_database, histories=260, steps=60)
    assert taken >= 10_000, taken
