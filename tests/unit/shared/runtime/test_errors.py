"""What a person can mend is one line on standard error; what is our mistake keeps its trace."""

import subprocess
import sys

import pytest

from shared.runtime.errors import StartFailure, one_clear_line
from tests.support.waiting import PATIENCE_SECONDS


def test_a_failure_to_start_is_one_line_and_a_bad_exit(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, one_clear_line():
        raise StartFailure("port 8080 is in use; set PORT to a free one")
    assert ended.value.code == 1
    assert capsys.readouterr().err == "tiendo: port 8080 is in use; set PORT to a free one\n"


def test_a_mistake_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), one_clear_line():
        _ = 1 / 0


def test_nothing_is_said_where_nothing_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with one_clear_line():
        pass
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("module", ["services.ingest", "migrations"])
def test_a_program_without_its_variables_says_so_in_one_line(module: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", module, *(["upgrade"] if module == "migrations" else [])],
        env={"PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ended.returncode != 0
    assert ended.stderr.startswith("tiendo: ")
    assert "DATABASE_URL" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr
