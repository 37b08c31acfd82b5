"""From the bytes of a request to a JSON document and what is odd in it: fields named twice, numbers that are none.

How many values a body has is counted before any is made, so that none takes many times its own memory.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final, NamedTuple

import orjson

from shared.runtime.http.problems import Refused, pointer_of, printable, problem
from shared.wording.faults import Fault

MOST_VALUES: Final = 5_000
"""Of a body, with the objects and lists that hold them; a filing of 500 observations has 3,500."""

_MOST_WRITTEN_OUT: Final = 60  # digits; a number beyond that is refused anyway
# A text, or one that does not end: were that passed over, each quote in it would be tried to the end, for hours.
_TEXT_OR_BEGINNING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[,\[{]', re.DOTALL)

Place = tuple[str | int, ...]
"""The steps that lead to a value in a document."""


class UnreadableBody(Refused):
    """The body is no JSON document; its code and sentences say why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(problem(400, faults=[fault]))
        self.fault = fault


class _NoNumber(NamedTuple):
    """Stands where a number stands that is none, or out of all bounds."""

    text: str


class _Repeating(dict[str, Any]):
    """An object that names fields twice."""

    repeated: Collection[str] = ()


def parse(body: bytes) -> tuple[Any, dict[Place, Fault]]:
    """Return the document, its numbers as decimals, and by place what is odd in it.

    Raises:
        UnreadableBody: the body is no JSON document in UTF-8, or has more values than any that is taken.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _unreadable("not-utf-8", "không phải UTF-8", "it is not UTF-8") from None
    if text.startswith("\ufeff"):
        raise _unreadable("byte-order-mark", "có dấu BOM ở đầu", "it begins with a byte order mark")
    if _has_too_many_values(text):
        raise _unreadable("too-many-values", f"có hơn {MOST_VALUES} giá trị", f"it has more than {MOST_VALUES} values")
    reader = _Reader()
    document = reader.loaded(text)
    return document, dict(_odd_in(document)) if reader.has_odd else {}


def meaning_of(document: Any) -> bytes:
    """Return a hash of what a document says: blanks, the order of fields and how a number is written do not count.

    Nothing for a document that no submission can be, such as one that holds half a character.
    """
    try:
        canonical = orjson.dumps(document, default=_canonical, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return b""
    return hashlib.sha256(canonical).digest()


def _canonical(value: Any) -> Any:
    if not isinstance(value, Decimal):
        raise TypeError
    text = str(value)
    if ("." in text or "E" in text) and abs(value.adjusted()) <= _MOST_WRITTEN_OUT:
        text = format(value, "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return ["number", text]  # and not the text that would look like it


def _has_too_many_values(text: str) -> bool:
    """Count what begins a value, outside of texts; a text is passed over only where it could matter."""
    if text.count(",") + text.count("[") + text.count("{") <= MOST_VALUES:
        return False
    beginnings = (found for found in _TEXT_OR_BEGINNING.finditer(text) if text[found.start()] != '"')
    return next(islice(beginnings, MOST_VALUES, None), None) is not None


def _unreadable(code: str, vi: str, en: str) -> UnreadableBody:
    return UnreadableBody(Fault("", code, f"Không đọc được nội dung: {vi}.", f"The body cannot be read: {en}."))


class _Reader:
    """Reads one text, and notes whether there is something to point at."""

    def __init__(self) -> None:
        self.has_odd = False

    def loaded(self, text: str) -> Any:
        """Return the document in a text.

        Raises:
            UnreadableBody: there is none.
        """
        try:
            return json.loads(
                text,
                parse_float=self._number,
                parse_int=Decimal,
                parse_constant=self._no_number,
                object_pairs_hook=self._object,
            )
        except RecursionError:
            raise _unreadable("too-deep", "lồng quá sâu", "it is nested too deeply") from None
        except json.JSONDecodeError as error:
            where = f"{error.lineno}:{error.colno}"
            raise _unreadable(
                "not-json", f"không phải JSON (dòng:cột {where})", f"it is not JSON (line:column {where})"
            ) from None

    def _number(self, text: str) -> Any:
        try:
            return Decimal(text)
        except InvalidOperation:
            return self._no_number(text)

    def _no_number(self, text: str) -> Any:
        self.has_odd = True
        return _NoNumber(printable(text))

    def _object(self, fields: list[tuple[str, Any]]) -> dict[str, Any]:
        document = dict(fields)
        if len(document) == len(fields):
            return document
        self.has_odd = True
        repeating = _Repeating(document)
        repeating.repeated = [name for name, count in Counter(name for name, _ in fields).items() if count > 1]
        return repeating


def _odd_in(document: Any) -> Iterator[tuple[Place, Fault]]:
    waiting: list[tuple[Place, Any]] = [((), document)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, _NoNumber):
            yield place, _no_number(pointer_of(place), text=value.text)
        elif isinstance(value, dict):
            repeated = value.repeated if isinstance(value, _Repeating) else ()
            for name in repeated:
                yield (*place, name), _repeated_field(pointer_of((*place, name)), name=printable(name))
            waiting += (((*place, name), part) for name, part in value.items() if name not in repeated)
        elif isinstance(value, list):
            waiting += (((*place, position), part) for position, part in enumerate(value))


def _repeated_field(pointer: str, *, name: str) -> Fault:
    return Fault(
        pointer, "repeated-field", f"Trường “{name}” xuất hiện hai lần.", f"The field “{name}” is given twice."
    )


def _no_number(pointer: str, *, text: str) -> Fault:
    return Fault(
        pointer,
        "not-a-number",
        f"{text} không phải số được nhận, ví dụ 12.5.",
        f"{text} is no number that is taken; 12.5 is one.",
    )
