"""The compose file as an operator uses it: up, seed, a submission that becomes a mail, and scoring scaled to three."""

import csv
import os
import re
import socket
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import httpx
import pytest

from tests.support.containers import no_container
from tests.support.requirements import TESTED_ON, skip_or_fail

PROJECT: Final = Path(__file__).resolve().parents[2]
PLAN: Final = "plans/lam-dong-2014"
OURS: Final = "tiendo/"
ResultT = TypeVar("ResultT")


class Containers:
    """One compose project of our own, beside whatever else runs on this engine."""

    def __init__(self) -> None:
        self.ingest = f"http://127.0.0.1:{(ingest := free_port())}"
        self.mails = f"http://127.0.0.1:{(mail := free_port())}/api/email"
        rehearsal = "2014-04-03T09:00+07:00"  # a Thursday in working hours, when March is being reported
        self._environment = {
            "INGEST_PORT": str(ingest),
            "MAIL_PORT": str(mail),
            "CLOCK_START": rehearsal,
            "LAG_SETTLING_HOURS": "0",
        }
        self._project = f"tiendo-test-{uuid.uuid4().hex[:8]}"

    def compose(self, *arguments: str) -> str:
        """Run docker compose and return what it printed; a failure fails the test with the last of it."""
        run = subprocess.run(
            ["docker", "compose", "-p", self._project, *arguments],
            cwd=PROJECT,
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{arguments}: {run.stdout[-2000:]}\n{run.stderr[-4000:]}"
        return run.stdout

    def key_for(self, agency: str) -> str:
        said = self.compose(
            "exec", "-T", "ingest", "python", "-m", "services.ingest", "keys", "issue", "--agency", agency
        )
        return str(re.findall(r"key_live_\S+", said)[0])

    def submit_lagging(self, agency: str) -> httpx.Response:
        """Report 1 of 100 documents where a quarter of the year asks for more than 22 of 100."""
        observation = {"indicator": "edoc-exchange", "numerator": 1, "denominator": 100}
        body = {"plan": "lam-dong-2014", "period": "2014-03", "observations": [observation], "is_synthetic": True}
        headers = {"Authorization": f"Bearer {self.key_for(agency)}"}
        return httpx.post(f"{self.ingest}/v1/submissions", json=body, headers=headers, timeout=10)

    def lag_notices_to(self, agency: str) -> list[str]:
        """Return the subjects of the lag notices to this agency; for January and February it gets others."""
        address = address_of(agency)
        return [
            mail["subject"]
            for mail in httpx.get(self.mails, timeout=10).json()
            if address in {to["address"] for to in mail["to"]} and mail["headers"]["x-tiendo-kind"] == "lag"
        ]

    def shares_of(self, topic: str) -> list[int]:
        """Return how many partitions of the topic each consumer has, as Kafka sees it."""
        tool = ["kafka", "/opt/kafka/bin/kafka-consumer-groups.sh", "--bootstrap-server", "localhost:9092"]
        rows = [line.split() for line in self.compose("exec", "-T", *tool, "--describe", "--all-groups").splitlines()]
        owners = [
            row[6] for row in rows if len(row) > 6 and row[1] == topic
        ]  # group, topic, partition, 3 offsets, consumer
        return [owners.count(owner) for owner in sorted(set(owners) - {"-"})]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def address_of(agency: str) -> str:
    with (PROJECT / PLAN / "contacts.csv").open(newline="", encoding="utf-8") as file:
        return next(row["email"] for row in csv.DictReader(file) if row["agency"] == agency)


def eventually(look: Callable[[], ResultT], *, within: float) -> ResultT:
    """Return the first true answer, or the last one when time is up."""
    give_up_at = time.monotonic() + within
    while not (answer := look()) and time.monotonic() < give_up_at:
        time.sleep(1)  # containers are at work; they tell nobody here when they are done
    return answer


def why_not() -> str | None:
    """Return what keeps the compose file from running here, None when nothing does."""
    if (why := no_container("python:3.11-slim-bookworm")) is not None:
        return why
    order = ["docker", "compose", "config", "--images"]
    named = subprocess.run(order, cwd=PROJECT, capture_output=True, text=True, check=False)
    if named.returncode:
        return f"docker compose does not run: {named.stderr.strip()}"
    foreign = sorted(image for image in set(named.stdout.split()) if not image.startswith(OURS))
    return next((why for image in foreign if (why := no_container(image)) is not None), None)


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    if (why := why_not()) is not None:
        skip_or_fail("containers", why)
    started = Containers()
    try:
        started.compose("up", "--detach", "--build", "--wait", "--wait-timeout", "240")
        started.compose("exec", "-T", "ingest", "python", "-m", "services.ingest", "plan", "load", PLAN)
        started.compose(
            "exec", "-T", "notify", "python", "-m", "services.notify", "contacts", "load", f"{PLAN}/contacts.csv"
        )
        for part, image in (("kafka", "Kafka"), ("database", "PostgreSQL"), ("mail", "maildev")):
            TESTED_ON.note(part, f"{image} by compose")
        yield started
    finally:
        try:
            print(started.compose("logs", "--no-color", "--tail", "40"))  # noqa: T201  pytest shows it beside a failure
        finally:
            started.compose("down", "--volumes", "--timeout", "5")


def test_a_lagging_submission_ends_as_a_mail_and_three_scorings_share_the_work(containers: Containers) -> None:
    first, second = "so-noi-vu", "so-tai-chinh"

    receipt = containers.submit_lagging(first)
    assert receipt.status_code == 202, receipt.text
    assert eventually(lambda: containers.lag_notices_to(first), within=120)

    containers.compose("up", "--detach", "--wait", "--no-recreate", "--scale", "scoring=3")
    assert eventually(lambda: containers.shares_of("submissions") == [2, 2, 2], within=120), containers.shares_of(
        "submissions"
    )

    assert containers.submit_lagging(second).status_code == 202
    assert eventually(lambda: containers.lag_notices_to(second), within=120)
    assert len(containers.lag_notices_to(first)) == 1, "the rebalance told nobody twice"


def test_the_services_say_that_the_year_is_rehearsed(containers: Containers) -> None:
    ready = httpx.get(f"{containers.ingest}/health/ready", timeout=10).json()
    assert ready["is_rehearsal"]
    assert ready["now"].startswith("2014-04-03")


@pytest.mark.parametrize("service", ["ingest", "scoring", "notify"])
def test_an_image_holds_no_other_service_and_none_of_its_packages(service: str, containers: Containers) -> None:
    assert containers.compose("exec", "-T", service, "ls", "services").split() == [
        "__init__.py",
        "__pycache__",
        service,
    ]
    packages = {"ingest": "holidays", "notify": "aiosmtplib", "migrations": "alembic", "test": "pytest"}
    look = f"from importlib.util import find_spec; print(*[n for n in {list(packages.values())} if find_spec(n)])"
    found = containers.compose("exec", "-T", service, "python", "-c", look).split()
    assert found == [package for owner, package in packages.items() if owner == service]
