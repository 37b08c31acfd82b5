"""The page about performance says what its record says."""

from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS
from bench.parts import ROOT
from bench.report import PAGE, RECORD, RECORDS, demand_current, page, publish
from bench.stories import STORIES
from shared.runtime.errors import StartFailure
from tests.unit.bench.test_records import RECORD as EXAMPLE


def test_the_page_is_current() -> None:
    demand_current(ROOT / "docs")


def test_the_record_begins_with_the_comparison_that_is_promised() -> None:
    records = RECORDS.validate_json((ROOT / "docs" / RECORD).read_bytes())
    rows = {record.circumstances.benchmark: record.rows for record in records}
    assert rows["ingest"][0].name == "accept vs fastapi-aiokafka"
    assert rows["ingest"][0].unit == "submissions/s"


def test_a_page_edited_by_hand_is_found(tmp_path: Path) -> None:
    publish([EXAMPLE], folder=tmp_path)
    demand_current(tmp_path)
    (tmp_path / PAGE).write_text((tmp_path / PAGE).read_text().replace("2.00×", "3.00×"))
    with pytest.raises(StartFailure, match=r"run `python -m bench report`"):
        demand_current(tmp_path)


def test_every_row_and_circumstance_is_on_the_page() -> None:
    text = page([EXAMPLE])
    assert "| accept vs fastapi-aiokafka | 2,000 | 1,000 | 2.00× | submissions/s |" in text
    assert "| answer, 99 of 100 within | 50.0 | 100 | 2.00× | ms |" in text
    assert "| Measured | 23/11/2026 |" in text
    assert "| Machine | 2 cores |" in text


def test_every_benchmark_has_its_story() -> None:
    assert set(STORIES) == set(BENCHMARKS)
