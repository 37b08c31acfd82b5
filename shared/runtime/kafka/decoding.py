"""From records to events: what can be read goes on, what cannot is rejected with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import orjson
from aiokafka import ConsumerRecord
from pydantic import ValidationError

from shared.events.topics import AnyEvent, Topic
from shared.runtime.kafka.consumer import UnreadableRecord

_FAULTS_NAMED: Final = 5
_UNREADABLE: Final = "a header here, or before here in the same batch, has a name that is not UTF-8"


class Received(NamedTuple):
    """An event and the record it came in."""

    record: "ConsumerRecord[bytes, bytes]"
    event: AnyEvent


@dataclass(frozen=True)
class Rejected:
    """A record that could not be read or applied, and why."""

    record: "ConsumerRecord[bytes, bytes]"
    reason: str


@dataclass
class Decoded:
    """A batch, sorted into what can be read and what cannot."""

    received: list[Received] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


class Decoder:
    """Reads the events of topics; of each topic only its own."""

    def __init__(self, topics: Sequence[Topic], *, prefix: str = "") -> None:
        self._by_topic = {prefix + topic.name: _models(topic) for topic in topics}
        self._all = {kind: model for models in self._by_topic.values() for kind, model in models.items()}

    def decode(self, records: Iterable["ConsumerRecord[bytes, bytes]"]) -> Decoded:
        """Return each record's event, or the reason why it has none; tombstones are passed over."""
        decoded = Decoded()
        for record in records:
            if isinstance(record, UnreadableRecord):
                decoded.rejected.append(Rejected(record, _UNREADABLE))
            elif record.value is not None:
                try:
                    event = _read(record.value, self._by_topic[record.topic])
                except Exception as error:  # noqa: BLE001  whatever a record breaks, the records after it go on
                    reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
                    decoded.rejected.append(Rejected(record, reason))
                else:
                    decoded.received.append(Received(record, event))
        return decoded

    def read(self, value: bytes) -> AnyEvent:
        """Return the event in a record's value, of whichever of the topics.

        Raises:
            ValueError: the value is no JSON, of no known type, or does not fit its type; the text says which.
        """
        return _read(value, self._all)


def _models(topic: Topic) -> Mapping[str, type[AnyEvent]]:
    return {model.model_fields["type"].default: model for model in topic.events}


def _read(value: bytes, models: Mapping[str, type[AnyEvent]]) -> AnyEvent:
    kind = _type_of(value)
    model = models.get(kind)
    if model is None:
        raise ValueError(f"unknown event type {kind!r}; known here: {', '.join(sorted(models))}")
    try:
        return model.model_validate_json(value)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        named = "; ".join(f"/{'/'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults[:_FAULTS_NAMED])
        raise ValueError(f"not a valid {kind}: {error.error_count()} faults: {named}") from None


def _type_of(value: bytes) -> str:
    marker = b'"type":"'
    start = value.find(marker, 0, 400)
    if start > 0:  # our own events name their type within the first attributes; no need to parse twice
        start += len(marker)
        end = value.find(b'"', start)
        if end > 0:
            return value[start:end].decode(errors="replace")
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    kind = document.get("type") if isinstance(document, dict) else None
    if not isinstance(kind, str):
        raise ValueError("not an event: it has no attribute `type`")  # noqa: TRY004  the reader sees one kind of fault
    return kind
