"""From records to events: what can be read goes on, what cannot is set aside with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import orjson
from aiokafka import ConsumerRecord
from pydantic import ValidationError

from shared.events.topics import AnyEvent, Topic

_FAULTS_NAMED: Final = 5


@dataclass(frozen=True)
class Unreadable:
    """A record that no event could be made of, and why."""

    record: "ConsumerRecord[bytes, bytes]"
    reason: str


class Readable(NamedTuple):
    """An event and the record it came in."""

    record: "ConsumerRecord[bytes, bytes]"
    event: AnyEvent


@dataclass
class Decoded:
    """A batch, sorted into what can be read and what cannot."""

    readable: list[Readable] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


class Decoder:
    """Reads the events of the topics it was made for."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._models = {model.model_fields["type"].default: model for topic in topics for model in topic.events}

    def decode(self, records: Iterable["ConsumerRecord[bytes, bytes]"]) -> Decoded:
        """Return each record's event, or the reason why it has none; tombstones are passed over."""
        decoded = Decoded()
        for record in records:
            if record.value is None:
                continue
            try:
                decoded.readable.append(Readable(record, self.read(record.value)))
            except Exception as error:  # noqa: BLE001  whatever a record breaks, the records after it go on
                reason = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
                decoded.unreadable.append(Unreadable(record, reason))
        return decoded

    def read(self, value: bytes) -> AnyEvent:
        """Return the event in a record's value.

        Raises:
            ValueError: the value is no JSON, of no known type, or does not fit its type; the text says which.
        """
        kind = _type_of(value)
        model = self._models.get(kind)
        if model is None:
            raise ValueError(f"unknown event type {kind!r}; known here: {', '.join(sorted(self._models))}")
        try:
            return model.model_validate_json(value)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
            named = "; ".join(
                f"/{'/'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults[:_FAULTS_NAMED]
            )
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
