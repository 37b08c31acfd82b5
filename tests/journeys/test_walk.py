"""One submission is followed through our files, and the page that tells its way is true."""

import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

from tests.support.walk import WALK, named_in
from tools.docs.__main__ import PROJECT

MOST_FILES = 95  # 92 at rest; on a busy machine a probe gives up, for instance. The aim is 50: this only goes down


@pytest.fixture(scope="module")
def on_the_way() -> Mapping[str, list[str]]:
    """Return the functions on a submission's way by file; a program of its own, for what others ran here is cached."""
    command = [sys.executable, "-m", "tools.trace_submission"]
    printed = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True).stdout
    way, besides = printed.split("ran besides")
    assert besides
    return {file: names.split(", ") for file, names in re.findall(r"^  (\S+\.py): (.*)$", way, re.MULTILINE)}


def test_a_submission_passes_no_more_files_than_today(on_the_way: Mapping[str, list[str]]) -> None:
    assert len(on_the_way) <= MOST_FILES, list(on_the_way)


def test_whatever_the_walk_names_ran_for_the_submission(on_the_way: Mapping[str, list[str]]) -> None:
    missing = {file: names - set(on_the_way.get(file, ())) for file, names in named_in(WALK).items()}
    assert {file: names for file, names in missing.items() if names} == {}
