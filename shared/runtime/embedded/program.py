"""A program that this process starts, waits for and stops, and that never outlives it."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from shared.runtime.embedded import supervisor
from shared.runtime.errors import StartFailure

_LOOK_SECONDS: Final = 0.02


class Program:
    """One supervised program with its log file."""

    def __init__(
        self, *, name: str, command: Sequence[str], log: Path, user: int | None = None, stop: int = signal.SIGTERM
    ) -> None:
        self._name = name
        self._command = list(command)
        self._log = log
        self._user = user
        self._stop = stop
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, *, is_ready: Callable[[], Awaitable[bool]], within_seconds: float) -> None:
        """Start the program and wait until `is_ready`.

        Raises:
            StartFailure: it ended or was not ready in time; the sentence quotes the end of its log.
        """
        with self._log.open("ab") as log:
            # A session of its own, so that Ctrl-C at the terminal reaches us alone and we stop in the right order.
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603  returns at once; the command is ours
                [
                    sys.executable,
                    "-I",
                    "-S",
                    supervisor.__file__,
                    str(int(self._stop)),
                    str(self._user or 0),
                    *self._command,
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(within_seconds):
                while not await is_ready():
                    self._check_it_lives()
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            await self.stop()
            raise StartFailure(f"{self._name} was not ready in {within_seconds:.0f} s: {self._last_words()}") from None
        except BaseException:
            await self.stop()
            raise

    @property
    def is_running(self) -> bool:
        """Return whether the program was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    async def stop(self) -> None:
        """Stop the program and wait until it has ended; nothing where it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        await asyncio.to_thread(process.wait)  # the supervisor itself kills what does not stop in time

    def _check_it_lives(self) -> None:
        if not self.is_running:
            raise StartFailure(f"{self._name} ended at its start: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        telling = [line for line in lines if "FATAL" in line or "ERROR" in line or "rror:" in line] or lines
        return f"{telling[-1].strip() if telling else 'it said nothing'} (log: {self._log})"
