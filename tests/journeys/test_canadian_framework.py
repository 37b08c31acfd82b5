"""The Canadian Indicator Framework goes through the whole system and comes out as Statistics Canada publishes it."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.recomputing import recomputed
from tests.support.requirements import TESTED_ON

PROJECT = Path(__file__).resolve().parents[2]
PLAN = "canadian-indicator-framework"


@pytest.mark.long
def test_every_published_status_and_score_comes_back_out_of_the_progress_events(tmp_path: Path) -> None:
    for part, on in (("kafka", "embedded"), ("database", "embedded"), ("mail", "built-in catcher")):
        TESTED_ON.note(part, on)
    run = subprocess.run(
        [sys.executable, "-m", "tools.demo", "--folder", str(tmp_path)],
        cwd=PROJECT,
        env={**os.environ, "DEMO_EXIT": "1", "PORT": "0", "COLUMNS": "120", "PLAN": PLAN},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    summary = json.loads((tmp_path / "summary.json").read_text())
    with (PROJECT / "plans" / PLAN / "source.csv").open(encoding="utf-8", newline="") as file:
        published = {row["series"]: row for row in csv.DictReader(file)}
    assert summary["statuses"] == {series: row["status"] for series, row in published.items()}
    assert summary["scores"] == {
        series: pytest.approx(float(row["score"]), abs=1e-9) if row["score"] else None
        for series, row in published.items()
    }
    assert summary["ratios"] == {
        series: pytest.approx(float(row["progress_value"]), abs=1e-9) if row["progress_value"] else None
        for series, row in published.items()
    }
    counts = recomputed(tmp_path / "progress.jsonl")
    assert counts == {"events": summary["progress_events"], "pace": 41 * summary["progress_events"]}
    assert (summary["unaccounted"], summary["duplicate_mails"], summary["surprises"]) == (0, 0, 0)
