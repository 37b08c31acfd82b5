"""Logs: each line is JSON with service and version, whoever tells it, on the standard error that is there."""

import io
import json
import logging
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
import uvicorn

from shared.runtime.logging import configure, get_logger, tell_as
from shared.runtime.version import VERSION

Told = Callable[[], list[dict[str, Any]]]
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def _configured_as_before() -> Iterator[None]:
    hook, levels = sys.excepthook, {name: logging.getLogger(name).level for name in ("aiokafka", "asyncpg.pool")}
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    logging.captureWarnings(capture=False)
    logging.basicConfig(force=True)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    sys.excepthook = hook


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Lend what returns the lines that were told since it was asked last."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_stream_that_was_closed_since_is_not_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, there = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", gone)
    configure("INFO")
    gone.close()
    monkeypatch.setattr(sys, "stderr", there)
    get_logger("test").info("still heard")
    assert "still heard" in there.getvalue()


def test_each_line_names_service_and_version(told: Told) -> None:
    configure("INFO", service="ingest")
    get_logger("test").info("started", port=8080)
    (line,) = told()
    assert (line["event"], line["level"], line["port"]) == ("started", "info", 8080)
    assert (line["service"], line["version"], line["module"]) == ("ingest", VERSION, "test")


@pytest.mark.parametrize("name", ["asyncio", "asyncpg", "sqlalchemy.pool", "faststream", "uvicorn.error"])
def test_what_a_library_tells_is_written_as_we_write_with_its_traceback_in_the_line(name: str, told: Told) -> None:
    uvicorn.Config("nothing:here", log_config=None)  # as ours is made; its own would have handlers of its own
    configure("INFO", service="notify")
    logging.getLogger(name).error("it %s", "failed", exc_info=ConnectionResetError("gone"))
    (line,) = told()
    assert (line["event"], line["level"], line["module"]) == ("it failed", "error", name)
    assert (line["service"], line["version"]) == ("notify", VERSION)
    assert "ConnectionResetError: gone" in line["exception"]


def test_a_warning_of_python_is_a_line_of_json(told: Told) -> None:
    configure("INFO")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("of old", DeprecationWarning, stacklevel=1)
    (line,) = told()
    assert "of old" in line["event"]


def test_what_nobody_caught_is_a_line_of_json(told: Told) -> None:
    configure("INFO", service="scoring")
    sys.excepthook(KeyError, KeyError("a bug"), None)
    (line,) = told()
    assert (line["level"], line["service"]) == ("critical", "scoring")
    assert "KeyError: 'a bug'" in line["exception"]


def test_what_one_of_several_services_runs_tells_its_name(told: Told) -> None:
    configure("INFO")
    tell_as("scoring")
    get_logger("test").info("closed")
    logging.getLogger("asyncpg").error("gone")
    assert [line["service"] for line in told()] == ["scoring", "scoring"]


@pytest.mark.parametrize("name", ["aiokafka.conn", "asyncpg.pool"])
def test_every_reconnect_is_told_only_to_who_asks_for_all(name: str, told: Told) -> None:
    configure("INFO")
    logging.getLogger(name).error("Unable to connect")
    assert told() == []
    configure("DEBUG")
    logging.getLogger(name).error("Unable to connect")
    assert [line["event"] for line in told()] == ["Unable to connect"]


def test_the_version_is_that_of_the_project() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
