"""`make clean`: removes var/ after ending what runs from it, each by its own orderly way."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.kafka import broker

VAR: Final = Path(__file__).resolve().parents[1] / "var"
END_SECONDS: Final = 20.0
HEED_SECONDS: Final = 5.0  # until a system that was asked as by Ctrl-C lets go, or does not listen to that


def clean(var: Path, *, within_seconds: float = END_SECONDS, heed_seconds: float = HEED_SECONDS) -> list[Path]:
    """Remove `var` unless systems in it do not end when asked to; return the folders of those."""
    broker.stop(var / "kafka")
    systems = [lock for lock in var.rglob("lock") if _is_held(lock)]
    staying = _asked_to_end(systems, signal.SIGINT, within_seconds=heed_seconds)  # as Ctrl-C in its terminal
    if staying:
        # What a script started in its background ignores SIGINT.
        names = ", ".join(str(lock.parent) for lock in staying)
        print(f"clean: {names} did not heed Ctrl-C within {heed_seconds:.0f} s; asking by SIGTERM")
        staying = _asked_to_end(staying, signal.SIGTERM, within_seconds=within_seconds)
    if not staying:
        shutil.rmtree(var, ignore_errors=True)
    return [lock.parent for lock in staying]


def _asked_to_end(systems: Sequence[Path], by: signal.Signals, *, within_seconds: float) -> list[Path]:
    """Ask the holders of these locks to end, each stopping its own database and broker; return the locks still held."""
    for lock in systems:
        for process in _holders(lock):
            os.kill(process, by)
    give_up_at = time.monotonic() + within_seconds
    while (held := [lock for lock in systems if _is_held(lock)]) and time.monotonic() < give_up_at:
        time.sleep(0.1)  # the end of somebody else's process; nobody tells us
    return held


def _is_held(lock: Path) -> bool:
    """Return whether a living process holds this lock; the kernel lets go of a dead one's."""
    try:
        with lock.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _holders(lock: Path) -> list[int]:
    if not Path("/proc/self/fd").exists():
        listed = subprocess.run(["lsof", "-t", str(lock)], capture_output=True, text=True, check=False)
        return [int(process) for process in listed.stdout.split()]
    return [int(path.parts[2]) for path in Path("/proc").glob("[0-9]*/fd/*") if _leads_to(path, lock)]


def _leads_to(descriptor: Path, file: Path) -> bool:
    try:
        return descriptor.readlink() == file
    except OSError:  # gone meanwhile, or another user's
        return False


if __name__ == "__main__":
    still_there = clean(VAR)
    for folder in still_there:
        print(f"clean: the system in {folder} does not end; end it first, nothing was removed", file=sys.stderr)
    sys.exit(bool(still_there))
