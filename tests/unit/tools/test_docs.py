"""What is generated is current, and a narrower event is not quietly written over its golden schema."""

import json
import shutil
from pathlib import Path

import pytest

from shared.runtime.errors import StartFailure
from shared.runtime.settings import RuntimeSettings
from tools.docs.__main__ import PROJECT, outdated, write
from tools.docs.configuration import settings_classes
from tools.docs.events import SAMPLES, SCHEMAS, event_models, type_of
from tools.docs.fields import fields_of


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what the generator reads and writes, brought up to date."""
    for folder in ("docs", "tests/contracts", "services", "shared", "migrations"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    write(tmp_path)
    return tmp_path


def test_generated_documents_are_current() -> None:
    assert outdated(PROJECT) == [], "run python -m tools.docs write"


def test_every_field_of_every_event_is_documented() -> None:
    page = (PROJECT / "docs" / "events.md").read_text(encoding="utf-8")
    for event in event_models():
        assert f"## {type_of(event)}" in page
        for field in fields_of(event.model_fields["data"].annotation):  # type: ignore[arg-type]  # data is a model
            assert f"| `{field.name}` | {field.type} |" in page


def test_every_setting_of_every_program_is_documented() -> None:
    page = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
    models = settings_classes(PROJECT)
    assert RuntimeSettings in models
    for model in models:
        for name, field in model.model_fields.items():
            assert f"`{name.upper()}`" in page
            assert (field.description or "no description") in page


def test_a_comment_beside_a_field_is_its_meaning(copy: Path) -> None:
    shown = {field.name: field for field in fields_of(event_models()[0])}
    assert shown["subject"].comment == "whom or what it is about"
    assert "whom or what it is about" in (copy / "docs" / "events.md").read_text(encoding="utf-8")


def test_a_document_that_was_edited_by_hand_is_found_and_written_again(copy: Path) -> None:
    page = copy / "docs" / "events.md"
    before = page.read_text(encoding="utf-8")
    page.write_text(before + "by hand\n", encoding="utf-8")
    assert outdated(copy) == [page]
    assert write(copy) == [page]
    assert page.read_text(encoding="utf-8") == before


def test_a_narrower_event_is_refused_and_its_golden_schema_stays(copy: Path) -> None:
    golden = copy / SCHEMAS / "submission.accepted.v1.json"
    schema = json.loads(golden.read_bytes())
    schema["properties"]["colour"] = {"type": "string"}  # as if an event of the past had told its colour
    golden.write_text(json.dumps(schema), encoding="utf-8")
    with pytest.raises(StartFailure, match=r"submission\.accepted\.v1 /colour: the field is gone"):
        write(copy)
    assert json.loads(golden.read_bytes()) == schema


def test_an_event_without_a_sample_is_asked_for_one(copy: Path) -> None:
    shutil.rmtree(copy / SAMPLES / "submission.accepted.v1")
    with pytest.raises(StartFailure, match=r"there is no sample of submission\.accepted\.v1; store one"):
        write(copy)
