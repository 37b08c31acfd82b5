"""An outage: told in the log once when it begins and once when it is over, and by readiness meanwhile."""

import time
from collections.abc import Iterable
from typing import Any, Final

from shared.runtime.logging import get_logger

_log = get_logger(__name__)
_MOST_NAMED: Final = 6


class Outage:
    """Something that may be away, or a loop that may wait for it; what passes within its patience is not told."""

    def __init__(self, gone: str, *, back: str, patience_seconds: float = 2.0, **about: Any) -> None:
        self._gone = gone
        self._back = back
        self._patience_seconds = patience_seconds
        self._about = about
        self._began_at: float | None = None
        self._error = ""
        self._is_told = False

    @property
    def is_on(self) -> bool:
        """Return whether it lasts, and for longer than its patience."""
        return self._began_at is not None and time.monotonic() - self._began_at >= self._patience_seconds

    def note(self, error: BaseException | str) -> None:
        """Note that it is, or still is, and why."""
        if self._began_at is None:
            self._began_at = time.monotonic()
        self._error = error if isinstance(error, str) else described(error)
        if self.is_on and not self._is_told:
            self._is_told = True
            _log.warning(self._gone, error=self._error, **self._about)

    def end(self) -> None:
        """Note that it is over; nothing where it was not."""
        if self._is_told and self._began_at is not None:
            lasted = round(time.monotonic() - self._began_at, 1)
            _log.warning(self._back, after_seconds=lasted, **self._about)
        self._began_at, self._is_told = None, False

    def fault(self) -> str | None:
        """Return what readiness says of it: for how long it lasts and why; None where all is well."""
        if self._began_at is None or not self.is_on:
            return None
        return f"{self._gone} for {time.monotonic() - self._began_at:.0f} s: {self._error}"


def described(error: BaseException) -> str:
    """Return what an error is called and says, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")


def listed(names: Iterable[str]) -> str:
    """Return the first names, and how many more there are."""
    named = list(names)
    more = len(named) - _MOST_NAMED
    return ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
