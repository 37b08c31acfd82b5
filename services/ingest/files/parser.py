"""Reads and marks files in child processes, a few at a time, so that no file takes the service's memory or time."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final

from services.ingest.files import faults
from services.ingest.files.child import TOO_COMPLEX
from services.ingest.files.model import Reading
from services.ingest.files.sheets import damaged
from shared.runtime.logging import get_logger
from shared.wording.faults import Fault

_log = get_logger(__name__)
_CHILD: Final = "services.ingest.files.child"
_ROOT: Final = Path(__file__).parents[3]
_AT_ONCE: Final = 2
_WAIT_SECONDS: Final = 30.0
_MOST_SECONDS: Final = 30.0
"""By the clock; a child has a third of it of a processor's time."""


class _Failed(Exception):
    """A child ended without an answer."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


class Parser:
    """Runs the children."""

    def __init__(self, *, most_seconds: float = _MOST_SECONDS) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._most_seconds = most_seconds

    async def read(self, file: BinaryIO) -> Reading:
        """Return what a file holds; where that cannot be read, the only fault says why.

        Raises:
            TimeoutError: too many files wait.
        """
        try:
            told = await self._run(file)
        except _Failed as failed:
            return Reading(faults=[failed.fault])
        return Reading.of(json.loads(told, parse_float=Decimal, parse_int=Decimal))

    async def mark(self, file: BinaryIO, found: Sequence[Fault]) -> bytes | None:
        """Return the file as a workbook with its faulty cells marked, None where it cannot be read.

        Raises:
            TimeoutError: too many files wait.
        """
        with tempfile.TemporaryFile() as given:
            given.write(json.dumps([asdict(each) for each in found]).encode())
            given.seek(0)
            try:
                return await self._run(file, str(given.fileno()), kept=(given.fileno(),))
            except _Failed:
                return None

    async def _run(self, file: BinaryIO, *arguments: str, kept: tuple[int, ...] = ()) -> bytes:
        async with asyncio.timeout(_WAIT_SECONDS):
            await self._places.acquire()
        try:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                _CHILD,
                *arguments,
                stdin=file,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                pass_fds=kept,
                cwd=_ROOT,
                env={"PYTHONUTF8": "1", "TMPDIR": tempfile.gettempdir()},  # and none of our secrets
            )
            try:
                async with asyncio.timeout(self._most_seconds):
                    told, complaint = await child.communicate()
            except TimeoutError:
                raise _Failed(faults.TOO_COMPLEX()) from None
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        finally:
            self._places.release()
        if child.returncode == 0:
            return told
        if child.returncode == TOO_COMPLEX or (child.returncode or 0) < 0:  # ended by itself, or by a signal
            raise _Failed(faults.TOO_COMPLEX())
        _log.warning("a file cannot be read", why=complaint[-500:].decode(errors="replace"))
        raise _Failed(damaged())
