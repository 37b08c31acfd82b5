"""What counts as a rule that is covered whole."""

import pytest

from tools.rules_covered import gap_of, rule_files


def test_every_method_and_every_rule_is_looked_at() -> None:
    files = set(rule_files())
    assert {
        "services/scoring/judging/methods/pace.py",
        "services/scoring/judging/standing.py",
        "services/notify/policy/rules.py",
    } <= files
    assert not {each for each in files if "store" in each or "/api/" in each}


@pytest.mark.parametrize(
    ("lines", "branches", "told"),
    [([], [], ""), ([3, 4], [], "3, 4"), ([], [[28, 37]], "28→37"), ([3], [[28, -1]], "3, 28→-1")],
)
def test_a_gap_is_told_by_line_and_branch(lines: list[int], branches: list[list[int]], told: str) -> None:
    assert gap_of({"missing_lines": lines, "missing_branches": branches}) == told


def test_a_file_that_nothing_runs_is_a_gap() -> None:
    assert gap_of(None) == "all of it"
