"""What an operator types: publish again, and what they are told where something is missing."""

from tests.support.commands import typed
from tests.support.databases import DatabaseMaker
from tests.support.scoring import scoring_on
from tests.support.scoring_examples import AGENCIES, agency_registered, plan_published, submission_accepted


async def test_an_operator_publishes_again_what_a_lost_topic_held(make_database: DatabaseMaker) -> None:
    url = await make_database("scoring")
    async with scoring_on(url) as scoring:
        await scoring.learn(*map(agency_registered, AGENCIES), plan_published())
        await scoring.judge(submission_accepted(edoc_exchange=40))
        status, said, _ = await typed("republish", DATABASE_URL=url)
        assert (status, said) == (0, "1 events will be published again\n")
        once, again = await scoring.announced()
        assert once == again


async def test_a_missing_variable_is_one_clear_line() -> None:
    status, _, complained = await typed(KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:9")
    assert status == 1
    assert complained.startswith("tiendo: DATABASE_URL is not set")
    assert complained.count("\n") == 1
