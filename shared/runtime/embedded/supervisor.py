"""Runs one program and ends it when whoever started this supervisor ends, even by SIGKILL; standard library only."""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys

STOP_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1


def run(*, stop_signal: int, user: int | None, command: list[str]) -> int:
    """Run `command` until it exits or standard input ends, and return its exit status."""
    child_gone, wakeup = os.pipe()
    os.set_blocking(wakeup, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup)
    child = subprocess.Popen(  # noqa: S603  the command is ours
        command,
        stdin=subprocess.DEVNULL,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        preexec_fn=lambda: _die_with_parent(stop_signal),  # noqa: PLW1509  this program has one thread
    )
    while child.poll() is None:
        readable, _, _ = select.select([sys.stdin.fileno(), child_gone], [], [])
        if child_gone in readable:
            os.read(child_gone, 512)
        if sys.stdin.fileno() in readable and not os.read(sys.stdin.fileno(), 512):
            child.send_signal(stop_signal)
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
    return child.returncode


def _die_with_parent(stop_signal: int) -> None:
    # Linux only: should the supervisor itself be killed, the kernel stops the program. Elsewhere the pipe has to do.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # only the end of standard input stops us
    sys.exit(abs(run(stop_signal=int(sys.argv[1]), user=int(sys.argv[2]) or None, command=sys.argv[3:])))
