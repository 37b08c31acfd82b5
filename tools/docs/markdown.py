"""Markdown that generated documents are made of."""

import inspect
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table with one line a row."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def section(*blocks: str) -> str:
    """Return blocks with a blank line after each; an empty block is left out."""
    return "".join(f"{block.strip()}\n\n" for block in blocks if block.strip())


def doc(declared: type) -> str:
    """Return the docstring of a class."""
    return inspect.getdoc(declared) or ""
