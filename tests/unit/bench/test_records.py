"""A row says who is ahead in one number, and a record is read as it was written."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.records import Circumstances, Record, less_is_better, more_is_better, read, write

RECORD = Record(
    circumstances=Circumstances(
        benchmark="ingest", measured_at=datetime(2026, 11, 23, 9, tzinfo=UTC), facts={"Machine": "2 cores"}
    ),
    rows=[
        more_is_better("accept vs fastapi-aiokafka", ours=2000, peer=1000, unit="submissions/s"),
        less_is_better("answer, 99 of 100 within", ours=50, peer=100, unit="ms"),
    ],
)


def test_a_higher_rate_and_a_lower_cost_are_both_ahead() -> None:
    assert [row.ratio for row in RECORD.rows] == [2.0, 2.0]
    assert more_is_better("x", ours=1, peer=2, unit="1/s").ratio == 0.5
    assert less_is_better("x", ours=2, peer=1, unit="ms").ratio == 0.5


def test_the_rows_are_a_plain_list_for_other_programs(tmp_path: Path) -> None:
    rows = json.loads(write(RECORD, folder=tmp_path).read_text())
    assert rows[0] == {
        "name": "accept vs fastapi-aiokafka",
        "ours": 2000.0,
        "peer": 1000.0,
        "ratio": 2.0,
        "unit": "submissions/s",
    }
    assert (tmp_path / "ingest.json").exists()


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    write(RECORD, folder=tmp_path)
    assert read("ingest", folder=tmp_path) == RECORD


def test_a_benchmark_that_has_not_run_has_no_record(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read("ingest", folder=tmp_path)
