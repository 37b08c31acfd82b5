"""The rules' twin is compiled where there is a compiler, whole or not at all, and never taken from other sources."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

from services.scoring import compiling
from services.scoring.compiling import load
from tests.support.requirements import skip_or_fail


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.delenv("CC", raising=False)
    return compiling.compiler() or skip_or_fail("compiler", "this machine has no C compiler")


def test_the_library_is_compiled_without_a_warning(tmp_path: Path, compiler: list[str]) -> None:
    path = tmp_path / "rules.so"
    compiling.build(
        path, compiler=compiler, options=(*compiling.OPTIONS, "-Wall", "-Wextra", "-Wconversion", "-Werror")
    )
    assert load(path).write_sums.restype is ctypes.c_int64
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_compiled_leaves_what_was_there(
    tmp_path: Path, compiler: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rules.so"
    path.write_bytes(b"as it was")
    with pytest.raises(subprocess.CalledProcessError):
        compiling.build(path, compiler=compiler, options=("--no-such-option",))
    assert path.read_bytes() == b"as it was"
    assert list(tmp_path.iterdir()) == [path]
    assert "--no-such-option" in capfd.readouterr().err


def test_the_compiler_that_is_named_is_taken_then_one_that_was_installed_for_this(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CC", "ccache gcc")
    assert compiling.compiler() == ["ccache", "gcc"]
    monkeypatch.delenv("CC")
    monkeypatch.setattr(compiling, "find_spec", lambda _: object())
    assert (compiling.compiler() or [])[1:] == ["-m", "ziglang", "cc", "-mcpu=baseline"]  # an image runs elsewhere
    monkeypatch.setattr(compiling, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", {"clang": "/bin/clang"}.get)
    assert compiling.compiler() == ["/bin/clang"]
    monkeypatch.setattr(shutil, "which", {}.get)
    assert compiling.compiler() is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lend a copy of the sources, in which things are compiled."""
    for source in compiling.SOURCES:
        shutil.copy(compiling.FOLDER / source, tmp_path)
    return tmp_path


def test_it_is_compiled_once_and_again_from_other_sources(folder: Path, compiler: list[str]) -> None:
    assert compiler
    assert compiling.compile_once(folder)
    [first] = folder.glob("*.so")
    compiled_at = first.stat().st_mtime_ns
    compiling.compile_once(folder)
    assert first.stat().st_mtime_ns == compiled_at
    with (folder / "judging.c").open("a") as source:
        source.write("\n/* changed */\n")
    compiling.compile_once(folder)
    [second] = folder.glob("*.so")
    assert second != first


def test_without_a_compiler_it_is_said_what_that_means_and_nothing_old_is_left(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rules-of-before.so").touch()
    monkeypatch.setattr(compiling, "compiler", lambda: None)
    compiling.compile_once(folder)
    assert capsys.readouterr().err.startswith("no C compiler: the rules are not compiled")
    assert not list(folder.glob("*.so"))


@pytest.mark.parametrize("named", ["no-such-compiler", "false"])
def test_a_compiler_that_fails_stops_nothing_else(
    named: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CC", named)
    assert not compiling.compile_once(folder)
    assert "the rules are not compiled, scoring judges in Python alone" in capsys.readouterr().err
    assert not list(folder.glob("*.so"))
