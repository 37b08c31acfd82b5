"""A section of the wrong form is told with the form that would be accepted."""

import pytest

from tests.unit.services.ingest.plans.files.examples import PLAN, PlanFolder


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        ("", "empty", 0),
        ("# nothing but a comment\n", "empty", 0),
        ("- a\n- b\n", "not-a-mapping", 1),
        ("just words\n", "not-a-mapping", 1),
        ("plan: [small\n", "bad-yaml", 1),
        ("plan: small\n\ttitle: x\n", "bad-yaml", 2),
        ("plan: *nowhere\n", "bad-yaml", 1),
        ("plan: small\n--- \nplan: small\n", "bad-yaml", 2),
        ("plan: 'small\n", "bad-yaml", 1),
        ("[" * 1000, "bad-yaml", 0),
        ("%YAML 9.9\n--- {}\n", "bad-yaml", 1),
    ],
)
def test_what_is_no_plan_at_all_is_told_at_its_line(folder: PlanFolder, words: str, code: str, line: int) -> None:
    folder.write("plan.yaml", words)
    (fault,) = folder.faults()
    assert fault.code == code
    assert fault.line == line or (code == "bad-yaml" and fault.line <= words.count("\n") + 1)


def test_nothing_is_built_from_tags_or_anchors(folder: PlanFolder) -> None:
    folder.change(
        "plan.yaml",
        ("decision: 1/QĐ-UBND", "decision: &a !!python/object/apply:os.system [exit]"),
        ("source: made up for tests", "source: &a [*a]"),
    )
    assert [code for code, _ in folder.told()] == ["not-a-value", "not-a-value"]


def test_an_anchor_may_be_used_again(folder: PlanFolder) -> None:
    before = folder.load()
    folder.change("plan.yaml", ("{kinds: [department]}", "&who {kinds: [department]}"))
    folder.change("plan.yaml", ("unit: {vi: điểm, en: points}", "unit: &who {vi: điểm, en: points}"))
    assert folder.load() == before


def test_a_plan_without_anything_names_every_key_it_needs(folder: PlanFolder) -> None:
    folder.write("plan.yaml", "{}")
    missing = [fault.message.split()[0] for fault in folder.faults()]
    assert set(missing) == {line.split(":")[0] for line in PLAN.splitlines() if line[0].isalpha()} - {
        "source_text",
        "thresholds",
    }
