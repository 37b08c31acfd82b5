"""tools/kafka starts a real broker that outlives its caller, keeps its topics, and is stopped for good."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.support.requirements import skip_or_fail
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


async def topics_of(address: str, *, make: str | None = None) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        if make is not None:
            await admin.create_topics([NewTopic(make, num_partitions=3, replication_factor=1)])
        return list(await admin.list_topics())
    finally:
        await admin.close()


async def test_the_broker_outlives_its_caller_and_remembers_its_topics(folder: Path) -> None:
    address = kafka("start", folder)  # the command has ended, the broker has not
    assert "kept" in await topics_of(address, make="kept")
    assert kafka("start", folder) == kafka("url", folder) == address
    assert kafka("stop", folder) == f"stopped {address}"
    assert not answers(int(address.rpartition(":")[2]))
    assert await topics_of(kafka("start", folder)) == ["kept"]
