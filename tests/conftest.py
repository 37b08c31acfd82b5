"""What every test may ask for: a broker, a database, a mailbox; and the line that says what the session ran on."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.support import brokers, databases
from tests.support.brokers import Brokers, TestKafka
from tests.support.databases import DatabaseMaker
from tests.support.requirements import TESTED_ON, required

pytest_plugins = ["tests.support.temporary", "tests.support.time_limits"]

# A busy machine takes any time for an example; a test as a whole has a limit.
hypothesis.settings.register_profile("tiendo", deadline=None)
hypothesis.settings.load_profile("tiendo")


@pytest.fixture(scope="session")
async def all_brokers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Brokers]:
    """Lend the brokers of this session."""
    lent = Brokers(tmp_path_factory.mktemp("broker"))
    yield lent
    await lent.stop()


@pytest.fixture(scope="session", params=brokers.KINDS)
async def kafka(request: pytest.FixtureRequest, all_brokers: Brokers) -> TestKafka:
    """Lend the most real broker at hand, and in `make test-long` one of each other kind there is."""
    brokers.demand(request.param)
    return await all_brokers.get(request.param)


@pytest.fixture(scope="session")
async def any_kafka(all_brokers: Brokers) -> TestKafka:
    """Lend one broker, the most real one at hand."""
    brokers.demand(brokers.preferred())
    return await all_brokers.get(brokers.preferred())


@pytest.fixture(scope="session")
async def make_database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DatabaseMaker]:
    """Lend what makes a fresh, migrated database of a service and returns its URL."""
    async with databases.server(tmp_path_factory.mktemp("postgres")) as server_url:
        maker = DatabaseMaker(server_url)
        yield maker
        if os.environ.get("DATABASE_URL"):  # a server of ours ends with its databases
            await maker.drop_all()


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a TIENDO_REQUIRE that names nothing we know, before any test runs, and set what all tests share."""
    required()
    # Journeys tell what lags at once; what the settling time is for has tests of its own.
    os.environ.setdefault("LAG_SETTLING_HOURS", "0")
    config.stash[_IS_WORKER] = hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)  # before what is `long` is left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try what needs a broker on one kind, and on the others in the long campaign; begin with the longest.

    So no process waits at the end for another's journey.
    """
    for item in items:
        kind = item.callspec.params.get("kafka") if hasattr(item, "callspec") else None
        if kind is not None and kind != brokers.preferred():
            item.add_marker(pytest.mark.long)
    items.sort(key=lambda item: _place(item.path))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what a worker process found to the process that reports."""
    worker: Any = session.config
    if session.config.stash[_IS_WORKER]:
        worker.workeroutput["tested_on"] = TESTED_ON.as_plain()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take in what a worker process found."""
    TESTED_ON.add(getattr(node, "workeroutput", {}).get("tested_on", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the session ran on."""
    terminalreporter.write_line(TESTED_ON.line())


_IS_WORKER = pytest.StashKey[bool]()
_LONGEST_FIRST = ("test_compose.py", "test_http_attacks.py", "journeys", "faults", "integration")
"""Files and folders; whatever else there is takes seconds."""


def _place(path: Path) -> int:
    names = (path.name, path.parent.name)
    return next((place for place, name in enumerate(_LONGEST_FIRST) if name in names), len(_LONGEST_FIRST))
