"""Kafka goes away and comes back: ingest goes on accepting, and all of it arrives afterwards, once."""

import asyncio
import math
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from prometheus_client import REGISTRY

from services.embedded_system import EmbeddedSystem
from services.scoring.subscribers import SUBMISSIONS_GROUP
from shared.events.topics import SUBMISSIONS
from shared.runtime.embedded.broker import EmbeddedBroker
from tests.support import brokers
from tests.support.brokers import CONTAINER, EMBEDDED, TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.mailbox import sent_twice
from tests.support.province import BAD_PCT, communes
from tests.support.proxy import proxy
from tests.support.systems import rehearsal
from tests.support.waiting import until

SERVICES: Final = ("ingest", "scoring", "notify")
WAITED_SECONDS: Final = 2.0


class FailingKafka(NamedTuple):
    """A broker that can be taken away and given back."""

    kafka: TestKafka
    take_away: Callable[[], Awaitable[None]]
    give_back: Callable[[], Awaitable[None]]


@pytest.fixture(params=["refuses", "hangs"])
async def failing(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[FailingKafka]:
    """Lend a broker whose network is cut, or one that is frozen, so that it neither answers nor refuses."""
    async with AsyncExitStack() as stack:
        if request.param == "refuses":
            between = await stack.enter_async_context(proxy())
            broker = EmbeddedBroker(tmp_path)
            stack.push_async_callback(broker.stop)
            await broker.start(advertised_port=between.port)
            between.target_port = int(broker.bootstrap_servers.rpartition(":")[2])
            await between.restore()
            yield FailingKafka(TestKafka(EMBEDDED, f"127.0.0.1:{between.port}"), between.cut, between.restore)
        else:
            brokers.demand(CONTAINER)
            container, servers = await stack.enter_async_context(brokers.in_container())

            async def docker(order: str) -> None:
                await asyncio.to_thread(subprocess.run, ["docker", order, container], check=True, capture_output=True)

            yield FailingKafka(TestKafka(CONTAINER, servers), lambda: docker("pause"), lambda: docker("unpause"))


async def told_by(system: EmbeddedSystem) -> dict[str, str]:
    """Return what each service says is wrong, and apart from it what it only warns of; those with nothing left out."""
    told = {service.name: service.faults() for service in system.services}
    told |= {f"{service.name} warns": service.warnings() for service in system.services}
    return {name: "; ".join(each) for name, each in told.items() if each}


async def all_say(system: EmbeddedSystem, words: str) -> bool:
    """Return whether each service says these words."""
    told = await told_by(system)
    return len(told) == len(SERVICES) and all(words in each for each in told.values())


async def nothing_told_by(system: EmbeddedSystem) -> bool:
    """Return whether no service has anything to say."""
    return not await told_by(system)


def metric(name: str, **labels: str) -> float:
    """Return a figure as Prometheus would read it now."""
    value = REGISTRY.get_sample_value(name, labels)
    assert value is not None, f"there is no {name} of {labels}"
    return value


async def test_what_was_accepted_while_kafka_was_away_arrives_after_its_return(
    failing: FailingKafka, make_database: DatabaseMaker, tmp_path: Path
) -> None:
    async with rehearsal(failing.kafka, directory=tmp_path / "system", make_database=make_database) as lived:
        for relay in filter(None, (service.relay for service in lived.system.services)):
            relay.late_seconds = WAITED_SECONDS
        lagging, good = communes(sorted(lived.province.keys))[:5], communes(sorted(lived.province.keys))[5:20]
        await lived.province.file(good[0], "2014-02")  # the way is open
        await lived.comes_to_rest()
        judged_before = await lived.ask(
            "scoring", "select agency, period from current_progress where revision is not null"
        )

        submissions = lived.system.topic_prefix + SUBMISSIONS.name
        lag = {"group": lived.system.topic_prefix + SUBMISSIONS_GROUP, "topic": submissions, "partition": "0"}

        async def is_lag_known() -> bool:
            return REGISTRY.get_sample_value("tiendo_consumer_lag", lag) == 0

        await until(is_lag_known, "nothing waits, as the brokers say")
        await until(lambda: nothing_told_by(lived.system), "each service is ready")
        await failing.take_away()
        try:
            for agency in (*lagging, *good):
                told = await lived.province.file(agency, "2014-03", pct=BAD_PCT if agency in lagging else 100)
                assert told.status == 202
            waiting = await lived.ask("ingest", "select count(*)::int as events from outbox")
            assert waiting[0]["events"] == len(lagging) + len(good)
            assert (
                await lived.ask("scoring", "select agency, period from current_progress where revision is not null")
                == judged_before
            )

            async def everybody_says_so() -> bool:
                return set(await told_by(lived.system)) == {"ingest warns", "scoring", "notify"}

            await until(everybody_says_so, "each service says that Kafka is away")
            await until(partial(all_say, lived.system, "Kafka away for"), "each service says since when")
            told_now = await told_by(lived.system)
            assert "the oldest event in the outbox has waited for" in told_now["ingest warns"]
            assert {metric("tiendo_kafka_up", service=name) for name in SERVICES} == {0}
            assert metric("tiendo_outbox_oldest_seconds", service="ingest") >= WAITED_SECONDS

            async def is_lag_unknown() -> bool:
                return math.isnan(metric("tiendo_consumer_lag", **lag))

            await until(is_lag_unknown, "nobody says how many records wait")
            assert (await lived.province.file(good[0], "2014-03")).status == 202
        finally:
            await failing.give_back()

        await lived.comes_to_rest()
        await until(lambda: nothing_told_by(lived.system), "each service is ready again")
        assert {metric("tiendo_kafka_up", service=name) for name in SERVICES} == {1}
        assert metric("tiendo_outbox_oldest_seconds", service="ingest") < WAITED_SECONDS
        judged = await lived.ask(
            "scoring", "select agency from current_progress where period = '2014-03' and revision = 1"
        )
        assert {row["agency"] for row in judged} == {*lagging, *good[1:]}  # one of the good corrected itself
        mails = await lived.mailbox.mails()
        assert sorted(mail.agency for mail in mails if mail.kind == "lag" and mail.period == "2014-03") == lagging
        assert sent_twice(mails) == []
