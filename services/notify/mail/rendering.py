"""Renders a notice as subject, text and HTML in the recipient's language."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from services.notify.notices.contents import AgencyLine, Contents
from services.notify.notices.model import Help
from shared.events.vocabulary import Language, LocalizedText, Standing
from shared.wording import dates, kinds, numbers, outlooks, terms
from shared.wording.figures import Figures

_TEMPLATES: Final = Path(__file__).parent / "templates"
_SUBJECT_LENGTH: Final = 78
_MOST_LISTED: Final = 25  # agencies of a digest's list that are named; the rest is counted
_BLANK_LINES: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Message:
    """What the recipient reads."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every message: to whom, when, and under which number."""

    notice: str
    recipient: str
    written_at: datetime
    is_rehearsal: bool
    accepts_replies: bool  # a reply reaches a person
    url: str | None  # where the message can be read in a browser
    help: Help | None  # null where the contacts name nobody


def render(contents: Contents, *, frame: Frame, language: Language) -> Message:
    """Return the notice as its recipient reads it; the same input always reads the same.

    Raises:
        jinja2.UndefinedError: a template asks for what the contents do not have.
    """
    environment = _environment()
    given: dict[str, Any] = {
        "contents": contents,
        "about": contents.about,
        "frame": frame,
        "w": wording_in(language),
        "language": language.value,
        "listed": _MOST_LISTED,
        "grouped": grouped,
        "colours": _COLOURS,
    }
    folder = f"{language.value}/{contents.kind.value}"
    subject = environment.get_template(f"{folder}/subject.txt").render(given)
    text = environment.get_template(f"{folder}/body.txt").render(given)
    html = environment.get_template(f"{folder}/body.html").render(given)
    return Message(
        subject=shortened(" ".join(subject.split())),
        text=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
        html=_inliner().inline(html),
    )


def wording_in(language: Language) -> Mapping[str, Callable[..., Any]]:
    """Return the formats and terms of `shared/wording` in one language, by name."""
    formats = (
        dates.day,
        dates.last_day,
        dates.moment,
        numbers.counted,
        numbers.number,
        numbers.percent,
        dates.period,
        kinds.verdict,
    )
    return {
        "text": lambda text: text.of(language),
        "basis": lambda basis: terms.BASES[basis].of(language),
        "figures": partial(Figures, language=language),
        "finding": lambda found: outlooks.sentence(
            found,
            least_observations=found.least_observations,
            language=language,
            unit=found.unit.of(language),
            measure=found.measure,
        ),
        **{each.__name__: partial(each, language=language) for each in formats},
    }


def shortened(subject: str) -> str:
    """Return a subject of at most 78 signs that cannot be read as an encoded word or as more headers."""
    harmless = subject.replace("=?", "= ?")
    return harmless if len(harmless) <= _SUBJECT_LENGTH else harmless[: _SUBJECT_LENGTH - 1].rstrip() + "…"


def grouped(lines: Iterable[AgencyLine]) -> list[tuple[AgencyLine, list[AgencyLine]]]:
    """Return agencies with the same indicators since the same period together, the largest group first."""
    groups: dict[tuple[tuple[LocalizedText, ...], str], list[AgencyLine]] = {}
    for line in lines:
        groups.setdefault((line.indicators, line.since), []).append(line)
    return [(group[0], group) for group in sorted(groups.values(), key=len, reverse=True)]


def sanitized(value: object) -> object:
    """Return text in NFC without control and direction-changing signs; anything else as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if value.isprintable() and unicodedata.is_normalized("NFC", value):
        return value  # nearly every text there is
    normal = unicodedata.normalize("NFC", value)
    return "".join(sign for sign in normal if sign in _KEPT or unicodedata.category(sign) not in _HIDDEN)


_KEPT: Final = "\n\t\u200d"  # the last joins the parts of one emoji; ingest accepts it nowhere else
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_COLOURS: Final = {
    Standing.MET: "#1b6e3c",
    Standing.ON_TRACK: "#5aa469",
    Standing.AT_RISK: "#d99a1c",
    Standing.LAGGING: "#b3261e",
    Standing.MISSING: "#6b6f76",
    Standing.AWAITED: "#c3c7cd",
    Standing.NOT_ASSESSABLE: "#9aa0a8",
}


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        finalize=sanitized,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
