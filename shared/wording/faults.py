"""One thing that is wrong with what somebody sent, as every answer names it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, what, and what would be accepted.

    Where is a JSON pointer into the body, `?name` for a query parameter, `{name}` for a part of the path.
    """

    pointer: str
    code: str
    vi: str
    en: str
    status: int = 422  # the HTTP status that it asks for
