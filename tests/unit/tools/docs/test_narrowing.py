"""A schema that accepts less, or tells less, than an older one is found out; one that accepts more is not."""

from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from tools.docs.narrowing import narrowings


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Fewer(StrEnum):
    RED = "red"


class More(StrEnum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class Part(BaseModel):
    name: str
    note: str | None = None


class Old(BaseModel):
    kind: Literal["old"] = "old"
    count: int
    share: int | str | None
    colour: Colour
    part: Part | None = None
    parts: list[Part]
    code: str = Field(max_length=10)


def found(field: str, annotation: Any, default: Any = ..., **limits: Any) -> list[str]:
    """Return what is narrower once this field of Old is declared so."""
    changed: Any = type("New", (Old,), {"__annotations__": {field: annotation}, field: Field(default, **limits)})
    return narrowings(Old.model_json_schema(), changed.model_json_schema())


def test_the_same_schema_is_not_narrower() -> None:
    assert narrowings(Old.model_json_schema(), Old.model_json_schema()) == []


def test_a_removed_field_is_narrower() -> None:
    new = Old.model_json_schema()
    del new["properties"]["colour"]
    assert narrowings(Old.model_json_schema(), new) == ["/colour: the field is gone"]


def test_a_renamed_field_is_narrower() -> None:
    new = Old.model_json_schema()
    new["properties"]["tint"] = new["properties"].pop("colour")
    new["required"] = ["tint" if name == "colour" else name for name in new["required"]]
    assert narrowings(Old.model_json_schema(), new) == [
        "/colour: the field is gone",
        "/tint: the field is required, and was not",
    ]


def test_a_new_required_field_is_narrower_and_a_new_optional_one_is_not() -> None:
    assert found("weight", int) == ["/weight: the field is required, and was not"]
    assert found("weight", int, None) == []


def test_an_optional_field_that_becomes_required_is_narrower_and_the_reverse_is_not() -> None:
    assert found("part", Part | None) == ["/part: the field is required, and was not"]
    assert found("count", int, 0) == []


@pytest.mark.parametrize(
    ("field", "annotation", "sentence"),
    [
        ("count", str, "/count: integer is not accepted any more, only string"),
        ("share", int | None, "/share: string is not accepted any more"),
        ("share", int | str, "/share: null is not accepted any more"),
        ("colour", Fewer, "/colour: green is not accepted any more"),
        ("kind", Literal["new"], "/kind: old is not accepted any more"),
        ("count", Literal[1, 2], "/count: any Count was accepted, now only 1, 2"),
    ],
)
def test_a_narrowed_type_is_narrower(field: str, annotation: Any, sentence: str) -> None:
    default = "old" if field == "kind" else ...
    assert found(field, annotation, default) == [sentence]


@pytest.mark.parametrize(
    ("field", "annotation"),
    [("count", float), ("count", int | None), ("colour", More), ("colour", str), ("kind", Literal["old", "new"])],
)
def test_a_widened_type_is_not_narrower(field: str, annotation: Any) -> None:
    assert found(field, annotation, "old" if field == "kind" else ...) == []


def test_a_tighter_limit_is_narrower_and_a_looser_one_is_not() -> None:
    assert found("code", str, max_length=5) == ["/code: maxLength is 5, and was 10"]
    assert found("code", str, max_length=10, pattern="[a-z]+") == ["/code: pattern is [a-z]+, and was free"]
    assert found("code", str, max_length=20) == []
    assert found("code", str) == []


@pytest.mark.parametrize("field", ["part", "parts"])
def test_what_a_field_is_made_of_is_compared_too(field: str) -> None:
    new = Old.model_json_schema()
    del new["$defs"]["Part"]["properties"]["note"]
    sentence = {"part": "/part/note: the field is gone", "parts": "/parts/*/note: the field is gone"}[field]
    assert sentence in narrowings(Old.model_json_schema(), new)


def test_refusing_unknown_fields_is_narrower() -> None:
    new = {**Old.model_json_schema(), "additionalProperties": False}
    assert narrowings(Old.model_json_schema(), new) == ["/: unknown fields are refused, and were passed over"]
