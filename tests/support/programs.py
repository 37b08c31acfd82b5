"""Our programs as processes of their own, forked from one that has imported them: that spares each start a second.

Everything else is as with `python -m`: a process with its own environment, output, signals and exit status.
"""

import asyncio
import importlib
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

from tests.support.waiting import PATIENCE_SECONDS

ROOT: Final = Path(__file__).resolve().parents[2]
_LOOK_SECONDS: Final = 0.02
_IMPORTED: Final = ("services.ingest", "services.scoring", "services.notify", "services")


class Program:
    """`python -m <module> <arguments>`, started."""

    def __init__(
        self, module: str, *arguments: str, environment: Mapping[str, str], out: Path, error: Path | None = None
    ) -> None:
        """Start the program; what it writes is added to these files, errors to the first where there is one only."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([f"{each}.__main__" for each in _IMPORTED])
        work = (module, arguments, dict(environment), str(out), str(error or out))
        self._process: ForkServerProcess = context.Process(target=_run, args=work, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """Return the id of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit status, or None while the program runs; below 0 the number of the signal that ended it."""
        return self._process.exitcode

    async def ended(self, *, within_seconds: float = PATIENCE_SECONDS) -> int:
        """Wait until the program has ended and return its exit status.

        Raises:
            TimeoutError: it runs on.
        """
        # Not in a thread: multiprocessing looks at all children whenever it starts one, and reads a status once.
        async with asyncio.timeout(within_seconds):
            while (status := self.poll()) is None:  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_SECONDS)
        return status

    def send_signal(self, number: int) -> None:
        """Send the program a signal; nothing where it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def _run(module: str, arguments: Sequence[str], environment: Mapping[str, str], out: str, error: str) -> None:
    for path, number in ((out, 1), (error, 2)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    is_package = hasattr(importlib.import_module(module), "__path__")
    sys.modules.pop(f"{module}.__main__" if is_package else module, None)  # to be run, and not taken as imported
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
