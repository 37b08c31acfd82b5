"""What is written for readers leads where it says, and decisions keep their form."""

import ast
import json
import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.ingest.plans.files.folder import load
from services.ingest.submissions.model import Draft
from services.ingest.submissions.reading import read_draft
from tools.docs.__main__ import PROJECT

PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "plans/**/*.md")
    for page in PROJECT.glob(pattern)
    if "var" not in page.relative_to(PROJECT).parts
)
DECISIONS = sorted((PROJECT / "docs" / "decisions").glob("*.md"))
LINK = re.compile(r"\]\((?!https?://)([^)#]+)(?:#([^)]*))?\)")
FILE = re.compile(r"`((?:services|shared|migrations|tools|tests|bench|plans|deploy|docs)/[\w./-]+\.\w+)`")
COMMAND = re.compile(r"python -m ((?:services|shared|migrations|tools|bench)[\w.]*)")
PROGRAMS = (".py", "/__main__.py")
SUPERSEDED = "*Superseded by"  # such a decision tells of files that are gone
WITHOUT_COMMENTS = {".json", ".csv", ".png", ".lock"}
VERBATIM = {"LICENSE", "source.txt"}  # others' words, as they are
PARTS = ("**Context.**", "**Choice.**", "**What it costs.**", "**What would make us change it.**")


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_every_file_begins_with_what_it_is_for() -> None:
    asked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    files = [PROJECT / name for name in asked.stdout.split("\0") if name]
    assert [name_of(file) for file in files if file.is_file() and not says_what_it_is_for(file)] == []


def says_what_it_is_for(file: Path) -> bool:
    """Return whether a file begins with a docstring or a comment, where its form has comments."""
    if file.suffix in WITHOUT_COMMENTS or file.name in VERBATIM:
        return True
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return bool(ast.get_docstring(ast.parse(text)))
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#!"))
    return next(lines, "").startswith(("#", "{#", "//", "/*", "<!--"))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [match.group(1) for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_within_a_page_leads_to_a_heading(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= headings


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_and_command_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if SUPERSEDED not in text:
        modules = {name.replace(".", "/") for name in COMMAND.findall(text)}
        missing = {each for each in modules if not any((PROJECT / f"{each}{end}").exists() for end in PROGRAMS)}
        assert missing | {each for each in FILE.findall(text) if not (PROJECT / each).exists()} == set()


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_a_decision_says_why_what_it_costs_and_what_would_change_it(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{4}(-[a-z]+)+", decision.stem)
    assert text.startswith("# ")
    assert [part for part in PARTS if part not in text] == []
    assert len(text.splitlines()) <= 60


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(decision.name[:4]) for decision in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_a_decision_that_the_code_names_is_there() -> None:
    named = {
        name
        for folder in ("services", "shared", "migrations", "tools")
        for path in (PROJECT / folder).rglob("*.py")
        for name in re.findall(r"docs/decisions/(\d{4}[\w-]+\.md)", path.read_text(encoding="utf-8"))
    }
    assert named <= {decision.name for decision in DECISIONS}


def test_the_changelog_begins_with_the_version_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = re.findall(r"^## \[(.*?)\]", (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == project["version"]


def json_of_readme(pattern: str) -> Any:
    """Return the first JSON document of README.md that the pattern leads to."""
    match = re.search(pattern, (PROJECT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert match
    return json.loads(match.group(1))


def test_the_request_in_the_readme_is_one_that_ingest_reads() -> None:
    body = json_of_readme(r"-d '(\{.*?\})'\n")
    draft = read_draft(json.dumps(body).encode(), filer="so-noi-vu")
    assert isinstance(draft, Draft)
    receipt = json_of_readme(r'(\{"submission":.*?\})')
    assert receipt["observation_count"] == len(draft.observations)
    assert (receipt["plan"], receipt["period"]) == (draft.plan, draft.period)


def test_every_agency_can_file_what_seed_prints() -> None:
    seed = (PROJECT / "deploy" / "seed").read_text(encoding="utf-8")
    told = re.search(r"-d '(\{.*?\})'\n", seed)
    assert told
    assert "Idempotency-Key: $agency" in seed
    draft = read_draft(told.group(1).encode(), filer="so-noi-vu")
    assert isinstance(draft, Draft)
    plan = load(PROJECT / "plans" / draft.plan)
    indicators = {each.id: each for each in plan.to_plan_data(1).indicators}
    for observation in draft.observations:
        assert {agency.kind for agency in plan.agencies} <= set(indicators[observation.indicator].reported_by_kinds)


def test_the_refusal_in_the_readme_is_what_the_plan_says() -> None:
    problem = json_of_readme(r'(\{"type":"urn:tiendo:problem.*?\]\})')
    period = next(
        each for each in load(PROJECT / "plans" / "lam-dong-2014").to_plan_data(1).periods if each.id == "2014-03"
    )
    assert period.locked_on == date(2014, 5, 9)
    assert period.locked_on.isoformat() in problem["faults"][0]["en"]
    assert all({"pointer", "code", "vi", "en"} == set(fault) for fault in problem["faults"])
