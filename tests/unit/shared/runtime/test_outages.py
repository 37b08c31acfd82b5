"""An outage is told once when it begins and once when it is over."""

import time

import pytest
from structlog.testing import capture_logs

from shared.runtime.outages import Outage, described


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_it_is_told_once_and_once_that_it_is_over(clock: list[float]) -> None:
    outage = Outage("Kafka away", back="Kafka back", patience_seconds=2, at="broker:9092")
    with capture_logs() as told:
        for clock[0] in (100, 101, 102, 130, 135):
            outage.note(ConnectionError("refused"))
        assert outage.fault() == "Kafka away for 35 s: ConnectionError: refused"
        outage.end()
        outage.end()
    assert [(line["event"], line["log_level"], line["at"]) for line in told] == [
        ("Kafka away", "warning", "broker:9092"),
        ("Kafka back", "warning", "broker:9092"),
    ]
    assert told[1]["after_seconds"] == 35
    assert outage.fault() is None


def test_what_passes_within_its_patience_is_not_told(clock: list[float]) -> None:
    outage = Outage("group waits", back="group goes on", patience_seconds=2)
    with capture_logs() as told:
        outage.note("deadlock")
        clock[0] += 1.9
        outage.note("deadlock")
        assert outage.fault() is None
        outage.end()
        clock[0] += 10
        outage.note("another")
    assert told == []


def test_the_next_is_told_again(clock: list[float]) -> None:
    outage = Outage("topics missing", back="topics there", patience_seconds=0)
    with capture_logs() as told:
        for _ in range(2):
            outage.note("keys")
            clock[0] += 5
            outage.end()
    assert [line["event"] for line in told] == ["topics missing", "topics there"] * 2


def test_an_error_is_described_in_one_line() -> None:
    assert described(TimeoutError()) == "TimeoutError"
    assert described(OSError("Multiple exceptions:\n  [Errno 111]")) == "OSError: Multiple exceptions: [Errno 111]"
