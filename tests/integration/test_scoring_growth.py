"""Growth on a real PostgreSQL: what is filed for one period reaches every later one that is measured from it."""

import asyncio
from datetime import datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from services.ingest.plans.files.folder import load
from services.scoring.judging.history import AgencyInPlan
from services.scoring.plans.store import UnitOfWork
from services.scoring.progress.handlers import learn_reference
from services.scoring.progress.store import ProgressStore
from shared.events.envelope import attributes, event_id
from shared.events.plans import AgencyRegistered, IndicatorData, PlanPublished
from shared.events.progress import ProgressChanged, ProgressChangedData
from shared.events.submissions import SubmissionAccepted, SubmissionAcceptedData
from shared.events.vocabulary import GrowthFrom, Method, Reason, Standing
from shared.runtime.clock import TIMEZONE
from tests.support.databases import DatabaseMaker
from tests.support.scoring import Scoring, scoring_on
from tests.support.scoring_examples import (
    AGENCIES,
    PLAN,
    agency_registered,
    at,
    indicator,
    plan_published,
    submission_accepted,
)
from tools.canadian_framework import FOLDER, published
from tools.demo.published import read_published
from tools.demo.series import series_of

GROWING = indicator("edoc-exchange", method=Method.PACE).model_copy(
    update={"growth_from": GrowthFrom.FIRST_OBSERVATION}
)


async def _knowing(scoring: Scoring, *indicators: IndicatorData) -> None:
    await scoring.learn(*map(agency_registered, AGENCIES), plan_published(indicators=indicators))


async def _now(scoring: Scoring) -> dict[str, ProgressChangedData]:
    """Return how the first agency stands by period, as announced last."""
    return {event.data.period: event.data for event in await scoring.announced() if event.data.agency == AGENCIES[0]}


def _ratio(progress: ProgressChangedData) -> object:
    return progress.judgements[0].progress_ratio


async def test_an_earlier_period_filed_later_gives_the_same_end_as_the_right_order(
    make_database: DatabaseMaker,
) -> None:
    filings = [
        submission_accepted(period="2014-01", edoc_exchange=20),
        submission_accepted(period="2014-02", edoc_exchange=30),
        submission_accepted(period="2014-04", edoc_exchange=40),
        submission_accepted(period="2014-01", revision=2, edoc_exchange=25),
    ]
    ends = []
    for order in (filings, filings[::-1], [filings[2], filings[0], filings[1], filings[0], filings[3]]):
        async with scoring_on(await make_database("scoring")) as scoring:
            await _knowing(scoring, GROWING)
            for event in order:
                await scoring.judge(event)
            ends.append({period: told.judgements for period, told in (await _now(scoring)).items()})
    assert ends[0] == ends[1] == ends[2]
    first, second, fourth = (ends[0][period][0] for period in ("2014-01", "2014-02", "2014-04"))
    assert first.reason is Reason.ONE_OBSERVATION
    assert second.base == fourth.base
    assert second.base is not None
    assert second.base.value == 25


async def test_an_earlier_period_filed_under_a_version_that_does_not_look_back_counts_for_one_that_does(
    make_database: DatabaseMaker,
) -> None:
    first = submission_accepted(period="2014-01", plan_version=1, edoc_exchange=20)
    second = submission_accepted(period="2014-02", plan_version=2, edoc_exchange=30)
    ends = []
    for batches in ([[first], [second]], [[second], [first]], [[first, second]]):
        async with scoring_on(await make_database("scoring")) as scoring:
            await _knowing(scoring, indicator("edoc-exchange"))
            await scoring.learn(plan_published(version=2, indicators=(GROWING,)))
            for batch in batches:
                await scoring.judge(*batch)
            ends.append({period: told.judgements for period, told in (await _now(scoring)).items()})
    assert ends[0] == ends[1] == ends[2]
    base = ends[0]["2014-02"][0].base
    assert base is not None
    assert base.value == 20


async def test_a_correction_of_the_base_is_announced_for_every_period_measured_from_it(
    make_database: DatabaseMaker,
) -> None:
    async with scoring_on(await make_database("scoring")) as scoring:
        await _knowing(scoring, GROWING)
        await scoring.judge(
            *(submission_accepted(period=f"2014-0{month}", edoc_exchange=20 + month) for month in (1, 2, 3))
        )
        before = await _now(scoring)
        correction = submission_accepted(period="2014-01", revision=2, edoc_exchange=15)
        await scoring.judge(correction)
        after = await _now(scoring)
    assert {period: told.sequence for period, told in after.items()} == dict.fromkeys(
        ("2014-01", "2014-02", "2014-03"), 2
    )
    assert all(_ratio(after[period]) != _ratio(before[period]) for period in ("2014-02", "2014-03"))
    assert after["2014-03"].filing == before["2014-03"].filing


