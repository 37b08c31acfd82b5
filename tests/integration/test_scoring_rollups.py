"""Sums of agencies on a real PostgreSQL: moved change by change, they are what all rows together come to."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.events.vocabulary import AgencyKind
from tests.support.databases import DatabaseMaker
from tests.support.scoring import AFTER_DUE, Scoring, scoring_on
from tests.support.scoring_examples import AGENCIES, agency_registered, at, plan_published, submission_accepted
from tests.support.scoring_sums import added_up, kept


@pytest.fixture
async def scoring(make_database: DatabaseMaker) -> AsyncIterator[Scoring]:
    """Lend scoring that knows the plan and its agencies."""
    async with scoring_on(await make_database("scoring")) as lent:
        await lent.learn(*map(agency_registered, AGENCIES), plan_published())
        yield lent


async def test_sums_follow_filings_corrections_and_closings(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(edoc_exchange=40), submission_accepted(AGENCIES[1], oss_priority=60))
    assert await kept(scoring) == await added_up(scoring) != {}
    await scoring.judge(submission_accepted(revision=2, edoc_exchange=95, oss_priority=70))
    assert await kept(scoring) == await added_up(scoring)
    await scoring.close()
    found = await kept(scoring)
    assert found == await added_up(scoring)
    whole = [tally.agencies for cell, tally in found.items() if not cell.programme and cell.period == "2014-03"]
    assert sum(map(sum, whole)) == len(AGENCIES)


async def test_what_comes_twice_is_counted_once(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(edoc_exchange=40))
    before = await kept(scoring)
    await scoring.judge(submission_accepted(edoc_exchange=40))
    await scoring.learn(*map(agency_registered, AGENCIES))
    assert await kept(scoring) == before


async def test_a_district_that_becomes_a_city_takes_its_sums_and_its_communes_along(scoring: Scoring) -> None:
    district, commune = AGENCIES[:2]
    await scoring.learn(agency_registered(commune, parent=district, time=at("2014-01-03"), kind=AgencyKind.COMMUNE))
    await scoring.judge(submission_accepted(edoc_exchange=40), submission_accepted(commune, edoc_exchange=60))
    await scoring.close()
    await scoring.learn(agency_registered(district, kind=AgencyKind.DEPARTMENT, time=at("2014-05-01")))
    found = await kept(scoring)
    assert found == await added_up(scoring)
    assert not [cell for cell in found if cell.branch == district]
    await scoring.learn(agency_registered(district, kind=AgencyKind.CITY, time=at("2014-05-02")))
    found = await kept(scoring)
    assert found == await added_up(scoring)
    assert {cell.kind for cell in found if cell.branch == district} == {AgencyKind.CITY, AgencyKind.COMMUNE}


async def test_processes_that_judge_at_once_lose_none_of_each_others_sums(scoring: Scoring) -> None:
    await asyncio.gather(
        *(
            scoring.judge_as_a_consumer_does(submission_accepted(agency, revision=revision, edoc_exchange=revision))
            for revision in (1, 2, 3)
            for agency in AGENCIES
        )
    )
    assert await kept(scoring) == await added_up(scoring) != {}
    await scoring.close(AFTER_DUE)
    assert await kept(scoring) == await added_up(scoring)
