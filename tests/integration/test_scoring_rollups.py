"""What agencies come to together on a real PostgreSQL: read off how they stand, on the registry as it is."""

from collections.abc import AsyncIterator

import pytest

from services.scoring.rollups.cells import Cell, Tally
from shared.events.vocabulary import AgencyKind
from tests.support.databases import DatabaseMaker
from tests.support.scoring import Scoring, scoring_on
from tests.support.scoring_examples import AGENCIES, agency_registered, at, plan_published, submission_accepted
from tests.support.scoring_sums import rolled_up


@pytest.fixture
async def scoring(make_database: DatabaseMaker) -> AsyncIterator[Scoring]:
    """Lend scoring that knows the plan and its agencies."""
    async with scoring_on(await make_database("scoring")) as lent:
        await lent.learn(*map(agency_registered, AGENCIES), plan_published())
        yield lent


async def test_roll_ups_follow_filings_corrections_and_closings(scoring: Scoring) -> None:
    def pooled(found: dict[Cell, Tally]) -> tuple[int, int]:
        of_indicator = [tally for cell, tally in found.items() if cell.indicator == "edoc-exchange"]
        return int(sum(each.part for each in of_indicator)), int(sum(each.whole for each in of_indicator))

    await scoring.judge(submission_accepted(edoc_exchange=40), submission_accepted(AGENCIES[1], edoc_exchange=60))
    assert pooled(await rolled_up(scoring)) == (100, 200)
    await scoring.judge(submission_accepted(revision=2, edoc_exchange=95, oss_priority=70))
    assert pooled(await rolled_up(scoring)) == (155, 200)
    await scoring.close()
    found = await rolled_up(scoring)
    assert pooled(found) == (155, 200)
    whole = [tally.agencies for cell, tally in found.items() if not cell.programme and cell.period == "2014-03"]
    assert sum(map(sum, whole)) == len(AGENCIES)


async def test_what_comes_twice_is_counted_once(scoring: Scoring) -> None:
    await scoring.judge(submission_accepted(edoc_exchange=40))
    before = await rolled_up(scoring)
    await scoring.judge(submission_accepted(edoc_exchange=40))
    await scoring.learn(*map(agency_registered, AGENCIES))
    assert await rolled_up(scoring) == before != {}


async def test_a_district_that_becomes_a_city_takes_its_sums_and_its_communes_along(scoring: Scoring) -> None:
    district, commune = AGENCIES[:2]
    await scoring.learn(agency_registered(commune, parent=district, time=at("2014-01-03"), kind=AgencyKind.COMMUNE))
    await scoring.judge(submission_accepted(edoc_exchange=40), submission_accepted(commune, edoc_exchange=60))
    await scoring.close()
    await scoring.learn(agency_registered(district, kind=AgencyKind.DEPARTMENT, time=at("2014-05-01")))
    found = await rolled_up(scoring)
    assert not [cell for cell in found if cell.branch == district]
    await scoring.learn(agency_registered(district, kind=AgencyKind.CITY, time=at("2014-05-02")))
    found = await rolled_up(scoring)
    assert {cell.kind for cell in found if cell.branch == district} == {AgencyKind.CITY, AgencyKind.COMMUNE}
