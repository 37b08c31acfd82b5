"""From records to events: what can be read goes on, what cannot is rejected with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Annotated, Any, Final, NamedTuple, Union

from aiokafka import ConsumerRecord
from pydantic import Field, TypeAdapter, ValidationError

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
    """Reads the events of topics, of which there are at least two; of each topic only its own."""

    def __init__(self, topics: Sequence[Topic], *, prefix: str = "") -> None:
        self._by_topic = {prefix + topic.name: topic.events for topic in topics}
        union: Any = Union[tuple(model for topic in topics for model in topic.events)]  # noqa: UP007  made at run time
        self._adapter: TypeAdapter[AnyEvent] = TypeAdapter(Annotated[union, Field(discriminator="type")])

    def decode(self, records: Iterable["ConsumerRecord[bytes, bytes]"]) -> Decoded:
        """Return each record's event, or the reason why it has none; tombstones are passed over."""
        decoded = Decoded()
        for record in records:
            if isinstance(record, UnreadableRecord):
                decoded.rejected.append(Rejected(record, _UNREADABLE))
            elif record.value is not None:
                try:
                    event = self.read(record.value)
                    if not isinstance(event, known := self._by_topic[record.topic]):
                        raise _unknown(event.type, known)  # noqa: TRY301  one way out for all that is wrong
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
        try:
            return self._adapter.validate_json(value)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
        match faults[0]["type"]:
            case "json_invalid":
                raise ValueError(f"not JSON: {faults[0]['ctx']['error']}")
            case "union_tag_invalid":
                raise _unknown(faults[0]["ctx"]["tag"], chain.from_iterable(self._by_topic.values()))
            case "union_tag_not_found" | "dict_type":
                raise ValueError("not an event: it has no attribute `type`")
        named = "; ".join(f"/{'/'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in faults[:_FAULTS_NAMED])
        raise ValueError(f"not a valid {faults[0]['loc'][0]}: {len(faults)} faults: {named}")


def _unknown(kind: str, known: Iterable[type[AnyEvent]]) -> ValueError:
    names = ", ".join(sorted(model.model_fields["type"].default for model in known))
    return ValueError(f"unknown event type {kind!r}; known here: {names}")
