"""Each run begins in an empty folder, whatever the last one left, and never beside another."""

from pathlib import Path

import pytest

from shared.runtime.errors import StartFailure
from tools.demo.folder import fresh_folder


def test_what_the_last_run_left_is_gone(tmp_path: Path) -> None:
    with fresh_folder(tmp_path) as system:
        system.mkdir()
        (system / "old").touch()
        (tmp_path / "summary.json").touch()
        (tmp_path / "progress.jsonl").touch()
    with fresh_folder(tmp_path) as system:
        assert not system.exists()
        assert not (tmp_path / "summary.json").exists()
        assert not (tmp_path / "progress.jsonl").exists()


def test_a_second_run_beside_the_first_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    with fresh_folder(tmp_path) as system:
        system.mkdir()
        with pytest.raises(StartFailure, match="another demonstration runs"), fresh_folder(tmp_path):
            pass
        assert system.exists()


def test_a_server_that_a_killed_run_left_is_not_waited_for_once_it_is_gone(tmp_path: Path) -> None:
    cluster = tmp_path / "system" / "postgres" / "cluster"
    cluster.mkdir(parents=True)
    (cluster / "postmaster.pid").write_text("999999999\n")
    with fresh_folder(tmp_path) as system:
        assert not system.exists()
