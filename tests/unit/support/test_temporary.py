"""Sessions beside each other do not close each other's folders for temporary files."""

import getpass
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OTHER = """
def test_needs_a_folder(tmp_path):
    pass
"""


def test_another_session_leaves_the_way_to_our_folder_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_DEBUG_TEMPROOT", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ours = tmp_path / f"pytest-of-{getpass.getuser()}"  # where pytest keeps all sessions of this user
    ours.mkdir(mode=0o711)
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tests.support.temporary"]')
    (tmp_path / "test_it.py").write_text(OTHER)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stdout
    assert stat.S_IMODE(ours.stat().st_mode) == 0o711
