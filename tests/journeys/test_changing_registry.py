"""Agencies join and move in mid-plan, with periods closed: every plan version is judged and nobody stands still."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.ingest.persons.cli import issue_keys
from services.ingest.plans.cli import load_plan
from shared.events import topics
from tests.support.brokers import TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.province import PLAN, PLANS
from tests.support.systems import PEPPER, Rehearsal, rehearsal
from tests.support.waiting import until

_VERSIONS: Final = "select version from plan_version"
_STANDINGS: Final = "select agency, plan_version, standing from current_progress where period = $1"
NEW: Final = "ubnd-xa-moi"
MOVED: Final = "ubnd-xa-lat-lac-duong"
MOVED_TO: Final = "ubnd-xa-lat-2014-07"
_OF_MOVED: Final = "commune,ubnd-huyen-lac-duong,25,2014-01-01,2025-07-01,,"
_JOINS: Final = f"{NEW},UBND xã Mới,New Commune,commune,ubnd-huyen-lac-duong,10,2014-04-01,2025-07-01,,test\n"
_GOES_ON: Final = f"{MOVED_TO},UBND xã Lát,Lát Commune,commune,ubnd-thanh-pho-da-lat,25,2014-07-01,2025-07-01,,test\n"


@pytest.fixture
async def lived(
    any_kafka: TestKafka, make_database: DatabaseMaker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rehearsal]:
    directory = tmp_path_factory.mktemp("system")
    async with rehearsal(any_kafka, directory=directory, make_database=make_database) as running:
        yield running


async def _load(lived: Rehearsal, folder: Path, agencies: str) -> int:
    (folder / "agencies.csv").write_text(agencies)
    loaded = await load_plan(folder, database=lived.system.database("ingest"), clock=lived.clock)
    return loaded.version


async def _dead_letters(lived: Rehearsal) -> int:
    count = 0
    async with AIOKafkaConsumer(bootstrap_servers=lived.system.bootstrap) as reader:
        for topic in topics.ALL:
            partition = TopicPartition(lived.system.topic_prefix + topic.dead_letters, 0)
            count += (await reader.end_offsets([partition]))[partition]
    return count


async def _is_ready(lived: Rehearsal) -> bool:
    async with httpx.AsyncClient(base_url=lived.system.base_url) as client:
        return (await client.get("/health/ready")).is_success


async def test_a_commune_joins_and_another_moves_while_periods_are_closed(lived: Rehearsal, tmp_path: Path) -> None:
    folder = tmp_path / PLAN
    shutil.copytree(PLANS / PLAN, folder)
    first = (folder / "agencies.csv").read_text()
    await lived.time_passes_to("2014-04-03T09:00", periods_closed=["2014-01", "2014-02"])

    assert await _load(lived, folder, first + _JOINS) == 2
    ends = _OF_MOVED.replace("2025-07-01,,", f"2014-07-01,{MOVED_TO},")
    assert _OF_MOVED in first
    moved = first.replace(_OF_MOVED, ends) + _JOINS + _GOES_ON
    assert await _load(lived, folder, moved) == 3

    async def knows_all_versions() -> bool:
        return {row["version"] for row in await lived.ask("scoring", _VERSIONS)} == {1, 2, 3}

    await until(knows_all_versions, "scoring knows versions 1 to 3")
    await lived.comes_to_rest()
    assert not await lived.ask("scoring", "select 1 from current_progress where agency = $1", NEW), (
        "it owes nothing yet"
    )

    lived.province.keys = {
        **lived.province.keys,
        **await issue_keys([NEW], database=lived.system.database("ingest"), clock=lived.clock, pepper=PEPPER),
    }
    await lived.time_passes_to("2014-05-05T09:00", periods_closed=["2014-03"])
    assert (await lived.province.file(NEW, "2014-04")).status == httpx.codes.ACCEPTED
    await lived.time_passes_to("2014-05-13T09:00", periods_closed=["2014-04"])
    standings = {
        row["agency"]: (row["plan_version"], row["standing"])
        for row in await lived.ask("scoring", _STANDINGS, "2014-04")
    }
    assert standings[NEW][0] == 3
    assert standings[NEW][1] != "missing"
    assert standings[MOVED] == (3, "missing")
    assert MOVED_TO not in standings, "it does not exist before July"
    assert await _is_ready(lived)
    assert await _dead_letters(lived) == 0
