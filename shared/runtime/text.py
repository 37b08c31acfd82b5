"""Text that people write: bounded before anything is computed, composed (NFC), and every sign it may not hold named."""

import re
import unicodedata
from typing import Final

_MOST_MARKS: Final = 8  # on one character; Vietnamese takes two, no living script more than four or five
_MOST_DECOMPOSED: Final = 4  # characters that one composed character may be sent as, its marks apart
_MOST_NAMED: Final = 3
_JOINER: Final = "\u200d"
_LINE_ENDS: Final = "\r\v\f\x85\u2028\u2029"  # Word, Outlook and spreadsheets break lines with these
_NEWLINES: Final = str.maketrans(dict.fromkeys(_LINE_ENDS, "\n"))
# Controls, formatting (zero width, direction), half characters, private use, what Unicode has not assigned.
_UNFIT: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Of a category that is seen, and yet nobody sees them: fillers, the Braille blank, the grapheme joiner and the like.
_RUN: Final = re.compile(rf"[^\w\s]{{{_MOST_MARKS + 1},}}")  # a pile of marks is one, as are many points and dashes
_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_LOST: Final = frozenset("\ufffc\ufffd")  # what stands where a picture or an unreadable character stood
_NEVER: Final = _UNSEEN | _LOST
_SELECTORS: Final = frozenset({*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))})
_EMOJI_PARTS: Final = frozenset({"So", "Sk"})


class UnfitText(ValueError):
    """A text cannot be taken; code and sentences say why."""

    def __init__(self, code: str, *, vi: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.vi = vi
        self.en = en


def composed(raw: str, *, longest: int, has_lines: bool = False) -> str:
    """Return a text in NFC without blanks around it: each line end is a line feed, each tab a space.

    The time this takes is bounded by `longest`, a number of characters, however long the text is.

    Raises:
        UnfitText: it is blank, too long, or holds signs that cannot be taken, which are named with their positions.
    """
    if len(raw) > longest * _MOST_DECOMPOSED:
        raise _too_long(longest)
    check_marks(raw)
    text = unicodedata.normalize("NFC", raw if raw.isprintable() else _with_usual_blanks(raw, has_lines)).strip()
    if len(text) > longest:
        raise _too_long(longest)
    if not (raw.isprintable() and _NEVER.isdisjoint(raw)) and (found := _unfit_in(raw, has_lines=has_lines)):
        raise _unfit(found)
    if not any(_is_seen(sign) for sign in text):
        raise UnfitText("bad-text", vi="Văn bản trống; hãy nhập nội dung.", en="The text is blank; write something.")
    return text


def check_marks(raw: str) -> None:
    """Check that no character carries so many combining marks that composing them would take minutes.

    Source: UAX #15, section 13, bounds such runs for the same reason (Stream-Safe Text Format).

    Raises:
        UnfitText: one does; its position is named.
    """
    if not _RUN.search(raw):
        return
    run = 0
    for position, sign in enumerate(raw, start=1):
        run = run + 1 if unicodedata.category(sign)[0] == "M" else 0
        if run > _MOST_MARKS:
            at = position - run
            raise UnfitText(
                "bad-text",
                vi=f"Ký tự ở vị trí {max(at, 1)} có quá nhiều dấu chồng lên; mỗi ký tự tối đa {_MOST_MARKS} dấu.",
                en=f"The character at position {max(at, 1)} carries too many marks; each may have {_MOST_MARKS}.",
            )


def sign_named(sign: str) -> str:
    """Return how a sign is told to a reader who may not see it, such as `U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()


def first_foreign(text: str) -> tuple[str, int] | None:
    """Return the first sign beyond ASCII as it is named, and its position from 1; None where all are ASCII.

    It may look like one of ours: Cyrillic о, full-width １.
    """
    return next(((sign_named(sign), at) for at, sign in enumerate(text, start=1) if not sign.isascii()), None)


def _too_long(longest: int) -> UnfitText:
    return UnfitText(
        "too-long", vi=f"Văn bản dài hơn {longest} ký tự.", en=f"The text is longer than {longest:,} characters."
    )


def _unfit(found: dict[str, int]) -> UnfitText:
    named = [(sign_named(sign), at) for sign, at in list(found.items())[:_MOST_NAMED]]
    more = len(found) - len(named)
    said_vi = ", ".join(f"{name} ở vị trí {at}" for name, at in named)
    said_en = ", ".join(f"{name} at position {at}" for name, at in named)
    return UnfitText(
        "bad-text",
        vi=f"Có ký tự không được chấp nhận: {said_vi}{f' và {more} loại khác' if more else ''}; hãy xóa hoặc gõ lại.",
        en=f"It holds signs that are not taken: {said_en}{f' and {more} more' if more else ''}; delete or retype them.",
    )


def _with_usual_blanks(raw: str, has_lines: bool) -> str:  # noqa: FBT001  as it is said where this is called
    lines = raw.replace("\r\n", "\n").translate(_NEWLINES) if has_lines else raw
    return lines.replace("\t", " ")


def _unfit_in(raw: str, *, has_lines: bool) -> dict[str, int]:
    """Return the signs that cannot be taken, each with the position where it stands first."""
    found: dict[str, int] = {}
    for index, sign in enumerate(raw):
        if sign == "\n" or sign in _LINE_ENDS:
            is_fit = has_lines
        elif sign == _JOINER:
            is_fit = _joins(raw, index)
        else:
            is_fit = sign == "\t" or not (unicodedata.category(sign) in _UNFIT or sign in _NEVER)
        if not is_fit:
            found.setdefault(sign, index + 1)
    return found


def _joins(raw: str, index: int) -> bool:
    """Return whether a joiner stands between parts of one emoji, as in a family; elsewhere nobody sees it."""
    before, after = raw[index - 1 : index], raw[index + 1 : index + 2]
    return bool(before and after) and (
        unicodedata.category(after) == "So" and (before in _SELECTORS or unicodedata.category(before) in _EMOJI_PARTS)
    )


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNPS"
