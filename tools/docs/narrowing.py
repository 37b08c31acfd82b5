"""Finds what a JSON Schema no longer accepts, or no longer tells, beside an older one."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_SMALLER_IS_WIDER: Final = {"minimum", "exclusiveMinimum", "minLength", "minItems"}
_LARGER_IS_WIDER: Final = {"maximum", "exclusiveMaximum", "maxLength", "maxItems"}
_ALL_OR_NOTHING: Final = {"format", "pattern", "multipleOf", "uniqueItems"}
_IS_ALSO: Final = {("integer", "number")}


def narrowings(old: Schema, new: Schema) -> list[str]:
    """Return one sentence for each way in which `new` is narrower than `old`; none where every old event still fits.

    A field that is gone counts as narrower: a consumer would pass over it without an error, and lose what it says.
    """
    return list(_Comparison(old, new).of(old, new, at=""))


class _Comparison:
    """Compares two documents, each with definitions of its own."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old_definitions = old.get("$defs", {})
        self._new_definitions = new.get("$defs", {})

    def of(self, old: Schema, new: Schema, *, at: str) -> Iterator[str]:
        """Yield what the schema `new` refuses of what `old` accepts, at a JSON pointer."""
        old, new = _resolved(old, self._old_definitions), _resolved(new, self._new_definitions)
        if "anyOf" in old or "anyOf" in new:
            yield from self._choices(old, new, at=at)
            return
        if not _is_type_within(old.get("type"), new.get("type")):
            yield f"{at or '/'}: {old.get('type', 'anything')} is not accepted any more, only {new['type']}"
            return
        yield from _values(old, new, at=at)
        yield from _limits(old, new, at=at)
        yield from self._fields(old, new, at=at)
        if "items" in new:
            yield from self.of(old.get("items", {}), new["items"], at=f"{at}/*")

    def _choices(self, old: Schema, new: Schema, *, at: str) -> Iterator[str]:
        offered = [_resolved(each, self._new_definitions) for each in new.get("anyOf", [new])]
        for each in old.get("anyOf", [old]):
            choice = _resolved(each, self._old_definitions)
            faults = [list(self.of(choice, other, at=at)) for other in offered]
            if all(faults):
                alike = [found for found, other in zip(faults, offered, strict=True) if _is_alike(choice, other)]
                yield from alike[0] if len(alike) == 1 else [f"{at or '/'}: {_said(choice)} is not accepted any more"]

    def _fields(self, old: Schema, new: Schema, *, at: str) -> Iterator[str]:
        before, now = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            if name not in now:
                yield f"{at}/{name}: the field is gone"
            else:
                yield from self.of(schema, now[name], at=f"{at}/{name}")
        for name in new.get("required", []):
            if name not in old.get("required", []):
                yield f"{at}/{name}: the field is required, and was not"
        if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
            yield f"{at or '/'}: unknown fields are refused, and were passed over"


def _resolved(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    reference = schema.get("$ref")
    return definitions[reference.removeprefix("#/$defs/")] if reference else schema


def _is_alike(old: Schema, new: Schema) -> bool:
    return bool(old.get("type") == new.get("type"))


def _is_type_within(old: Any, new: Any) -> bool:
    return new is None or old == new or (old, new) in _IS_ALSO


def _values(old: Schema, new: Schema, *, at: str) -> Iterator[str]:
    accepted = _enumerated(new)
    if accepted is None:
        return
    before = _enumerated(old)
    if before is None:
        yield f"{at or '/'}: any {_said(old)} was accepted, now only {', '.join(map(str, accepted))}"
        return
    if gone := [str(value) for value in before if value not in accepted]:
        yield f"{at or '/'}: {', '.join(gone)} is not accepted any more"


def _enumerated(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values: list[Any] | None = schema.get("enum")
    return values


def _limits(old: Schema, new: Schema, *, at: str) -> Iterator[str]:
    for name in sorted(_ALL_OR_NOTHING | _SMALLER_IS_WIDER | _LARGER_IS_WIDER):
        if name not in new or new[name] == old.get(name):
            continue
        before = old.get(name)
        is_wider = before is not None and (
            (name in _SMALLER_IS_WIDER and new[name] < before) or (name in _LARGER_IS_WIDER and new[name] > before)
        )
        if not is_wider:
            yield f"{at or '/'}: {name} is {new[name]}, and was {'free' if before is None else before}"


def _said(schema: Schema) -> str:
    values = _enumerated(schema)
    return str(values or schema.get("title") or schema.get("type") or "anything")
