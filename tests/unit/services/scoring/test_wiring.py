"""Scoring judges by the rules alone where they are not compiled, or are not to be."""

import _ctypes
from pathlib import Path

import pytest

from services.scoring import wiring
from services.scoring.settings import Settings
from tests.support.compiled import compiled_rules


def settings(*, is_wanted: bool) -> Settings:
    return Settings.model_construct(compiled_rules=is_wanted)


def test_compiled_rules_are_taken_where_they_are() -> None:
    compiled_rules()
    found = wiring.compiled_rules(settings(is_wanted=True))
    assert found is not None
    assert found.is_trusted


def test_compiled_rules_that_are_not_wanted_are_left() -> None:
    assert wiring.compiled_rules(settings(is_wanted=False)) is None


@pytest.mark.parametrize("content", [None, b"of another machine", "another library"])
def test_what_cannot_be_loaded_is_said_and_done_without(
    content: bytes | str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rules.so"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path = Path(_ctypes.__file__)
    monkeypatch.setattr(wiring, "library_path", lambda: path)
    assert wiring.compiled_rules(settings(is_wanted=True)) is None
    said = capsys.readouterr()
    assert "the rules are not compiled: judging by the Python rules alone" in said.out + said.err
