"""The demonstration's own folder: fresh for each run, and one run at a time."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shared.runtime.errors import StartFailure

SUMMARY: Final = "summary.json"
SUBMISSION: Final = "submission.json"  # one that is accepted, to be changed and sent
DUMP: Final = "progress.jsonl"  # the topic `progress` as it was at the end, one event a line
_PATIENCE_SECONDS: Final = 15.0


@contextmanager
def fresh_folder(directory: Path) -> Iterator[Path]:
    """Lend an empty folder for the system's data within `directory`, after removing what the last run left there.

    Raises:
        StartFailure: another demonstration runs there, or the folder cannot be written.
    """
    system = directory / "system"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with (directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel lets go of it when we are killed
            except BlockingIOError:
                raise StartFailure(f"another demonstration runs in {directory}; end it first") from None
            _wait_for_what_a_killed_run_left(system)
            shutil.rmtree(system, ignore_errors=True)
            for left in (SUMMARY, SUBMISSION, DUMP):
                (directory / left).unlink(missing_ok=True)
            yield system
    except PermissionError as error:
        raise StartFailure(f"cannot write to {error.filename}: {error.strerror}; remove {directory}") from None


def _wait_for_what_a_killed_run_left(system: Path) -> None:
    """Wait until PostgreSQL has ended; its supervisor ends it as soon as a killed run is gone."""
    until = time.monotonic() + _PATIENCE_SECONDS
    for pid_file in system.glob("postgres/cluster/postmaster.pid"):
        while time.monotonic() < until and _is_running(pid_file):
            time.sleep(0.05)


def _is_running(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text().split("\n", 1)[0]), 0)
    except (OSError, ValueError):
        return False
    return True
