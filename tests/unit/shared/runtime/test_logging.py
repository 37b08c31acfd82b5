"""Logs reach the standard error that is there when they are written."""

import io
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from shared.runtime.logging import configure, get_logger


@pytest.fixture(autouse=True)
def _configured_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logging.basicConfig(force=True)


def test_a_stream_that_was_closed_since_is_not_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, there = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", gone)
    configure("INFO")
    gone.close()
    monkeypatch.setattr(sys, "stderr", there)
    get_logger("test").info("still heard")
    assert "still heard" in there.getvalue()
