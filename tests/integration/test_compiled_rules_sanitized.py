"""No input makes the compiled rules read or write where they may not: their tests again, under sanitizers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.scoring import compiling
from tests.support.requirements import skip_or_fail

TESTS = Path(__file__).parent.parent / "unit/services/scoring/native"
CHECKED = ("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
OVERRUN = """
import ctypes, sys
too_small = ctypes.create_string_buffer(24)
ctypes.CDLL(sys.argv[1]).read_figure(b"1", ctypes.c_int64(1), too_small)
"""


@pytest.fixture(scope="module")
def sanitized(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Compile the library with sanitizers and return the environment that it needs."""
    compiler = compiling.compiler() or skip_or_fail("compiler", "this machine has no C compiler")
    path = tmp_path_factory.mktemp("sanitized") / "rules.so"
    try:
        compiling.build(path, compiler=compiler, options=(*compiling.OPTIONS, *CHECKED))
        found = [
            subprocess.run([*compiler, f"-print-file-name={each}"], check=True, capture_output=True, text=True).stdout
            for each in ("libasan.so", "libubsan.so")
        ]
    except subprocess.CalledProcessError:
        skip_or_fail("compiler", "this compiler has no sanitizers")
    return {
        **os.environ,
        "TIENDO_COMPILED_RULES": str(path),
        "LD_PRELOAD": " ".join(each.strip() for each in found),
        "ASAN_OPTIONS": "detect_leaks=0",  # Python keeps what it has until it ends
        "PYTHONMALLOC": "malloc",  # so that they see where each object ends
    }


@pytest.mark.long
def test_every_test_of_the_compiled_rules_passes_under_sanitizers(sanitized: dict[str, str]) -> None:
    tests = [str(TESTS / f"test_{name}.py") for name in ("figures", "judging")]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=many", *tests]
    subprocess.run(command, env=sanitized, check=True)


@pytest.mark.long
def test_the_sanitizers_are_there(sanitized: dict[str, str]) -> None:
    """What writes beyond a buffer is stopped, so that the test above can fail."""
    command = [sys.executable, "-c", OVERRUN, sanitized["TIENDO_COMPILED_RULES"]]
    ended = subprocess.run(command, env=sanitized, check=False, capture_output=True, text=True)
    assert ended.returncode != 0
    assert "AddressSanitizer" in ended.stderr
