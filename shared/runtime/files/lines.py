"""Reads a text file: UTF-8, with or without a byte order mark; every invisible character is reported."""

import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from shared.runtime.files.fields import Findings
from shared.runtime.text import UnfitText, check_marks

_LARGEST_BYTES: Final = 2 * 1024 * 1024  # a plan is a few kilobytes, a registry of a whole province some tens
_UNREADABLE: Final = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_UTF8: Final = "text in UTF-8"

Report = Callable[..., None]
"""Adds a fault to the findings, of a file and perhaps a line that are given already."""


def read_lines(findings: Findings, path: Path) -> list[str] | None:
    """Return the lines of a file in NFC, or None where it cannot be read at all; faults go to `findings`."""
    report = partial(findings.add, file=str(path))
    content = _read_bytes(report, path)
    if content is None:
        return None
    body = content.decode("utf-8-sig", errors="surrogateescape")
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [_clean(partial(report, line=number), line) for number, line in enumerate(lines, start=1)]


def _read_bytes(report: Report, path: Path) -> bytes | None:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            report(line=0, code="too-large", message="is larger than 2 MiB", accepted="at most 2 MiB")
            return None
        content = path.read_bytes()
    except FileNotFoundError:
        report(line=0, code="missing-file", message="does not exist", accepted="a file of this name")
        return None
    except (OSError, ValueError) as error:  # a folder of that name, no permission, an impossible name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        report(line=0, code="unreadable", message=f"cannot be read: {reason}", accepted="a readable file")
        return None
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        message = "holds NUL bytes, as UTF-16 or a spreadsheet does"
        report(line=line, code="not-utf-8", message=message, accepted=_UTF8)
        return None
    return content


def _clean(report: Report, line: str) -> str:
    """Return the line in NFC with blanks for unreadable characters, so that its other faults are found too."""
    try:
        check_marks(line)
    except UnfitText as found:
        report(code=found.code, message=f"cannot be taken: {found}", accepted="printable text")
        line = "".join(sign for sign in line if unicodedata.category(sign)[0] != "M")  # the rest is still read
    line = unicodedata.normalize("NFC", line)
    bad = [sign for sign in line if sign != "\t" and unicodedata.category(sign) in _UNREADABLE]
    if not bad:
        return line
    if any(unicodedata.category(sign) == "Cs" for sign in bad):
        report(code="not-utf-8", message="holds bytes that are not UTF-8", accepted=_UTF8)
    else:
        message = f"holds U+{ord(bad[0]):04X}, which cannot be seen"
        report(code="control-character", message=message, accepted="printable text")
    return "".join(" " if sign in bad else sign for sign in line)
