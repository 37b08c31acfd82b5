"""Reads a YAML file as sections whose keys and values know their lines."""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from shared.runtime.files.fields import Cell, Fields, Findings
from shared.runtime.files.lines import read_lines
from shared.runtime.files.values import UnusableValue, shown, text

Value = TypeVar("Value")
ModelT = TypeVar("ModelT", bound=BaseModel)


Parser = Callable[[str], Any]


class Keys(NamedTuple):
    """The keys that a section must have and those that it may have, with the parsers of those that are plain values."""

    required: Mapping[str, Parser | None]
    optional: Mapping[str, Parser | None] = MappingProxyType({})


NAMES: Final = Keys({"vi": text, "en": text})


class Section(Fields):
    """A mapping of the file: plain values are its cells, nested sections and lists are read by their keys."""

    def __init__(
        self, findings: Findings, node: Node, keys: Keys, *, file: str, line: int, where: str = "", prefix: str = ""
    ) -> None:
        super().__init__(findings, file=file, line=line, where=where, prefix=prefix, cells={})
        self._keys = keys
        self._found_before = len(findings)
        self.nodes: dict[str, tuple[Node, int]] = {}  # with the line of the key
        if not isinstance(node, MappingNode):
            message = f"{prefix.rstrip('.') or 'this'} is no mapping"
            self.report(line, code="not-a-mapping", message=message, accepted=_listed(keys))
            return
        for key_node, value in node.value:
            self._keep(key_node, value, keys)
        for key in keys.required:
            if key not in self.nodes:
                self.report(line, code="missing-key", message=f"{prefix}{key} is missing", accepted=_listed(keys))
        self.cells = {
            key: Cell("" if _is_null(value) else value.value, at)
            for key, (value, at) in self.nodes.items()
            if isinstance(value, ScalarNode)
        }

    def _keep(self, key_node: Node, value: Node, keys: Keys) -> None:
        line = key_node.start_mark.line + 1
        key = key_node.value if isinstance(key_node, ScalarNode) else "?"
        if key not in (*keys.required, *keys.optional):
            message = f"{self.prefix}{shown(key)} is no key of this section"
            self.report(line, code="unknown-key", message=message, accepted=_listed(keys))
        elif key in self.nodes:
            message = f"{self.prefix}{key} stands on line {self.nodes[key][1]} already"
            self.report(line, code="duplicate-key", message=message, accepted="each key once")
        elif not (key in keys.optional and _is_null(value)):
            self.nodes[key] = (value, line)

    @property
    def raw_id(self) -> str:
        """Return the text under `id` as it stands, empty where there is none."""
        return self.cells["id"].raw if "id" in self.cells else ""

    def line_of(self, key: str) -> int:
        """Return the line of a key, or the line where the section begins."""
        return self.nodes[key][1] if key in self.nodes else self.line

    def read(self, key: str, parse: Callable[[str], Value]) -> Value | None:
        """Return the value of a key, or None where there is none or it is faulty."""
        if key in self.nodes and key not in self.cells:
            self.fault(key, code="not-a-value", message="is a list or a mapping", accepted="one plain value")
            return None
        return super().read(key, parse)

    @property
    def is_faulty(self) -> bool:
        """Return whether a fault was found since this section was begun."""
        return len(self.findings) > self._found_before

    def plain(self) -> dict[str, Any]:
        """Return the plain values by their keys, without those that are absent or faulty."""
        parsers = {**self._keys.required, **self._keys.optional}
        found = {key: self.read(key, parse) for key, parse in parsers.items() if parse}
        return {key: value for key, value in found.items() if value is not None}

    def made(self, model: type[ModelT], **defaults: object) -> ModelT | None:
        """Return the plain values as a model, or None where one that the section must have is absent or faulty."""
        values = {**defaults, **self.plain()}
        return model.model_validate(values) if self._keys.required.keys() <= values.keys() else None

    def section(self, key: str, keys: Keys) -> "Section | None":
        """Return the mapping under a key, or None where there is no such key."""
        if key not in self.nodes:
            return None
        node, line = self.nodes[key]
        return self._below(node, line, keys, prefix=f"{self.prefix}{key}.")

    def sections(self, key: str, keys: Keys, *, what: str = "") -> Iterator["Section"]:
        """Yield the mappings listed under a key; where `what` is given, their faults name it and their ids."""
        for node in self._listed_under(key):
            line = node.start_mark.line + 1
            if what:
                yield Section(self.findings, node, keys, file=self.file, line=line, where=_name(what, node))
            else:
                yield self._below(node, line, keys, prefix=f"{self.prefix}{key}.")

    def values(self, key: str, parse: Callable[[str], Value]) -> Iterator[tuple[Value, int]]:
        """Yield the plain values listed under a key, each with its line."""
        for node in self._listed_under(key):
            line = node.start_mark.line + 1
            raw = node.value if isinstance(node, ScalarNode) and not _is_null(node) else ""
            try:
                yield parse(raw), line
            except UnusableValue as problem:
                self.report(
                    line, code=problem.code, message=f"{self.prefix}{key} {problem.message}", accepted=problem.accepted
                )

    def _listed_under(self, key: str) -> Sequence[Node]:
        if key not in self.nodes:
            return ()
        node, _ = self.nodes[key]
        if isinstance(node, SequenceNode) and node.value:
            listed: Sequence[Node] = node.value
            return listed
        self.fault(key, code="not-a-list", message="is no list with something in it", accepted="at least one entry")
        return ()

    def _below(self, node: Node, line: int, keys: Keys, *, prefix: str) -> "Section":
        return Section(self.findings, node, keys, file=self.file, line=line, where=self.where, prefix=prefix)


def both_languages(section: Section, key: str) -> dict[str, str | None]:
    """Return the Vietnamese and the English text under a key, named as in the events."""
    below = section.section(key, NAMES)
    names = below.plain() if below else {}
    return {f"{key}_{language}": names.get(language) for language in NAMES.required}


def read_section(findings: Findings, path: Path, keys: Keys) -> Section | None:
    """Return the file's one mapping, or None where the file is no YAML; faults go to `findings`."""
    lines = read_lines(findings, path)
    if lines is None:
        return None
    file = str(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # harmless: nothing is built from anchors
            node = YAML(typ="safe", pure=True).compose("\n".join(lines))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"is no YAML here: {error.problem or error.context}"
        line = min(mark.line + 1, len(lines)) if mark else 0
        findings.add(file=file, line=line, code="bad-yaml", message=message, accepted="YAML 1.2, one document")
        return None
    except (YAMLError, RecursionError, ValueError):  # unreadable characters, or nested too deeply
        findings.add(file=file, line=0, code="bad-yaml", message="is no YAML", accepted="YAML 1.2, one document")
        return None
    if node is None:
        findings.add(file=file, line=0, code="empty", message="is empty", accepted=_listed(keys))
        return None
    return Section(findings, node, keys, file=file, line=node.start_mark.line + 1)


def _name(what: str, node: Node) -> str:
    for key, value in node.value if isinstance(node, MappingNode) else ():
        if key.value == "id" and isinstance(value, ScalarNode) and value.value:
            return f"{what} {shown(value.value)}"
    return f"{what} without id"


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style is None and str(node.tag) == "tag:yaml.org,2002:null"


def _listed(keys: Keys) -> str:
    may = f"; optional: {', '.join(keys.optional)}" if keys.optional else ""
    return f"the keys {', '.join(keys.required)}{may}"
