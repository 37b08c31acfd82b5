"""`make clean` asks what runs in var/ to end, and removes nothing under a system that stays."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.clean import clean

SYSTEM = """
import fcntl, signal, sys, time
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
# Not left as it is found: who was started in the background of a shell ignores SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler if sys.argv[2] == "polite" else signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN if sys.argv[2] == "deaf" else signal.SIG_DFL)
print("runs", flush=True)
time.sleep(60)
"""


@pytest.fixture
def var(tmp_path: Path) -> Path:
    (tmp_path / "var" / "demo").mkdir(parents=True)
    return tmp_path / "var"


@pytest.fixture
def system(var: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    order = [sys.executable, "-c", SYSTEM, str(var / "demo" / "lock"), request.param]
    with subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


@pytest.mark.parametrize("system", ["polite"], indirect=True)
def test_a_running_system_is_asked_to_end_as_by_ctrl_c(var: Path, system: subprocess.Popen[bytes]) -> None:
    assert clean(var) == []
    assert not var.exists()
    assert system.wait(10) in {1, 130, -signal.SIGINT}


@pytest.mark.parametrize("system", ["background"], indirect=True)
def test_a_system_of_a_scripts_background_is_asked_by_sigterm_and_that_is_said(
    var: Path, system: subprocess.Popen[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    assert clean(var, heed_seconds=0.3) == []
    assert not var.exists()
    assert system.wait(10) == -signal.SIGTERM
    assert f"{var / 'demo'} did not heed Ctrl-C" in capsys.readouterr().out


@pytest.mark.parametrize("system", ["deaf"], indirect=True)
def test_a_system_that_stays_keeps_its_folder(var: Path, system: subprocess.Popen[bytes]) -> None:
    assert clean(var, within_seconds=0.3, heed_seconds=0.3) == [var / "demo"]
    assert (var / "demo" / "lock").exists()
    assert system.poll() is None


def test_what_a_dead_system_left_is_removed(var: Path) -> None:
    (var / "demo" / "lock").touch()
    assert clean(var) == []
    assert not var.exists()


def test_where_there_is_nothing_nothing_happens(tmp_path: Path) -> None:
    assert clean(tmp_path / "var") == []
