"""`python -m tools.rules_covered`: run the unit tests and name every line and branch of a rule that none of them takes.

Rules are what the import contract of rules lists in pyproject.toml, and what makes sentences and charts of them.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from shared.runtime.errors import StartFailure, one_clear_line

_PROJECT: Final = Path(__file__).parent.parent
_TESTS: Final = "tests/unit"
_SHARED: Final = ("shared.wording", "shared.charts")


def main() -> None:
    """Fail where a rule is not covered whole."""
    with one_clear_line(), TemporaryDirectory() as folder:
        found = Path(folder) / "coverage.json"
        # With one seed, so that what examples drawn at random happen to take is the same in every run.
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--hypothesis-seed=0", _TESTS]
        measured = [
            "--cov=services",
            *(f"--cov={module}" for module in _SHARED),
            "--cov-branch",
            f"--cov-report=json:{found}",
            "--cov-report=",
        ]
        if subprocess.run([*command, *measured], cwd=_PROJECT, check=False).returncode:
            raise StartFailure("unit tests fail, so coverage says nothing")
        files: Mapping[str, Any] = orjson.loads(found.read_bytes())["files"]
        rules = list(dict.fromkeys(rule_files()))
        missing = [f"{name}: {gap}" for name in rules if (gap := gap_of(files.get(name)))]
        if missing:
            raise StartFailure("no unit test takes " + "; ".join(missing))
        sys.stdout.write(f"{len(rules)} files of rules: every line and branch is taken by a unit test\n")


def rule_files() -> Iterator[str]:
    """Yield the files of rules, by their paths in the project."""
    settings = tomllib.loads((_PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (rules,) = (each for each in settings["contracts"] if each["name"].startswith("Rules "))
    for module in [*_SHARED, *rules["source_modules"]]:
        pattern = module.removesuffix(".**").replace(".", "/")
        paths = [*_PROJECT.glob(f"{pattern}.py"), *(each for each in _PROJECT.glob(pattern) if each.is_dir())]
        for path in sorted(paths):
            files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
            yield from (str(each.relative_to(_PROJECT)) for each in files)


def gap_of(covered: Mapping[str, Any] | None) -> str:
    """Return what is not covered of a file, as coverage's JSON tells of it; empty where all is."""
    if covered is None:
        return "all of it"
    lines = [str(line) for line in covered["missing_lines"]]
    branches = [f"{start}→{end}" for start, end in covered["missing_branches"]]
    return ", ".join([*lines, *branches])


if __name__ == "__main__":
    main()
