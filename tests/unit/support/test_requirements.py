"""Skips are told, and become failures where the part is required."""

import pytest

from tests.support.requirements import TestedOn, required, skip_or_fail


def test_an_absent_part_that_is_required_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIENDO_REQUIRE", "kafka, containers")
    with pytest.raises(pytest.fail.Exception, match="kafka, but it is not there"):
        skip_or_fail("kafka", "it is not there")


def test_a_part_nobody_knows_cannot_be_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIENDO_REQUIRE", "kafak")
    with pytest.raises(pytest.UsageError, match="kafak"):
        required()


def test_the_line_at_the_end_says_what_was_used_and_what_was_skipped_once() -> None:
    found = TestedOn()
    found.note("kafka", "embedded Tansu")
    found.add({"kafka": ["embedded Tansu"], "database": ["external PostgreSQL"], "skipped": ["containers: no engine"]})
    found.note_skip("containers: no engine")
    assert found.line() == (
        "tested on: kafka=embedded Tansu; database=external PostgreSQL; mail=not needed; skipped: containers: no engine"
    )
