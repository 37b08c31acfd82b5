"""Errors that a person at the terminal can mend: one line, no stack trace."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


class StartFailure(Exception):
    """A program cannot start or go on; its text says what is wrong and what would be accepted."""


@contextmanager
def one_clear_line() -> Iterator[None]:
    """Turn a StartFailure into one line on standard error and exit status 1."""
    try:
        yield
    except StartFailure as failure:
        sys.stderr.write(f"tiendo: {failure}\n")
        raise SystemExit(1) from None


def counted(number: int, thing: str) -> str:
    """Return a number with the English word for the things it counts, such as `1 fault` or `3 faults`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
