"""What an agency's client sends: right submissions, and ones that ingest has to refuse; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from shared.events.submissions import ObservationData
from tools.demo.habits import Mistake

_NOTE: Final = "Số liệu mô phỏng, không phải báo cáo thật"
_ACCEPTED: Final = 202
_STATUSES: Final = {
    Mistake.ANOTHER_AGENCY: 403,
    Mistake.PERIOD_UNDER_WAY: 409,
    Mistake.STALE_REVISION: 409,
    Mistake.LOCKED_PERIOD: 409,
    Mistake.MISTYPED_KEY: 401,
}
_IN_A_SHARE: Final = frozenset({Mistake.PART_ABOVE_WHOLE, Mistake.COMMA_IN_A_COUNT, Mistake.PARTS_MISSING})


@dataclass(frozen=True)
class Submission:
    """A submission before it is written as JSON."""

    plan: str
    agency: str
    filer: str
    period: str
    observations: tuple[ObservationData, ...]
    revision: int | None = None
    note: str = _NOTE


@dataclass(frozen=True)
class Act:
    """One request and the answer it must get."""

    agency: str
    filer: str  # whose key is used
    period: str
    idempotency_key: str
    body: bytes
    mistake: Mistake | None = None
    is_repeat: bool = False  # the same request once more: the same receipt, nothing new

    @property
    def expected_status(self) -> int:
        """Return the HTTP status that the answer must have."""
        if self.mistake is None:
            return _ACCEPTED
        return _STATUSES.get(self.mistake, 422)


def filing(submission: Submission, *, number: int) -> Act:
    """Return the request that files a submission; `number` tells the agency's requests for the period apart."""
    return _act(submission, document=_document(submission), number=number)


def repeated(act: Act) -> Act:
    """Return the same request once more, as a client does that got no answer."""
    return replace(act, is_repeat=True)


def unknown_indicator(submission: Submission, *, number: int) -> Act:
    """Return the request with an indicator of last year's plan: a mistake that every submission has a place for."""
    document = _document(submission)
    document["observations"][0]["indicator"] += "-cu"
    return _wrong(submission, Mistake.UNKNOWN_INDICATOR, document=document, number=number)


def mistaken(submission: Submission, mistake: Mistake, *, number: int, other: str | None) -> Act | None:
    """Return the request with a mistake in it, or none where this submission offers no place for it.

    `other` is what the mistake confuses: another agency, period or indicator.
    """
    document = _document(submission)
    if mistake is Mistake.UNKNOWN_INDICATOR:
        return unknown_indicator(submission, number=number)
    if mistake is Mistake.STALE_REVISION:
        document["revision"] = 1
    elif mistake is Mistake.KEY_REUSED:
        document["note"] = f"{_NOTE}; gửi lại"
        number -= 1  # the key of the request before
    elif mistake in _IN_A_SHARE:
        if not _spoil_a_share(document["observations"], mistake):
            return None
    elif mistake is not Mistake.MISTYPED_KEY:  # that one is in the header: the client garbles it
        if other is None:
            return None
        _confuse(document, mistake, other)
    return _wrong(submission, mistake, document=document, number=number)


def _spoil_a_share(observations: list[dict[str, Any]], mistake: Mistake) -> bool:
    share = next((each for each in observations if each.get("denominator")), None)
    if share is None:
        return False
    if mistake is Mistake.PART_ABOVE_WHOLE:
        share["numerator"] = share["denominator"] + 1
    elif mistake is Mistake.COMMA_IN_A_COUNT:
        share["numerator"] = f"{share['numerator']},5"
    else:
        del share["denominator"]
    return True


def _confuse(document: dict[str, Any], mistake: Mistake, other: str) -> None:
    if mistake is Mistake.FOREIGN_INDICATOR:
        document["observations"].append({"indicator": other, "yes": True})
    elif mistake is Mistake.ANOTHER_AGENCY:
        document["agency"] = other
    else:
        document["period"] = other


def with_slip(observations: Sequence[ObservationData]) -> tuple[ObservationData, ...]:
    """Return the observations as somebody in a hurry writes them: the first share lacks a third of its part."""
    slipped = list(observations)
    for position, each in enumerate(slipped):
        if each.numerator:
            slipped[position] = each.model_copy(update={"numerator": Decimal(int(each.numerator) * 2 // 3)})
            break
    return tuple(slipped)


def _act(submission: Submission, *, document: Mapping[str, Any], number: int) -> Act:
    return Act(
        agency=submission.agency,
        filer=submission.filer,
        period=submission.period,
        idempotency_key=f"demo:{submission.plan}:{submission.agency}:{submission.period}:{number}",
        body=json.dumps(document, ensure_ascii=False).encode(),
    )


def _wrong(submission: Submission, mistake: Mistake, *, document: Mapping[str, Any], number: int) -> Act:
    return replace(_act(submission, document=document, number=number), mistake=mistake)


def _document(submission: Submission) -> dict[str, Any]:
    document: dict[str, Any] = {
        "plan": submission.plan,
        "period": submission.period,
        "observations": [_written(each) for each in submission.observations],
        "note": submission.note,
        "is_synthetic": True,
    }
    if submission.filer != submission.agency:
        document["agency"] = submission.agency
    if submission.revision is not None:
        document["revision"] = submission.revision
    return document


def _written(observation: ObservationData) -> dict[str, Any]:
    given = observation.model_dump(exclude_none=True)
    return {name: _number(value) if isinstance(value, Decimal) else value for name, value in given.items()}


def _number(value: Decimal) -> float | str:
    """Return a number as JSON's, or as text where JSON's would lose digits; a text such as 81.444 has two readings."""
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)
