"""Where files stand: folders that one can take in, and a unit test beside every pure file."""

import subprocess
from collections import Counter
from pathlib import Path

from tools.docs.__main__ import PROJECT
from tools.rules_covered import rule_files

MOST_FILES = 15
TESTED_BY_THEIR_USERS = {"__init__", "model", "faults"}  # values and sentences

# What is tested through its users only: take a line out with what it names, and add none.
WITHOUT_A_TEST_OF_THEIR_NAME = {
    "services/scoring/judging/judgements.py",
    "services/scoring/judging/methods/case.py",
    "services/scoring/judging/standing.py",
    "shared/wording/judgement_terms.py",
    "shared/wording/kinds.py",
    "shared/wording/phrases.py",
}


def test_no_folder_of_services_or_shared_holds_more_files_than_one_can_take_in() -> None:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "services", "shared"]
    asked = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True)
    folders = Counter(str(Path(name).parent) for name in asked.stdout.splitlines() if (PROJECT / name).exists())
    assert [folder for folder, files in folders.items() if files > MOST_FILES] == []


def test_every_pure_file_has_a_unit_test_of_its_name() -> None:
    lacking = {
        name
        for name in rule_files()
        if (path := Path(name)).stem not in TESTED_BY_THEIR_USERS
        and not (PROJECT / "tests" / "unit" / path.parent / f"test_{path.stem}.py").exists()
    }
    assert lacking == WITHOUT_A_TEST_OF_THEIR_NAME
