"""What a machine can test on: skips with a reason what is absent, and fails where that part is required."""

import os
from collections.abc import Mapping
from typing import Final, NoReturn

import pytest

_KNOWN: Final = {
    "kafka": "a real Kafka, named by KAFKA_BOOTSTRAP_SERVERS",
    "containers": "a Docker engine with the images",
    "libreoffice": "LibreOffice Calc, as soffice on the PATH",
}


class TestedOn:
    """What this session found and used, for the line at its end."""

    __test__ = False

    def __init__(self) -> None:
        self.used: dict[str, list[str]] = {"kafka": [], "database": [], "mail": []}
        self.skipped: list[str] = []

    def note(self, part: str, where: str) -> None:
        """Remember that `part` was tested on `where`."""
        if where not in self.used.setdefault(part, []):
            self.used[part].append(where)

    def note_skip(self, reason: str) -> None:
        """Remember why something was skipped."""
        if reason not in self.skipped:
            self.skipped.append(reason)

    def add(self, other: Mapping[str, object]) -> None:
        """Take in what a worker process found."""
        for name, found in other.items():
            for each in found if isinstance(found, list) else []:
                if name == "skipped":
                    self.note_skip(each)
                else:
                    self.note(name, each)

    def as_plain(self) -> dict[str, object]:
        """Return this as a worker process sends it."""
        return {**self.used, "skipped": self.skipped}

    def line(self) -> str:
        """Return the line for the end of the session."""
        used = "; ".join(f"{part}={', '.join(found) or 'not needed'}" for part, found in self.used.items())
        return f"tested on: {used}; skipped: {'; '.join(self.skipped) or 'nothing'}"


TESTED_ON: Final = TestedOn()


def required() -> set[str]:
    """Return the parts that TIENDO_REQUIRE names.

    Raises:
        pytest.UsageError: it names a part that there is not.
    """
    named = {part.strip() for part in os.environ.get("TIENDO_REQUIRE", "").split(",")} - {""}
    if unknown := named - _KNOWN.keys():
        known = "; ".join(f"{part}: {what}" for part, what in _KNOWN.items())
        raise pytest.UsageError(f"TIENDO_REQUIRE names {', '.join(sorted(unknown))}; known are {known}")
    return named


def skip_or_fail(part: str, reason: str) -> NoReturn:
    """Skip the test because `part` is absent, or fail it where TIENDO_REQUIRE names the part."""
    if part in required():
        pytest.fail(f"TIENDO_REQUIRE names {part}, but {reason}", pytrace=False)
    TESTED_ON.note_skip(f"{part}: {reason}")
    pytest.skip(reason)
