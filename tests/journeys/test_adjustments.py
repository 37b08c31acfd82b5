"""From a proposal over HTTP and filings that change an outlook to events on Kafka, and to what notify keeps of them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from services.ingest.persons.cli import issue_keys
from services.scoring.adjustments.handlers import announce_changed
from services.scoring.plans.store import UnitOfWork
from shared.events.adjustments import OutlookChanged, ProposalChanged
from shared.events.topics import ROLLUPS
from shared.events.vocabulary import Scope
from shared.runtime.kafka.decoding import Decoder
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.province import BAD_PCT, LEAD, PLAN, communes
from tests.support.reading import read
from tests.support.systems import PEPPER, Rehearsal, rehearsal
from tests.support.waiting import until

EMAIL = "official-email"
MONTHS = ("2014-01", "2014-02", "2014-03")
CHANGES = {"indicators": [{"indicator": EMAIL, "target": {"value": 60}}]}
DECODER = Decoder([ROLLUPS])


@pytest.fixture
async def lived(
    any_kafka: TestKafka, make_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rehearsal]:
    directory = tmp_path_factory.mktemp("system")
    async with rehearsal(any_kafka, directory=directory, make_database=make_database) as running:
        yield running


async def _decide_on_a_new_proposal(lived: Rehearsal) -> None:
    """Propose a change as the lead agency, and approve it."""
    keys = await issue_keys(
        [LEAD], database=lived.system.database("ingest"), clock=lived.clock, pepper=PEPPER, scopes=(Scope.ADMIN,)
    )
    await lived.comes_to_rest()  # scoring knows the key
    headers = {"Authorization": f"Bearer {keys[LEAD]}"}
    async with httpx.AsyncClient(base_url=lived.system.base_url, headers=headers, timeout=20) as client:
        body = {"plan": PLAN, "changes": CHANGES, "reason": "Hạ tầng của các huyện chưa kịp"}
        made = await client.post("/v1/adjustments", json=body)
        assert made.status_code == httpx.codes.CREATED, made.text
        decision = {"outcome": "approved", "reason": "Đồng ý"}
        answer = await client.post(f"{made.headers['Location']}/decision", json=decision)
        assert answer.status_code == httpx.codes.OK, answer.text


async def test_outlooks_and_proposals_arrive_as_events_that_validate(lived: Rehearsal) -> None:
    agency = communes(sorted(lived.province.keys))[0]
    await lived.time_passes_to("2014-04-08T09:00", periods_closed=MONTHS)
    assert (await lived.province.file(agency, MONTHS[-1], pct=BAD_PCT)).status == httpx.codes.ACCEPTED
    await lived.comes_to_rest()
    async with lived.system.database("scoring").transaction() as connection:
        await announce_changed(work=UnitOfWork(connection, cache={}), now=lived.clock.now())
    await _decide_on_a_new_proposal(lived)
    await lived.comes_to_rest()

    async def is_kept() -> bool:
        rows = await lived.ask("notify", "select state from proposal")
        return [row["state"] for row in rows] == ["approved"]

    await until(is_kept, "notify keeps the proposal as it was decided on")
    (kept,) = await lived.ask("notify", "select body->>'period' as period, as_of from outlook")
    assert kept["period"] == "2014-03"
    assert lived.clock.now() <= kept["as_of"] < lived.clock.now() + timedelta(minutes=1), "the clock stands still"
    told = await lived.ask("notify", "select count(*) as count from rollup")
    topic = lived.system.topic_prefix + ROLLUPS.name
    count = told[0]["count"] + 4  # at least: two outlooks and two states of a proposal
    events = [
        DECODER.read(record.value or b"")
        for record in await read(lived.system.bootstrap, topic, count=count, partitions=ROLLUPS.partitions)
    ]
    proposals = [each.data for each in events if isinstance(each, ProposalChanged)]
    assert [each.state for each in proposals] == ["proposed", "approved"]
    assert [each.outcome for each in proposals[-1].decisions] == ["approved"]
    closed, filed = [each.data for each in events if isinstance(each, OutlookChanged)][-2:]
    before, after = (next(one for one in each.outlooks if one.indicator == EMAIL) for each in (closed, filed))
    assert (before.reported, after.reported) == (0, 1)
