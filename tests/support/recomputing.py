"""The independent recomputation of a dump, as whoever has only the script and the file runs it."""

import subprocess
import sys
from pathlib import Path
from typing import Final

SCRIPT: Final = Path(__file__).resolve().parents[2] / "tools" / "recompute.py"


def run_alone(dump: Path) -> "subprocess.CompletedProcess[str]":
    """Run the script isolated, in the dump's folder, so that nothing of ours can be imported."""
    command = [sys.executable, "-I", str(SCRIPT), str(dump)]
    return subprocess.run(command, cwd=dump.parent, capture_output=True, text=True, check=False)


def recomputed(dump: Path) -> dict[str, int]:
    """Return how many events, and judgements by method, were recomputed, none of them differing."""
    run = run_alone(dump)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout[:2000]
    rows = [line.split() for line in run.stdout.splitlines()[1:]]
    assert all(differences == "0" for _, _, differences in rows)
    return {name: int(count) for name, count, _ in rows}
