"""What docs/walk.md names: functions and classes of ours, each with its file."""

import ast
import re
from typing import Final

from tools.docs.__main__ import PROJECT

PAGE: Final = (PROJECT / "docs" / "walk.md").read_text(encoding="utf-8")
WALK, QUESTIONS = PAGE.split("## Where is it decided")
_NAMED: Final = re.compile(r"\[`([\w/]+\.py)`\]\(\.\./\1\)\s((?:`[\w.]+`(?:, )?)+)")


def named_in(text: str) -> dict[str, set[str]]:
    """Return by file the names that stand behind its link."""
    found: dict[str, set[str]] = {}
    for file, names in _NAMED.findall(text):
        found.setdefault(file, set()).update(re.findall(r"`([\w.]+)`", names))
    return found


def defined_in(file: str) -> set[str]:
    """Return the functions and classes of a file, and the methods with the name of their class."""
    found: set[str] = set()
    for node in ast.parse((PROJECT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}.{each.name}"
                for each in node.body
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return found
