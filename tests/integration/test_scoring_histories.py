"""Any history, told late, repeatedly and in any order, comes to what it is if judged at once (promises P5, P6)."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.scoring.judging.model import Key
from services.scoring.plans.translation import agency_of, ended_of, filing_of, plan_of
from services.scoring.progress.store import progress_in
from services.scoring.rollups.cells import STANDINGS
from shared.events.plans import AgencyRegistered
from shared.events.submissions import SubmissionAccepted, SubmissionEvent
from shared.events.vocabulary import AgencyKind, GrowthFrom, Method
from tests.support.databases import DatabaseMaker
from tests.support.replays import replay
from tests.support.scoring import Scoring, scoring_on
from tests.support.scoring_examples import (
    AGENCIES,
    PLAN,
    PUBLISHED_AT,
    agency_registered,
    at,
    indicator,
    plan_published,
    submission_accepted,
    submission_returned,
    submission_withdrawn,
)
from tests.support.scoring_reference import Outcome, Place, Sums, Told
from tests.support.scoring_sums import rolled_up

DISTRICTS: Final = AGENCIES[:2]
COMMUNES: Final = ("ubnd-xa-1", "ubnd-xa-1-from-march", "ubnd-xa-moi")
ALL: Final = (*DISTRICTS, *COMMUNES)
DAYS: Final = tuple(map(date.fromisoformat, ("2014-01-15", "2014-02-01", "2014-03-01", "2014-03-31", "2014-04-01")))
PERIODS: Final = ("2014-01", "2014-02", "2014-03")
CLOSINGS: Final = tuple(at(moment) for moment in ("2014-02-10T09:00", "2014-03-10T09:00", "2014-04-10T09:00"))
KEYS: Final = tuple(Key(PLAN, agency, period) for agency in ALL for period in PERIODS)
FILED_AT: Final = at("2014-02-03T09:00")
_ASKED: Final = (AgencyKind.DISTRICT, AgencyKind.COMMUNE)
GROWING: Final = indicator("edoc-exchange", method=Method.PACE).model_copy(
    update={"growth_from": GrowthFrom.FIRST_OBSERVATION, "reported_by_kinds": _ASKED}
)
PLANS: Final = {
    version: plan_published(
        version=version,
        agencies=agencies,
        indicators=(
            GROWING,
            indicator("oss-priority", target=goal).model_copy(update={"reported_by_kinds": _ASKED}),
        ),
    )
    for version, goal, agencies in ((1, 50, ALL[:3]), (2, 60, ALL))
}
_STEPS: Final = {"taken": 0}


def _first_of(agency: str) -> AgencyRegistered:
    """Return what the registry says of an agency at first: it has always been there, communes below one district."""
    is_commune = agency in COMMUNES
    return agency_registered(
        agency,
        kind=AgencyKind.COMMUNE if is_commune else AgencyKind.DISTRICT,
        parent=DISTRICTS[0] if is_commune else None,
    )


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
        self.registered: list[AgencyRegistered] = []
        self.registry_in_flight: list[AgencyRegistered] = []
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

    @rule(agency=st.sampled_from(ALL))
    def an_agency_arrives(self, agency: str) -> None:
        _STEPS["taken"] += 1
        self._learn(_first_of(agency))

    @rule(
        agency=st.sampled_from(ALL),
        valid_from=st.sampled_from((None, *DAYS)),
        valid_to=st.sampled_from((None, None, *DAYS)),
        above=st.sampled_from((None, *DISTRICTS)),
        staff=st.sampled_from((20, 30)),
        name=st.sampled_from(("one name", "another")),
    )
    def the_registry_says_something_new(
        self, *, agency: str, valid_from: date | None, valid_to: date | None, above: str | None, staff: int, name: str
    ) -> None:
        """Tell that an agency joins, leaves, moves, merges with another or is renamed."""
        _STEPS["taken"] += 1
        is_commune = agency in COMMUNES
        event = agency_registered(
            agency,
            time=PUBLISHED_AT + timedelta(minutes=len(self.registered) + 1),
            kind=AgencyKind.COMMUNE if is_commune else AgencyKind.DISTRICT,
            parent=above if is_commune else None,
            valid_from=valid_from or date(2004, 1, 1),
            valid_to=valid_to if valid_to and (valid_from is None or valid_to > valid_from) else None,
            succeeded_by=COMMUNES[1] if valid_to and agency == COMMUNES[0] else None,
            staff=staff,
            earlier_staff=({"staff": 20, "until": date(2014, 3, 1)},),
            name_vi=name,
        )
        self.registered.append(event)
        self.registry_in_flight.append(event)

    @precondition(lambda self: self.registry_in_flight)
    @rule(chance=st.randoms(use_true_random=False), count=st.integers(1, 3))
    def some_of_the_registry_arrives_in_any_order(self, chance: Random, count: int) -> None:
        _STEPS["taken"] += 1
        batch = chance.sample(self.registry_in_flight, min(count, len(self.registry_in_flight)))
        self.registry_in_flight = [each for each in self.registry_in_flight if each not in batch]
        self._learn(*batch)

    @precondition(lambda self: self.registered)
    @rule(chance=st.randoms(use_true_random=False))
    def some_of_the_registry_arrives_again(self, chance: Random) -> None:
        _STEPS["taken"] += 1
        there = [each for each in self.registered if each not in self.registry_in_flight]
        if there:
            self._learn(*chance.choices(there, k=2))

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
        assert self._run(self._rolled_up()) == self.told.together(self.told.outcomes(KEYS))

    def deliver_the_rest(self) -> None:
        for agency in ALL:
            self.an_agency_arrives(agency)
        if self.registry_in_flight:
            self._learn(*self.registry_in_flight)
        for version in PLANS:
            self.a_plan_version_arrives(version)
        if self.in_flight:
            self.delivered += self.in_flight
            self._judge(self.in_flight)
        self.the_clock_looks_again()

    def _learn(self, *events: AgencyRegistered) -> None:
        for event in events:
            self.told.register(agency_of(event.data), at=event.time)
        self._run(self.scoring.learn(*events))

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
                "agency_version",
                "period_close",
                "waiting_submission",
                "ended_submission",
                "progress",
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
            rows = await connection.fetch(
                "select event from current_progress where period = any($1::text[])", list(PERIODS)
            )
        stored = {
            each.key: Outcome(each.plan_version, each.filing, each.ended, each.standing, each.judgements)
            for each in map(progress_in, rows)
            if each.judgements or (each.filing or each.ended)  # who owes nothing any longer stands as who never did
        }
        return {key: each.without_version() if self.told.replayed else each for key, each in stored.items()}

    async def _rolled_up(self) -> dict[Place, Sums]:
        """Return what agencies come to together in each indicator, as roll-ups are read."""
        return {
            Place(cell.period, cell.branch, cell.kind, cell.indicator): Sums(
                tally.part,
                tally.whole,
                Counter({each: count for each, count in zip(STANDINGS, tally.agencies, strict=True) if count}),
            )
            for cell, tally in (await rolled_up(self.scoring)).items()
            if cell.indicator
        }

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


@pytest.mark.timeout(900)
async def test_a_thousand_steps_of_any_history_come_to_what_they_are_at_once(make_database: DatabaseMaker) -> None:
    taken = await _live(make_database, histories=32, steps=45)
    assert taken >= 1_000, taken


@pytest.mark.long
async def test_ten_thousand_steps_of_any_history_come_to_what_they_are_at_once(make_database: DatabaseMaker) -> None:
    taken = await _live(make_database, histories=400, steps=60)
    assert taken >= 10_000, taken
