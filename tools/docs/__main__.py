"""`python -m tools.docs write` brings the generated documents up to date; `check` says which are not."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from shared.runtime.errors import StartFailure, one_clear_line
from tools.docs.asyncapi import asyncapi_document
from tools.docs.configuration import configuration_page
from tools.docs.events import SCHEMAS, event_models, events_page, type_of
from tools.docs.narrowing import narrowings

PROJECT: Final = Path(__file__).resolve().parents[2]


def generated(project: Path) -> Iterator[tuple[Path, str]]:
    """Yield every generated document with its text."""
    for event in event_models():
        schema = orjson.dumps(event.model_json_schema(), option=orjson.OPT_INDENT_2).decode()
        yield project / SCHEMAS / f"{type_of(event)}.json", f"{schema}\n"
    yield project / "docs" / "events.md", events_page(project)
    yield project / "docs" / "asyncapi.yaml", asyncapi_document()
    yield project / "docs" / "configuration.md", configuration_page(project)


def outdated(project: Path) -> list[Path]:
    """Return the documents that differ from what the code says now."""
    return [path for path, text in generated(project) if not path.exists() or path.read_text(encoding="utf-8") != text]


def narrowed(project: Path) -> list[str]:
    """Return what the events in the code refuse or lack beside their golden schemas, one sentence each."""
    found = []
    for event in event_models():
        golden = project / SCHEMAS / f"{type_of(event)}.json"
        if golden.exists():
            old = orjson.loads(golden.read_bytes())
            found += [f"{type_of(event)} {each}" for each in narrowings(old, event.model_json_schema())]
    return found


def write(project: Path) -> list[Path]:
    """Bring the documents up to date and return those that changed.

    Raises:
        StartFailure: an event became narrower, so its golden schema stays, or has no sample; the text says what is
            accepted.
    """
    if found := narrowed(project):
        raise StartFailure("; ".join(found) + "; old records would be lost: make a new type beside the old one")
    changed = outdated(project)
    for path, text in generated(project):
        if path in changed:
            path.write_text(text, encoding="utf-8")
    return changed


def main() -> None:
    """Run `write` or `check`."""
    with one_clear_line():
        match sys.argv[1:]:
            case ["write"]:
                for path in write(PROJECT):
                    print(f"written: {path.relative_to(PROJECT)}")
            case ["check"]:
                if found := [str(path.relative_to(PROJECT)) for path in outdated(PROJECT)]:
                    raise StartFailure(f"not current: {', '.join(found)}; run python -m tools.docs write")
                print("generated documents are current")
            case _:
                raise StartFailure("usage: python -m tools.docs write | check")


if __name__ == "__main__":
    main()
