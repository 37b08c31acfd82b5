"""The envelope around every event: CloudEvents attribute names, one JSON document a record."""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

NAMESPACE = UUID("5d2b2f0c-6f5e-5c1e-9a57-4c2f6d1e2770")


def _iso(moment: datetime) -> str:
    return moment.isoformat()


Moment = Annotated[AwareDatetime, PlainSerializer(_iso, return_type=str, when_used="json")]
"""An aware moment, written with the offset it was given."""


class EventData(BaseModel):
    """What happened. Consumers ignore fields they do not know, so a producer may add some."""

    model_config = ConfigDict(frozen=True, extra="ignore")


DataT = TypeVar("DataT", bound=EventData)


class Event(BaseModel, Generic[DataT]):
    """A CloudEvents 1.0 event whose `type` names its data and version.

    Source: CloudEvents 1.0.2, "Context Attributes"; extension attributes `correlationid` and `causationid`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: str = "1.0"
    id: UUID
    source: str  # the service that tells it, such as `/ingest`
    type: str  # what happened and in which version, such as `submission.accepted.v1`
    time: Moment  # when it happened, by the clock of the service
    subject: str  # whom or what it is about
    dataschema: str  # `tiendo:` and the type
    datacontenttype: str = "application/json"
    correlationid: str  # the same in everything that one submission, closing or plan led to
    causationid: str | None = None  # the id of the event that led to this one
    data: DataT

    def to_bytes(self) -> bytes:
        """Return the event as the UTF-8 JSON that travels in the record's value."""
        return self.model_dump_json().encode()


def event_id(*parts: object) -> UUID:
    """Return the id that these parts always give, so that the same fact published twice is one event."""
    return uuid5(NAMESPACE, "\x1f".join(map(str, parts)))


def attributes(
    *,
    kind: str,
    source: str,
    subject: str,
    time: datetime,
    identity: UUID,
    correlation: str,
    causation: str | None = None,
) -> dict[str, Any]:
    """Return the envelope's attributes for an event of type `kind`, such as `submission.accepted.v1`."""
    return {
        "id": identity,
        "source": source,
        "type": kind,
        "time": time,
        "subject": subject,
        "dataschema": f"tiendo:{kind}",
        "correlationid": correlation,
        "causationid": causation,
    }
