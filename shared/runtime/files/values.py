"""Parsers of the text of one cell or scalar; each raises UnusableValue where the text is no such value."""

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from shared.runtime.figures import MOST_DIGITS, UnfitFigure, figure_of
from shared.runtime.text import UnfitText, composed

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_SLUG_LENGTH: Final = 80
_TEXT_LENGTH: Final = 1000
_SHOWN_LENGTH: Final = 60
# Control, invisible and direction-changing characters and line separators: a name with one is not what it seems.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

Word = TypeVar("Word", bound=StrEnum)


class UnusableValue(ValueError):
    """A text that is not the value wanted."""

    def __init__(self, *, code: str, message: str, accepted: str) -> None:
        self.code = code
        self.message = message
        self.accepted = accepted
        super().__init__(message)


def shown(raw: str) -> str:
    """Return a text as a message quotes it: short, on one line, with invisible characters named."""
    short = raw if len(raw) <= _SHOWN_LENGTH else f"{raw[:_SHOWN_LENGTH]}…"
    seen = "".join(sign if unicodedata.category(sign) not in _UNSEEN else f"<U+{ord(sign):04X}>" for sign in short)
    return json.dumps(seen, ensure_ascii=False)


def text(raw: str, *, longest: int = _TEXT_LENGTH) -> str:
    """Return a text in NFC without surrounding blanks, neither empty nor too long, without invisible characters."""
    if not raw.strip():
        raise UnusableValue(code="empty", message="is empty", accepted="some text")
    try:
        return composed(raw, longest=longest)
    except UnfitText as found:
        raise UnusableValue(
            code=found.code,
            message=f"cannot be taken: {found}",
            accepted=f"1 to {longest} printable characters on one line",
        ) from None


def slug(raw: str) -> str:
    """Return an id of small letters, digits and single hyphens."""
    value = text(raw)
    if len(value) > _SLUG_LENGTH or not _SLUG.fullmatch(value):
        raise UnusableValue(
            code="bad-id",
            message=f"is {shown(value)}",
            accepted=f"a-z, 0-9 and single hyphens, at most {_SLUG_LENGTH} of them, such as so-noi-vu",
        )
    return value


def day(raw: str) -> date:
    """Return a date written as year-month-day."""
    value = text(raw)
    try:
        if _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # shaped like a date, but there is no such day
    raise UnusableValue(code="bad-date", message=f"is {shown(value)}", accepted="a date such as 2014-03-31")


def number(raw: str) -> Decimal:
    """Return an exact decimal in its shortest form, so that 90 and 90.0 are equal in a hash."""
    try:
        exact = figure_of(text(raw))
    except UnfitFigure as found:
        raise UnusableValue(
            code="bad-number",
            message=f"is {shown(raw)}: {found}",
            accepted=f"a plain decimal number such as 12.5 of at most {MOST_DIGITS} digits",
        ) from None
    whole_part = exact.to_integral_value()
    return whole_part + 0 if exact == whole_part else exact.normalize()


def weight(raw: str) -> Decimal:
    """Return a decimal from 0."""
    value = number(raw)
    if value < 0:
        raise UnusableValue(
            code="out-of-range", message=f"is {value}", accepted="0 or more; 0 shows an indicator without scoring it"
        )
    return value


def whole(raw: str) -> int:
    """Return a whole number from 0."""
    value = text(raw)
    if not _WHOLE.fullmatch(value):
        raise UnusableValue(
            code="bad-number", message=f"is {shown(value)}", accepted="a whole number from 0, such as 25"
        )
    return int(value)


def truth(raw: str) -> bool:
    """Return true or false."""
    value = text(raw)
    if value not in {"true", "false"}:
        raise UnusableValue(code="bad-truth", message=f"is {shown(value)}", accepted="true or false")
    return value == "true"


def word(words: type[Word]) -> Callable[[str], Word]:
    """Return a parser for the words of a vocabulary."""

    def parse(raw: str) -> Word:
        value = text(raw)
        try:
            return words(value)
        except ValueError:
            raise UnusableValue(
                code="unknown-word", message=f"is {shown(value)}", accepted=", ".join(word.value for word in words)
            ) from None

    return parse