async def test_closing_leaves_what_growth_was_measured_from(make_database: DatabaseMaker) -> None:
    async with scoring_on(await make_database("scoring")) as scoring:
        await _knowing(scoring, GROWING, indicator("oss-priority"))
        await scoring.judge(submission_accepted(period="2014-01", edoc_exchange=20, oss_priority=40))
        await scoring.judge(submission_accepted(period="2014-02", edoc_exchange=30))
        before = await _now(scoring)
        await scoring.close(at("2014-03-20T00:05"))
        after = await _now(scoring)
    assert after["2014-01"] == before["2014-01"]
    grown, left_out = after["2014-02"].judgements
    assert grown == before["2014-02"].judgements[0]
    assert left_out.standing is Standing.MISSING


async def test_two_processes_that_judge_periods_of_one_agency_at_once_miss_no_base(
    make_database: DatabaseMaker,
) -> None:
    async with scoring_on(await make_database("scoring")) as scoring:
        await _knowing(scoring, GROWING)
        await asyncio.gather(
            *(
                scoring.judge_as_a_consumer_does(
                    submission_accepted(period=f"2014-{month:02d}", edoc_exchange=20 + month)
                )
                for month in range(12, 0, -1)
            )
        )
        judged = await _now(scoring)
    assert {told.judgements[0].base.value for told in judged.values() if told.judgements[0].base} == {21}


async def test_judging_thousands_of_agencies_fills_no_table_of_locks(make_database: DatabaseMaker) -> None:
    many = [f"xa-{number:04d}" for number in range(2_000)]
    async with scoring_on(await make_database("scoring")) as scoring, scoring.database.transaction() as connection:
        work = UnitOfWork(connection, cache=scoring.cache)
        await learn_reference([*map(agency_registered, many)], work=work, now=at("2014-01-01T08:00"))
        await ProgressStore(work.connection).load_agencies([AgencyInPlan(PLAN, agency) for agency in many])
        locks = await connection.fetchval("select count(*) from pg_locks where pid = pg_backend_pid()")
    assert locks < 100


def _event(kind: type[Any], name: str, data: Any, *, time: datetime) -> Any:
    identity = event_id(name, data.model_dump_json())
    given = attributes(
        kind=name, source="/ingest", subject=name, time=time, identity=identity, correlation=str(identity)
    )
    return kind(**given, data=data)


async def test_every_series_of_the_canadian_framework_is_announced_as_published(make_database: DatabaseMaker) -> None:
    loaded = load(FOLDER)
    plan = loaded.to_plan_data(1)
    periods = {period.id: period for period in plan.periods}
    begun = datetime.combine(plan.starts_on, time(8), TIMEZONE)
    async with scoring_on(await make_database("scoring")) as scoring:
        await scoring.learn(
            *(_event(AgencyRegistered, "agency.registered.v1", agency, time=begun) for agency in loaded.agencies),
            _event(PlanPublished, "plan.published.v1", plan, time=begun),
        )
        for period, values in groupby(read_published(Path(FOLDER)), key=lambda each: each.period):
            filed_at = datetime.combine(periods[period].due_on, time(9), TIMEZONE)
            submission = SubmissionAcceptedData(
                submission=event_id("submission", period),
                plan=plan.plan,
                plan_version=1,
                agency="statcan",
                period=period,
                revision=1,
                filed_at=filed_at,
                filed_by="statcan",
                observations=tuple(each.observation for each in values),
            )
            await scoring.judge(
                _event(SubmissionAccepted, "submission.accepted.v1", submission, time=filed_at), now=filed_at
            )
        announced: list[ProgressChanged] = await scoring.announced()
    found = series_of([event.data for event in announced], plan=plan)
    ratios = {
        (event.data.period, judgement.indicator): judgement.progress_ratio
        for event in announced
        for judgement in event.data.judgements
    }
    assert len(found.statuses) == 41
    for series in published():
        row = dict(zip(("progress_value", "score", "status"), series.line.rsplit(",", 3)[1:], strict=True))
        assert found.statuses[series.name] == row["status"]
        score, ratio = found.scores[series.name], ratios[str(series.current_year), series.id]
        assert (ratio is None) == (not row["progress_value"])
        assert ratio is None or float(ratio) == pytest.approx(float(row["progress_value"]), abs=1e-9)
        assert (score is None) == (not row["score"])
        assert score is None or float(score) == pytest.approx(float(row["score"]), abs=1e-9)
