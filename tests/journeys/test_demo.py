"""The demonstration plays a plan's year by HTTP to the mails and accounts for everything."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.runtime.embedded.mail_index import MailIndex
from tests.support.recomputing import recomputed
from tests.support.requirements import TESTED_ON

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Played:
    """A demonstration that was played to its end."""

    status: int
    said: str
    complained: str
    folder: Path

    @property
    def summary(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return found


def demo(folder: Path, *arguments: str, **environment: str) -> Played:
    run = subprocess.run(
        [sys.executable, "-m", "tools.demo", "--folder", str(folder), *arguments],
        cwd=PROJECT,
        env={**os.environ, "DEMO_EXIT": "1", "PORT": "0", "COLUMNS": "120", "LAG_SETTLING_HOURS": "4", **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Played(run.returncode, run.stdout, run.stderr, folder)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    TESTED_ON.note("kafka", "embedded")
    TESTED_ON.note("database", "embedded")
    TESTED_ON.note("mail", "built-in catcher")
    return demo(tmp_path_factory.mktemp("demo"))


def test_a_whole_year_is_played_to_its_end(played: Played) -> None:
    assert (played.status, played.complained) == (0, "")
    assert list(played.summary["standings"]) == [f"2014-{month:02}" for month in range(1, 13)]


def test_every_standing_of_the_year_is_recomputed_from_its_event_alone(played: Played) -> None:
    counts = recomputed(played.folder / "progress.jsonl")
    assert counts.pop("events") == played.summary["progress_events"] > 2000
    assert set(counts) == {"to-target", "yes-no", "no-target"}
    assert sum(counts.values()) > 8000


def test_everything_is_accounted_for_and_nobody_is_told_twice(played: Played) -> None:
    summary = played.summary
    assert summary["agencies"] >= 150
    assert summary["submissions_accepted"] > 2000
    assert (summary["unaccounted"], summary["duplicate_mails"], summary["surprises"]) == (0, 0, 0)
    assert summary["progress_events"] >= summary["agencies"] * 12


def test_bad_submissions_are_refused_each_for_its_reason(played: Played) -> None:
    assert played.summary["submissions_refused"] == sum(played.summary["refused_for"].values()) > 10
    assert len(played.summary["refused_for"]) > 5


def test_the_mails_counted_are_those_in_the_mailbox(played: Played) -> None:
    mailbox = MailIndex(played.folder / "system" / "mail")
    assert len(mailbox.find()) == played.summary["mails"]
    assert dict(mailbox.kinds()) == played.summary["mails_by_kind"]
    assert {"lag", "overdue", "recovered", "digest"} <= set(played.summary["mails_by_kind"])


def test_the_summary_and_every_mail_say_that_the_figures_are_made_up(played: Played) -> None:
    assert played.summary["is_synthetic"] is True
    mailbox = MailIndex(played.folder / "system" / "mail")
    for mail in mailbox.find():
        opened = mailbox.open(mail.id)
        assert opened is not None
        text = opened[1].get_body(("plain",))
        assert text is not None
        assert any(word in text.get_content() for word in ("SỐ LIỆU MÔ PHỎNG", "SIMULATED FIGURES")), mail.subject


def test_without_a_terminal_the_output_is_plain_lines(played: Played) -> None:
    assert "\x1b" not in played.said
    assert "\r" not in played.said
    assert "02/2014  " in played.said
    assert "synthetic" in played.said


def test_a_run_that_stays_says_how_its_figures_are_read(tmp_path: Path) -> None:
    arguments = ["--folder", str(tmp_path / "demo"), "--months", "1"]
    with subprocess.Popen(
        [sys.executable, "-m", "tools.demo", *arguments],
        cwd=PROJECT,
        env={**os.environ, "DEMO_EXIT": "", "PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        try:
            assert run.stdout is not None
            command = next(line for line in run.stdout if line.startswith("curl "))
            [found] = json.loads(
                subprocess.run(["sh", "-c", command], capture_output=True, timeout=30, check=True).stdout
            )
        finally:
            run.send_signal(signal.SIGINT)
        assert run.wait(timeout=60) == 0
    assert (found["id"], found["period"], found["is_closed"]) == ("province", "2014-01", True)
    assert sum(found["agencies"].values()) == 175


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = demo(tmp_path / "demo", "--months", "1", PORT=str(taken.getsockname()[1]))
    assert refused.status == 1
    assert len(refused.complained.splitlines()) == 1
    assert "is in use" in refused.complained
