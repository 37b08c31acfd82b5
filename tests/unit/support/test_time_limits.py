"""A test that hangs fails, with what it hung on, wherever it does so."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HANGING = """
import asyncio, threading, time
import pytest

async def wait_for_a_mail_that_never_comes():
    await asyncio.get_running_loop().create_future()

async def test_awaits():
    waiting = asyncio.create_task(wait_for_a_mail_that_never_comes(), name="mail")
    await waiting

def test_blocks():
    threading.Event().wait()

async def test_is_struck_amid_a_task():
    async def busy():
        while True:
            time.sleep(0.2)
            await asyncio.sleep(0)
    await asyncio.gather(busy(), busy(), asyncio.Event().wait())

@pytest.fixture
def never_torn_down():
    yield
    threading.Event().wait()

def test_fails_and_is_never_torn_down(never_torn_down):
    assert False, "a failure"

@pytest.fixture(scope="session")
async def broker():
    yield
    await asyncio.Event().wait()

def test_is_well(broker):
    pass
"""
ENDLESS = """
import threading

def test_leaves_a_thread():
    threading.Thread(target=threading.Event().wait, name="left behind").start()
"""
DEAF = """
import asyncio

async def test_hears_nothing():
    while True:
        try:
            await asyncio.sleep(60)
        except BaseException:
            pass
"""


def run(folder: Path, tests: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run tests with a limit of one second each."""
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.support.time_limits"]')
    (folder / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\ntimeout = '1'\ntimeout_grace = '8'\n"
        "asyncio_default_fixture_loop_scope = 'session'\nasyncio_default_test_loop_scope = 'session'\n"
    )
    (folder / "test_it.py").write_text(tests)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--rootdir={folder}", str(folder), *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_each_that_hangs_fails_with_what_it_hung_on_and_the_next_one_runs(tmp_path: Path) -> None:
    ran = run(tmp_path, HANGING, "-n", "1", "-o", "timeout_grace=60")
    assert "4 failed, 1 passed, 2 errors" in ran.stdout, ran.stdout + ran.stderr
    for hung_on in (
        "--- task mail",
        "in wait_for_a_mail_that_never_comes",
        "in never_torn_down",
        "in broker",
        "in busy",
    ):
        assert hung_on in ran.stdout
    assert "after 1 s test_it.py::test_blocks is not over" in ran.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("tests", "hung_on"), [(DEAF, "test_hears_nothing"), (ENDLESS, "threading.py")], ids=["deaf", "endless"]
)
def test_a_process_that_nothing_stops_ends_and_says_where_it_stood(tmp_path: Path, tests: str, hung_on: str) -> None:
    ran = run(tmp_path, tests, "-o", "timeout=4")  # so that it stands in the test, and not in what starts its loop
    assert ran.returncode == 1
    assert "Timeout (0:00:" in ran.stderr
    assert hung_on in ran.stderr
