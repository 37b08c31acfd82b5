"""tools/kafka starts a real broker that outlives its caller, keeps its topics, and is stopped for good."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.support.requirements import skip_or_fail
from tests.support.waiting import until
from tools.kafka.broker import answers

TOOL = Path(__file__).resolve().parents[2] / "tools" / "kafka" / "kafka"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            skip_or_fail("kafka", f"{program} is not on PATH")
    yield tmp_path
    kafka("stop", tmp_path)


def kafka(command: str, folder: Path) -> str:
    order = [str(TOOL), command, "--folder", str(folder), "--port", "0"]
    return subprocess.run(order, capture_output=True, text=True, check=True).stdout.strip()


@asynccontextmanager
async def admin_of(address: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def make_topic(address: str) -> None:
    async with admin_of(address) as admin:
        await admin.create_topics([NewTopic("kept", num_partitions=3, replication_factor=1)])


async def is_listed(address: str) -> bool:
    """Tell whether the topic is listed, which a broker does a moment after it made or found it."""
    async with admin_of(address) as admin:
        return list(await admin.list_topics()) == ["kept"]


@pytest.mark.long
async def test_the_broker_outlives_its_caller_and_remembers_its_topics(folder: Path) -> None:
    address = kafka("start", folder)  # the command has ended, the broker has not
    await make_topic(address)
    await until(partial(is_listed, address), "the broker lists the topic that it made")
    assert kafka("start", folder) == kafka("url", folder) == address
    assert kafka("stop", folder) == f"stopped {address}"
    assert not answers(int(address.rpartition(":")[2]))
    await until(partial(is_listed, kafka("start", folder)), "the topic outlived the stop")
