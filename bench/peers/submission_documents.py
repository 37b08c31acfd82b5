"""Submissions as plain dictionaries: what a program without our event models would read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.scoring.judging.model import Filing, Key, Observation

Document = dict[str, Any]


def filing_of(data: Document) -> Filing:
    """Return what was filed, from the data of its event."""
    return Filing(
        key=Key(plan=data["plan"], agency=data["agency"], period=data["period"]),
        plan_version=data["plan_version"],
        submission=UUID(data["submission"]),
        revision=data["revision"],
        filed_at=datetime.fromisoformat(data["filed_at"]),
        is_synthetic=data["is_synthetic"],
        observations=_observations(data["observations"]),
    )


def _observations(documents: Sequence[Mapping[str, Any]]) -> tuple[Observation, ...]:
    return tuple(
        Observation(
            each["indicator"],
            _decimal(each["numerator"]),
            _decimal(each["denominator"]),
            _decimal(each["value"]),
            each["yes"],
            each["note"],
        )
        for each in documents
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
