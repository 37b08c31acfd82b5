"""The same history in any order, and said twice, ends in the same progress."""

import random
from collections.abc import Awaitable, Callable

import pytest

from services.scoring.republishing import republish
from tests.support.databases import DatabaseMaker
from tests.support.scoring import AFTER_DUE, Scoring, scoring_on
from tests.support.scoring_examples import AGENCIES, agency_registered, plan_published, submission_accepted

Step = Callable[[Scoring], Awaitable[object]]

HISTORY: tuple[Step, ...] = (
    lambda scoring: scoring.learn(*map(agency_registered, AGENCIES)),
    lambda scoring: scoring.learn(plan_published()),
    lambda scoring: scoring.judge(submission_accepted(edoc_exchange=40)),
    lambda scoring: scoring.judge(submission_accepted(revision=2, edoc_exchange=40, oss_priority=7)),
    lambda scoring: scoring.judge(submission_accepted(AGENCIES[1], edoc_exchange=40)),
    lambda scoring: scoring.close(),
    lambda scoring: scoring.judge(submission_accepted(AGENCIES[2], filed_at=AFTER_DUE, oss_priority=60), now=AFTER_DUE),
)


async def _lived(history: list[Step], *, url: str) -> dict[tuple[str, str], tuple[object, ...]]:
    async with scoring_on(url) as scoring:
        for step in history:
            await step(scoring)
        await scoring.close()  # the clock always looks again
        return {
            (data.agency, data.period): (data.standing, data.filing, data.judgements)
            for data in (event.data for event in await scoring.announced())
        }


@pytest.mark.parametrize("seed", range(8))
async def test_any_order_and_repetition_of_a_history_announces_the_same_in_the_end(
    seed: int, make_database: DatabaseMaker
) -> None:
    draw = random.Random(seed)  # noqa: S311  an order, not a secret
    mixed = [*draw.choices(HISTORY, k=3), *HISTORY]
    draw.shuffle(mixed)
    expected = await _lived(list(HISTORY), url=await make_database("scoring"))
    assert len(expected) == 3 * len(AGENCIES), "January to March are closed"
    assert await _lived(mixed, url=await make_database("scoring")) == expected


async def test_publishing_again_repeats_the_latest_events_word_for_word(make_database: DatabaseMaker) -> None:
    async with scoring_on(await make_database("scoring")) as scoring:
        await _announced_again(scoring)


async def _announced_again(scoring: Scoring) -> None:
    await scoring.learn(*map(agency_registered, AGENCIES), plan_published())
    await scoring.judge(submission_accepted(edoc_exchange=33, oss_priority=60))
    await scoring.judge(submission_accepted(revision=2, edoc_exchange=34, oss_priority=60))
    await scoring.close()
    announced = await scoring.announced()
    async with scoring.database.transaction() as connection:
        await connection.execute("delete from outbox")
    latest = {(event.data.agency, event.data.period): event for event in announced}
    assert await republish(scoring.database) == len(latest)
    repeated = await scoring.announced()
    assert {(event.data.agency, event.data.period): event.model_dump_json() for event in repeated} == {
        key: event.model_dump_json() for key, event in latest.items()
    }
