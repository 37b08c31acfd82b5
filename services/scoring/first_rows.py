"""Rows of first progresses as PostgreSQL's COPY takes them in binary: most of a row is bytes that are there already.

https://www.postgresql.org/docs/18/sql-copy.html, Binary Format: a field is its length and its value as its type sends
it. A test reads the rows back and holds them to those that are written value by value.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from struct import Struct
from typing import Final

from services.scoring.native.judging import FirstProgress
from shared.events.vocabulary import Standing

COLUMNS: Final = (
    "plan",
    "period",
    "agency",
    "plan_version",
    "submission",
    "revision",
    "filed_at",
    "is_synthetic",
    "is_closed",
    "sequence",
    "decided_at",
    "standing",
    "composite_score",
    "coverage_ratio",
    "observations",
    "judgements",
    "changed_indicators",
    "correlation",
    "causation",
)
"""The columns that are written, in their order; those that a first progress has nothing for are left out."""

_BEGINNING: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # no flags, nothing more in the header
_END: Final = b"\xff\xff"
_ROWS_AT_ONCE: Final = 16
_LENGTH: Final = Struct("!i")
_FIXED: Final = Struct("!ii i16s ii iq i? i? ii iq")  # from plan_version to decided_at, each after its length
NUMERIC: Final = Struct("!hhHh")
_GROUP: Final = 4  # digits: a numeric is written to the base of 10,000
_GROUPS: Final = {f"{group:04}": group.to_bytes(2, "big") for group in range(10**_GROUP)}
_NULL: Final = _LENGTH.pack(-1)
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECONDS_A_DAY: Final = 86_400
_MICROSECONDS: Final = 1_000_000


async def copied(firsts: Sequence[FirstProgress]) -> AsyncIterator[bytes]:
    """Yield the rows, in the order of names, with what comes before and after them."""
    in_order = sorted(firsts, key=_name)
    yield _BEGINNING
    for at in range(0, len(in_order), _ROWS_AT_ONCE):  # so that the database has some while the next are written
        yield b"".join([_row(each) for each in in_order[at : at + _ROWS_AT_ONCE]])
    yield _END


def _name(first: FirstProgress) -> tuple[str, str, str]:
    plan, agency, period = first.filing.key
    return plan, period, agency


def _row(first: FirstProgress) -> bytes:
    filing, plan_version, is_closed, cause, verdict = first
    standing, observations, judgements, changed, _, score, coverage_ratio = verdict
    plan, agency, period = filing.key
    agency_, correlation, causation = agency.encode(), cause.correlation.encode(), (cause.causation or "").encode()
    return b"".join(
        (
            _beginning(plan, period),
            _LENGTH.pack(len(agency_)),
            agency_,
            _FIXED.pack(
                4,
                plan_version,
                16,
                filing.submission.bytes,
                4,
                filing.revision,
                8,
                _microseconds(filing.filed_at),
                1,
                filing.is_synthetic,
                1,
                is_closed,
                4,
                1,
                8,
                _microseconds(cause.decided_at),
            ),
            _standing(standing),
            numeric(score),
            numeric(coverage_ratio),
            _LENGTH.pack(len(observations)),
            observations,
            _LENGTH.pack(len(judgements)),
            judgements,
            _LENGTH.pack(len(changed)),
            changed,
            _LENGTH.pack(len(correlation)),
            correlation,
            _NULL if cause.causation is None else _LENGTH.pack(len(causation)),
            causation,
        )
    )


@lru_cache(maxsize=1_000)
def _beginning(plan: str, period: str) -> bytes:
    """Return how many fields a row has, and the first two."""
    return len(COLUMNS).to_bytes(2, "big") + _text(plan) + _text(period)


@lru_cache(maxsize=len(Standing))
def _standing(standing: Standing) -> bytes:
    return _text(standing.value)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _LENGTH.pack(len(encoded)) + encoded


def _microseconds(moment: datetime) -> int:
    """Return a moment as PostgreSQL counts.

    Raises:
        OverflowError: in UTC it lies outside the years that Python has, so that it could not be read back.
    """
    since = moment.astimezone(UTC) - _EPOCH
    return (since.days * _SECONDS_A_DAY + since.seconds) * _MICROSECONDS + since.microseconds


@lru_cache(maxsize=10_000)
def numeric(text: str) -> bytes:
    """Return a figure that is not negative, written without an exponent, as a field; null where there is none."""
    if not text:
        return _NULL
    whole, _, fraction = text.partition(".")
    before = -(-len(whole) // _GROUP)
    after = -(-len(fraction) // _GROUP)
    digits = whole.zfill(before * _GROUP) + fraction.ljust(after * _GROUP, "0")
    groups = [_GROUPS[digits[at : at + _GROUP]] for at in range(0, len(digits), _GROUP)]
    while groups and groups[-1] == _GROUPS["0000"]:
        groups.pop()
    weight = before - 1
    while groups and groups[0] == _GROUPS["0000"]:
        del groups[0]
        weight -= 1
    field = NUMERIC.pack(len(groups), weight if groups else 0, 0, len(fraction)) + b"".join(groups)
    return _LENGTH.pack(len(field)) + field
