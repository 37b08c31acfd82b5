"""Reads or marks a file in a process of its own, with little memory and time: `python -m services.ingest.files.child`.

The file is the standard input. What it holds, as JSON, or the marked workbook is the standard output; where file
descriptor 3 is given as an argument, the faults to mark are read from it.
"""

import json
import os
import resource
import sys
from dataclasses import fields
from typing import Any, BinaryIO, Final

from services.ingest.files.marking import marked
from services.ingest.files.model import Reading
from services.ingest.files.rules import read_tables
from services.ingest.files.sheets import UnreadableFile, sheets_of

TOO_COMPLEX: Final = 3
"""The exit status where memory ended; a processor's time ends by a signal."""

_MOST_MEMORY_BYTES: Final = 320 * 1024 * 1024
"""Of address space, half of which the interpreter takes: 20,000 rows take 200 MiB, a million blank ones 280."""
_MOST_MARKING_BYTES: Final = 448 * 1024 * 1024
"""To mark a workbook takes all of it at once: 20,000 rows, each with a comment, take 370 MiB."""
_MOST_CPU_SECONDS: Final = 10
_MOST_WRITTEN_BYTES: Final = 128 * 1024 * 1024
MOST_TOLD_BYTES: Final = 24 * 1024 * 1024
"""Of what is told to the service, which holds it in memory; 20,000 rows have 6 MiB."""


def main() -> int:
    """Do what was asked; return the exit status."""
    is_marking = len(sys.argv) > 1
    for limited, most in (
        (resource.RLIMIT_AS, _MOST_MARKING_BYTES if is_marking else _MOST_MEMORY_BYTES),
        (resource.RLIMIT_CPU, _MOST_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, _MOST_WRITTEN_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limited, (most, most))
    file = sys.stdin.buffer.raw if hasattr(sys.stdin.buffer, "raw") else sys.stdin.buffer
    file.seek(0)
    try:
        told = _marked(file, int(sys.argv[1])) if is_marking else told_of(file)
    except MemoryError:
        return TOO_COMPLEX
    if len(told) > MOST_TOLD_BYTES:
        return TOO_COMPLEX
    sys.stdout.buffer.write(told)
    return 0


def told_of(file: BinaryIO) -> bytes:
    """Return what a file holds, as JSON."""
    try:
        reading = read_tables(sheets_of(file))
    except UnreadableFile as unreadable:
        reading = Reading(faults=[unreadable.fault])
    return json.dumps(reading, default=_fields, ensure_ascii=False).encode("utf-8", "replace")


def _fields(each: Any) -> dict[str, Any]:
    """Return a dataclass's fields, and what they hold as it is: `asdict` copies all of it, for half a second."""
    return {field.name: getattr(each, field.name) for field in fields(each)}


def _marked(file: BinaryIO, descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as given:
        return marked(file, faults=json.load(given))


if __name__ == "__main__":
    sys.exit(main())
