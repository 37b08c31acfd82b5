"""The compose file as an operator uses it: up, seed, a submission that becomes a mail, services scaled and stopped."""

import csv
import itertools
import os
import re
import socket
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
import pytest

from tests.support.containers import no_container
from tests.support.requirements import TESTED_ON, skip_or_fail

PROJECT: Final = Path(__file__).resolve().parents[2]
PLAN: Final = "plans/lam-dong-2014"
OURS: Final = "tiendo/"
SECRETS: Final = {  # a system on the real clock takes none that the compose file names
    "KEY_PEPPER": "a pepper of this test alone",
    "INGEST_DB_PASSWORD": "of-this-test",
    "SCORING_DB_PASSWORD": "of-this-test",
    "NOTIFY_DB_PASSWORD": "of-this-test",
}
ResultT = TypeVar("ResultT")


class Containers:
    """One compose project of our own, beside whatever else runs on this engine."""

    def __init__(self, **environment: str) -> None:
        self.api = f"http://127.0.0.1:{(http := free_port())}"
        self.mails = f"http://127.0.0.1:{(mail := free_port())}/api/email"
        self._environment = {
            "HTTP_PORT": str(http),
            "MAIL_PORT": str(mail),
            "LAG_SETTLING_HOURS": "0",
            **environment,
        }
        self._project = f"tiendo-test-{uuid.uuid4().hex[:8]}"

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run docker compose and return what came of it."""
        inherited = {name: value for name, value in os.environ.items() if name != "CLOCK_START"}
        return subprocess.run(
            ["docker", "compose", "-p", self._project, *arguments],
            cwd=PROJECT,
            env={**inherited, **self._environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def compose(self, *arguments: str, **environment: str) -> str:
        """Run docker compose and return what it printed; a failure fails the test with the last of it."""
        ended = self.run(*arguments, **environment)
        assert ended.returncode == 0, f"{arguments}: {ended.stdout[-2000:]}\n{ended.stderr[-4000:]}"
        return ended.stdout

    def own_address(self, service: str, *, index: int = 1) -> str:
        """Return where one container of a service answers by itself."""
        return f"http://{self.compose('port', '--index', str(index), service, '8080').strip()}"

    def key_for(self, agency: str, *, scope: str = "submit") -> str:
        issue = ("keys", "issue", "--agency", agency, "--scope", scope)
        said = self.compose("exec", "-T", "ingest", "python", "-m", "services.ingest", *issue)
        return str(re.findall(r"key_live_\S+", said)[0])

    def submit_lagging(self, agency: str) -> httpx.Response:
        """Report 1 of 100 documents where a quarter of the year asks for more than 22 of 100."""
        observation = {"indicator": "edoc-exchange", "numerator": 1, "denominator": 100}
        body = {"plan": "lam-dong-2014", "period": "2014-03", "observations": [observation], "is_synthetic": True}
        headers = {"Authorization": f"Bearer {self.key_for(agency)}"}
        return httpx.post(f"{self.api}/v1/submissions", json=body, headers=headers, timeout=10)

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


@dataclass
class Filers:
    """Agencies that keep correcting what they filed, each one after the other; who gets no receipt repeats."""

    api: str
    keys: Mapping[str, str]
    receipts: dict[tuple[str, int], str] = field(default_factory=dict)  # agency and its number → submission
    revisions: dict[str, int] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)  # what was told instead of a receipt
    is_over: threading.Event = field(default_factory=threading.Event)

    def file(self, agency: str) -> None:
        """File until it is over."""
        observation = {"indicator": "edoc-exchange", "numerator": 99, "denominator": 100}
        body = {"plan": "lam-dong-2014", "period": "2014-03", "observations": [observation], "is_synthetic": True}
        with httpx.Client(base_url=self.api, timeout=30) as client:
            for number in itertools.count():
                if self.is_over.is_set():
                    return
                headers = {"Authorization": f"Bearer {self.keys[agency]}", "Idempotency-Key": f"scaled-{number}"}
                while (receipt := self._told(client, body, headers)) is None:
                    time.sleep(0.2)  # as the answer asks
                self.receipts[agency, number] = receipt["submission"]
                self.revisions[agency] = receipt["revision"]

    def _told(self, client: httpx.Client, body: object, headers: dict[str, str]) -> dict[str, Any] | None:
        try:
            answer = client.post("/v1/submissions", json=body, headers=headers)
        except httpx.TransportError as error:
            self.others[type(error).__name__] += 1
            return None
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and "retry-after" in answer.headers:
            return None  # a busy machine asks for another try, and the same key counts once
        if answer.status_code != httpx.codes.ACCEPTED:
            self.others[f"{answer.status_code} {answer.text}"] += 1
            return None
        receipt: dict[str, Any] = answer.json()
        return receipt


@contextmanager
def filing(filers: Filers) -> Iterator[None]:
    """Let the agencies file until the block ends."""
    with ThreadPoolExecutor(len(filers.keys)) as threads:
        filed = [threads.submit(filers.file, agency) for agency in filers.keys]
        try:
            yield
        finally:
            filers.is_over.set()
        for each in filed:
            each.result()


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


def test_services_are_scaled_up_and_down_and_no_filing_is_lost_or_refused(containers: Containers) -> None:
    agencies = ["so-y-te", "so-tu-phap", "so-xay-dung", "so-cong-thuong"]
    filers = Filers(containers.api, {agency: containers.key_for(agency) for agency in agencies})
    reader = {"Authorization": f"Bearer {containers.key_for('so-noi-vu', scope='read')}"}

    def filed() -> int:
        return len(filers.receipts)

    def accepted_by(index: int) -> float:
        told = httpx.get(f"{containers.own_address('ingest', index=index)}/metrics", timeout=10).text
        return float(re.findall(r"^tiendo_submissions_accepted_total (\S+)$", told, re.MULTILINE)[0])

    with filing(filers):
        for scaled in (("ingest=2", "scoring=3", "notify=2"), ("ingest=1", "scoring=1", "notify=1"), ("ingest=2",)):
            counts = [part for each in scaled for part in ("--scale", each)]
            containers.compose("up", "--detach", "--wait", "--no-recreate", *counts)
            before = filed()
            assert eventually(lambda before=before: filed() > before + 40, within=60), filers.others  # type: ignore[misc]
        assert min(accepted_by(1), accepted_by(2)) > 0, "both containers take filings"
        for path in ("/v1/progress", "/v1/periods"):
            assert httpx.get(f"{containers.api}{path}?plan=lam-dong-2014", headers=reader, timeout=10).is_success
        assert httpx.get(f"{containers.api}/v1/notices", headers=reader, timeout=10).is_success

    assert filers.others == {}
    count = "select count(*), count(distinct id) from submission where agency = any(string_to_array('{}', ','))"
    asked = ("psql", "-U", "postgres", "-d", "ingest", "-At", "-c", count.format(",".join(agencies)))
    assert (
        containers.compose("exec", "-T", "postgres", *asked).strip() == f"{filed()}|{len({*filers.receipts.values()})}"
    )

    def judged() -> bool:
        return {agency: revision_of(agency) for agency in agencies} == filers.revisions

    def revision_of(agency: str) -> int | None:
        asked = {"plan": "lam-dong-2014", "period": "2014-03", "agency": agency}
        told = httpx.get(f"{containers.api}/v1/progress", params=asked, headers=reader, timeout=10).json()
        return next((each["filing"]["revision"] for each in told if each["filing"]), None)

    assert eventually(judged, within=90)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics", "/mail", "/v2/submissions"])
def test_the_proxy_passes_on_what_is_for_agencies_and_readers_alone(path: str, containers: Containers) -> None:
    answer = httpx.get(f"{containers.api}{path}", timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert answer.headers["content-type"] == "application/problem+json"
    assert httpx.get(f"{containers.api}/openapi.json", timeout=10).is_success


def test_a_password_that_is_wrong_and_a_secret_that_is_missing_are_one_line(containers: Containers) -> None:
    for given, said in (
        ("DATABASE_URL=postgresql://scoring:hidden@postgres/scoring", "refuses us: password authentication failed"),
        ("DATABASE_URL=postgresql://ingest:ingest-development@postgres/scoring", "refuses us: permission denied"),
        ("DATABASE_URL=postgresql://ingest:ingest-development@postgres/ingest", "it is the database of ingest, not of"),
        ("KEY_PEPPER=", "KEY_PEPPER is wrong"),
    ):
        ended = containers.run("run", "--rm", "--no-deps", "-T", "-e", given, "scoring")
        lines = [line for line in ended.stderr.splitlines() if line.startswith("tiendo: ")]
        assert (ended.returncode, len(lines)) == (1, 1), ended.stderr
        assert said in lines[0]
        assert "hidden" not in ended.stderr


def test_a_container_that_waits_for_its_database_ends_at_the_first_signal(containers: Containers) -> None:
    nowhere = "DATABASE_URL=postgresql://nobody@192.0.2.1/nowhere"
    for service in ("ingest", "scoring", "notify"):
        name = containers.compose("run", "--detach", "--no-deps", "-e", nowhere, service).split()[-1]
        began = time.monotonic()
        subprocess.run(
            ["docker", "stop", "--time", "30", name], check=True, capture_output=True
        )  # also while it starts
        assert time.monotonic() - began < 15
        inspect = ["docker", "inspect", "--format", "{{.State.ExitCode}}", name]
        status = subprocess.run(inspect, check=True, capture_output=True, text=True).stdout.strip()
        subprocess.run(["docker", "rm", name], check=True, capture_output=True)
        assert status in {"0", "143"}


def test_volumes_that_were_begun_on_the_real_clock_never_become_a_rehearsal(containers: Containers) -> None:
    real = Containers(**SECRETS)
    try:
        real.compose("up", "--detach", "--wait", "--no-deps", "postgres")
        real.compose("run", "--rm", "-T", "--no-deps", "migrations")
        for given in ({"CLOCK_START": ""}, {}):  # set once, and then forgotten
            real.compose("up", "--detach", "--wait", "--no-deps", "--force-recreate", "ingest", **given)
            assert not httpx.get(f"{real.own_address('ingest')}/health/ready", timeout=10).json()["is_rehearsal"]
        started = ("run", "--rm", "-T", "--no-deps", "ingest")
        ended = real.run(*started, CLOCK_START="2014-04-03T09:00+07:00")
        assert ended.returncode == 1
        assert "has lived on the real clock since" in ended.stderr
        # The other way round, on volumes that were begun by the default.
        ended = containers.run(*started, CLOCK_START="")
        assert ended.returncode == 1
        assert "belongs to the rehearsal CLOCK_START=2014-04-03T09:00:00+07:00" in ended.stderr
    finally:
        real.compose("down", "--volumes", "--timeout", "5")


def test_the_services_say_that_the_year_is_rehearsed(containers: Containers) -> None:
    ready = httpx.get(f"{containers.own_address('ingest')}/health/ready", timeout=10).json()
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
