"""`as_of`: whatever was told as of a moment is told the same for good, whatever comes later (real PostgreSQL)."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

import httpx
import pytest

from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.handlers import judge_submissions
from shared.events.plans import AgencyRegistered
from shared.events.rollups import IndicatorRollUpData, RollUpChanged, RollUpChangedData
from shared.events.submissions import SubmissionAccepted
from shared.events.vocabulary import AgencyKind, RollUp
from shared.runtime.clock import TIMEZONE, SteppedClock
from tests.support.databases import DatabaseMaker
from tests.support.replays import replay
from tests.support.scoring import Scoring, scoring_on
from tests.support.scoring_asked import Asked, asking
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

DISTRICTS: Final = AGENCIES[:2]
COMMUNES: Final = ("ubnd-xa-1", "ubnd-xa-2")
JOINING: Final = "ubnd-xa-moi"
MONTHS: Final = tuple(f"2014-{month:02}" for month in range(1, 7))
_KINDS: Final = (AgencyKind.DISTRICT, AgencyKind.COMMUNE)
_NOT_ANSWERED: Final = {"same", "value_of_same", "value_before"}
_SKEWS: Final = tuple(timedelta(seconds=seconds) for seconds in (0, 0, -2, 2))  # of other processes' clocks
_STEP: Final = timedelta(hours=18)
LEVELS: Final = ("province", "district", "kind")


def plan_of(version: int) -> Any:
    asked = {"reported_by_kinds": _KINDS}
    return plan_published(
        version=version,
        indicators=(
            indicator("edoc-exchange", target=90 - 10 * version).model_copy(update=asked),
            indicator("oss-priority").model_copy(update={**asked, "roll_up": RollUp.MEAN_BY_STAFF}),
        ),
        agencies=(*DISTRICTS, *COMMUNES, *((JOINING,) if version > 1 else ())),
    )


class History:
    """What happens to a plan, step by step, by processes whose clocks differ; and all that was told on the way."""

    def __init__(self, asked: Asked, clock: SteppedClock, chance: Random) -> None:
        self.asked = asked
        self.scoring = asked.scoring
        self.clock = clock
        self.chance = chance
        self.filed: list[SubmissionAccepted] = []
        self.registrations = itertools.count(1)
        self.versions = 1
        self.told: dict[tuple[str, ...], Any] = {}
        self.answered: list[tuple[str, dict[str, Any], Any]] = []

    async def begin(self) -> None:
        await self.scoring.learn(*map(self.registered, (*DISTRICTS, *COMMUNES)), plan_of(1), now=at("2014-01-02T08:00"))

    def now(self) -> datetime:
        """Return what some process takes for the moment."""
        return self.clock.now() + self.chance.choice(_SKEWS)

    def registered(self, agency: str, **changes: Any) -> AgencyRegistered:
        is_commune = agency not in DISTRICTS
        told = {"parent": DISTRICTS[0] if is_commune else None, "staff": 20} | changes
        return agency_registered(
            agency,
            time=PUBLISHED_AT + timedelta(minutes=next(self.registrations)),
            kind=AgencyKind.COMMUNE if is_commune else AgencyKind.DISTRICT,
            **told,
        )

    async def step(self) -> None:
        """Let something happen, with or without the clock going on."""
        if self.chance.random() < 0.7:
            self.clock.advance_to(self.clock.now() + _STEP)
        steps = (self.file, self.file, self.file, self.end, self.move, self.join, self.close, self.replay, self.look)
        await self.chance.choice(steps)()
        await self.keep()

    async def file(self) -> None:
        agency, period = self.chance.choice((*DISTRICTS, *COMMUNES, JOINING)), self.chance.choice(MONTHS)
        event = submission_accepted(
            agency,
            period=period,
            revision=1 + sum((each.data.agency, each.data.period) == (agency, period) for each in self.filed),
            plan_version=self.chance.randint(1, self.versions),
            filed_at=self.clock.now(),
            edoc_exchange=self.chance.randint(0, 100),
            oss_priority=self.chance.randint(0, 100),
        )
        self.filed.append(event)
        await self.scoring.judge(event, now=self.now())

    async def end(self) -> None:
        if self.filed:
            end = self.chance.choice((submission_withdrawn, submission_returned))
            await self.scoring.judge(end(self.chance.choice(self.filed), at=self.clock.now()), now=self.now())

    async def move(self) -> None:
        agency = self.chance.choice((*DISTRICTS, *COMMUNES))
        changes: dict[str, Any] = {
            "staff": self.chance.choice((None, 10, 40)),
            "valid_to": self.chance.choice((None, None, date(2014, 3, 1))),
            "name_vi": self.chance.choice((agency, "tên mới")),
        }
        if agency in COMMUNES:
            changes["parent"] = self.chance.choice((*DISTRICTS, None))
        await self.scoring.learn(self.registered(agency, **changes), now=self.now())

    async def join(self) -> None:
        self.versions = 2
        await self.scoring.learn(self.registered(JOINING, parent=DISTRICTS[1]), plan_of(2), now=self.now())

    async def close(self) -> None:
        await self.scoring.close(self.now())

    async def replay(self) -> None:
        await replay(self.scoring, version=self.versions, is_announced=True)

    async def look(self) -> None:
        await self.scoring.look_for_rollups(self.now())

    async def keep(self) -> None:
        """Keep the roll-ups announced since, and what the API answers as of now."""
        for event in await self.scoring.told(RollUpChanged):
            data = event.data
            if self.told.setdefault((data.period, data.as_of.isoformat()), data) is data:
                await self.is_as_told(data)
        moment = self.clock.now() - self.chance.choice((timedelta(), timedelta(minutes=3)))
        for path, params in (
            ("/v1/rollups", {"period": self.chance.choice(MONTHS), "level": self.chance.choice(LEVELS)}),
            ("/v1/progress", {"period": self.chance.choice(MONTHS)}),
            ("/v1/progress", {"has_filed": "false"}),
        ):
            query = {"plan": PLAN, "as_of": moment.isoformat(), **params}
            self.answered.append((path, query, await self.answer(path, query)))

    async def answer(self, path: str, query: dict[str, Any]) -> Any:
        answer = await self.asked.get(path, **query)
        assert answer.status_code == httpx.codes.OK, answer.text
        documents = answer.json()
        assert {datetime.fromisoformat(each["as_of"]) for each in documents} <= {datetime.fromisoformat(query["as_of"])}
        return documents

    async def is_as_told(self, data: RollUpChangedData) -> None:
        """Check that the API answers the figures of an announced roll-up as of its moment."""
        query = {"plan": PLAN, "period": data.period, "as_of": data.as_of.isoformat()}
        (found,) = await self.answer("/v1/rollups", {**query, "level": "province"})
        told = data.model_dump(mode="json")
        assert {name: found[name] for name in ("plan_version", "is_closed", "agencies")} == {
            name: told[name] for name in ("plan_version", "is_closed", "agencies")
        }
        figures = IndicatorRollUpData.model_fields.keys() - _NOT_ANSWERED
        assert [{name: each[name] for name in figures} for each in found["indicators"]] == [
            {name: each[name] for name in figures} for each in told["indicators"]
        ]
        filed = await self.answer("/v1/progress", {**query, "has_filed": "true"})
        assert (data.filed, data.on_time) == (len(filed), sum(each["filing"]["is_timely"] for each in filed))
        assert data.owed == sum(found["agencies"].values())

    async def everything_is_told_again(self) -> None:
        for data in self.told.values():
            await self.is_as_told(data)
        for path, query, was in self.answered:
            assert await self.answer(path, query) == was, query


async def lived(make_database: DatabaseMaker, *, seed: int, steps: int) -> History:
    clock = SteppedClock(at("2014-01-20T09:00"))
    async with scoring_on(await make_database("scoring")) as scoring, asking(scoring, clock) as asked:
        history = History(asked, clock, Random(seed))  # noqa: S311  a history to be lived again
        await history.begin()
        for _ in range(steps):
            await history.step()
        await history.everything_is_told_again()
        return history


@pytest.mark.parametrize("seed", range(3))
async def test_what_was_told_as_of_a_moment_is_told_again(make_database: DatabaseMaker, seed: int) -> None:
    history = await lived(make_database, seed=seed, steps=50)
    assert len(history.told) > 5
    assert len({str(answer) for _, _, answer in history.answered}) > 30


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 43))
async def test_what_was_told_in_long_histories_is_told_again(make_database: DatabaseMaker, seed: int) -> None:
    await lived(make_database, seed=seed, steps=200)


@pytest.fixture
async def asked(make_database: DatabaseMaker) -> AsyncIterator[Asked]:
    """Lend scoring that knows the plan and what one district filed, over HTTP on 9 April at 00:05."""
    async with (
        scoring_on(await make_database("scoring")) as scoring,
        asking(scoring, SteppedClock(at("2014-04-09T00:05"))) as lent,
    ):
        await scoring.learn(*map(agency_registered, AGENCIES), plan_published(), now=at("2014-01-02T08:00"))
        await scoring.judge(submission_accepted(edoc_exchange=40, oss_priority=60), now=at("2014-04-03T09:00"))
        yield lent


async def rolled_up(asked: Asked, **params: Any) -> Any:
    (found,) = (await asked.get("/v1/rollups", plan=PLAN, period="2014-03", level="province", **params)).json()
    return found


async def test_what_is_being_judged_while_a_moment_is_asked_for_counts_in_it_and_what_begins_later_does_not(
    asked: Asked,
) -> None:
    moment = "2014-04-08T09:00:00+07:00"
    scoring: Scoring = asked.scoring
    async with scoring.database.transaction() as connection:
        under_way = submission_accepted(AGENCIES[1], edoc_exchange=60, oss_priority=60)
        work = UnitOfWork(connection, cache=scoring.cache)
        await judge_submissions([under_way], work=work, now=at("2014-04-08T08:59"))
        asking_now = asyncio.create_task(rolled_up(asked, as_of=moment))
        done, _ = await asyncio.wait([asking_now], timeout=0.3)
        assert not done
    found = await asking_now
    assert found["agencies"]["awaited"] == len(AGENCIES) - 2
    await scoring.judge(submission_accepted(AGENCIES[2], edoc_exchange=50, oss_priority=60), now=at("2014-04-08T08:58"))
    assert await rolled_up(asked, as_of=moment) == found, "a clock that is behind adds nothing to what was told"
    assert (await rolled_up(asked))["agencies"]["awaited"] == len(AGENCIES) - 3


async def test_the_answer_says_its_moment_in_every_form(asked: Asked) -> None:
    found = await rolled_up(asked, as_of="2014-04-08T02:00:00Z")
    assert found["as_of"] == "2014-04-08T09:00:00+07:00"
    assert (await rolled_up(asked))["as_of"] is None
    params: dict[str, Any] = {"plan": PLAN, "as_of": "2014-04-08T02:00:00Z"}
    (progress,) = (await asked.get("/v1/progress", **params)).json()
    assert progress["as_of"] == "2014-04-08T09:00:00+07:00"
    csv = await asked.get("/v1/rollups", **params, period="2014-03", level="kind", format="csv")
    assert "rollups-lam-dong-2014-2014-03-kind-as-of-20140408T020000+0000" in csv.headers["Content-Disposition"]


async def test_a_plus_may_stand_in_the_query_as_it_is(asked: Asked) -> None:
    query = f"plan={PLAN}&period=2014-03&level=province&as_of=2014-04-02T08:00:00+07:00"
    answer = await asked.client.get(f"/v1/rollups?{query}", headers=dict(asked.keys.reader))
    assert answer.json()[0]["agencies"]["awaited"] == len(AGENCIES)


@pytest.mark.parametrize("path", ["/v1/rollups?level=province&period=2014-03&", "/v1/progress?"])
@pytest.mark.parametrize(
    ("as_of", "code", "words"),
    [
        ("", "malformed", "with its offset"),
        ("yesterday", "malformed", "with its offset"),
        ("1404781200", "malformed", "with its offset"),
        ("2014-04-08", "malformed", "with its offset"),
        ("2014-04-08T08:00:00", "malformed", "with its offset"),
        ("2014-04-31T08:00:00Z", "malformed", ""),
        ("2014-04-09T00:06:00%2B07:00", "out-of-range", "it is 2014-04-09T00:05:00+07:00"),
        ("2014-01-02T07:59:00%2B07:00", "out-of-range", "the earliest moment is 2014-01-02T08:00:00+07:00"),
        ("1014-01-02T07:59:00%2B14:00", "out-of-range", "not known yet"),
    ],
)
async def test_a_moment_that_cannot_be_answered_is_named(
    path: str, as_of: str, code: str, words: str, asked: Asked
) -> None:
    answer = await asked.client.get(
        f"{path}plan={PLAN}&as_of={as_of}&indicator=none&language=en", headers=dict(asked.keys.reader)
    )
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    faults = {fault["pointer"]: fault for fault in answer.json()["faults"]}
    assert faults.keys() == {"?as_of", "?indicator"}, "everything that is wrong is named at once"
    assert faults["?as_of"]["code"] == code
    assert words in str(faults["?as_of"])
    latest = at("2014-04-09T00:05").astimezone(TIMEZONE).isoformat()
    assert (await asked.get("/v1/progress", plan=PLAN, as_of=latest)).is_success, "a moment ahead was not taken down"
