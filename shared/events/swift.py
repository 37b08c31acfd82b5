"""Submissions as they are read by the thousand: what `submissions.py` has, in a third of the time, for scoring alone.

The models there are the contract: they say what is sent, and why something cannot be read. Tests hold these to them.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class SwiftObservation(msgspec.Struct, frozen=True, gc=False):
    """One accepted value of one indicator, as `ObservationData`."""

    indicator: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    yes: bool | None = None
    note: str | None = None

    @property
    def is_finite(self) -> bool:
        """Return whether no figure is infinite or no number, which the models refuse."""
        numerator, denominator, value = self.numerator, self.denominator, self.value
        return (
            (numerator is None or numerator.is_finite())
            and (denominator is None or denominator.is_finite())
            and (value is None or value.is_finite())
        )


class SwiftAcceptedData(msgspec.Struct, frozen=True, gc=False, kw_only=True, eq=False):
    """An accepted submission, as `SubmissionAcceptedData`; its observations also as they travelled."""

    submission: UUID
    plan: str
    plan_version: int
    agency: str
    period: str
    revision: int
    filed_at: _Moment
    filed_by: str
    is_synthetic: bool = False
    travelled: msgspec.Raw = msgspec.field(name="observations")
    note: str | None = None

    @property
    def observations(self) -> tuple[SwiftObservation, ...]:
        """Return the accepted values, read anew each time.

        Raises:
            DecodeError: they are no such values; `accepted_of` gives nobody an event of which that is so.
        """
        return _OBSERVATIONS.decode(self.travelled)

    def __eq__(self, other: object) -> bool:
        """Return whether another says the same, in whatever form it travelled."""
        if not isinstance(other, SwiftAcceptedData):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__struct_encode_fields__)

    def __hash__(self) -> int:
        """Return what those that say the same have in common."""
        return hash((self.submission, self.revision))


class SwiftAccepted(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Ingest accepted a submission, as `SubmissionAccepted`."""

    specversion: str = "1.0"
    id: UUID
    source: str
    type: Literal["submission.accepted.v1"] = "submission.accepted.v1"
    time: _Moment
    subject: str
    dataschema: str
    datacontenttype: str = "application/json"
    correlationid: str
    causationid: str | None = None
    data: SwiftAcceptedData

    def to_bytes(self) -> bytes:
        """Return the event as the UTF-8 JSON that travels in the record's value."""
        return msgspec.json.encode(self)


_DECODER: Final = msgspec.json.Decoder(SwiftAccepted)
_OBSERVATIONS: Final = msgspec.json.Decoder(tuple[SwiftObservation, ...])


def accepted_of(value: bytes) -> SwiftAccepted | None:
    """Return the accepted submission in a record's value; None where only the models can say what it is."""
    try:
        event = _DECODER.decode(value)
        is_finite = all(each.is_finite for each in event.data.observations)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return event if is_finite else None
