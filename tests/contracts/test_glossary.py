"""The glossary has every word that readers meet, and the words that the code shows them."""

import re
from enum import StrEnum

import pytest

from services.ingest.register.model import FilingState, ObligationState, Window
from services.notify.notices.model import NoticeState
from services.notify.policy.model import NoticeKind
from shared.events.vocabulary import Adjustment, Language, ProposalState, Reach, Scope, Standing
from shared.wording.judgement_terms import WORDS
from tools.docs.__main__ import PROJECT

PAGE = (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))
OF_THE_DOMAIN, OF_THE_CODE = (
    re.findall(r"^(?!.* \| tiếng Việt \|)\| ((?!-)[^`|]+) \|.*?(?:\| ((?:`\w+`(?:, )?)+) )?\|$", part, re.MULTILINE)
    for part in PAGE.split("## How the code says it")
)
DEFINED = re.compile(r"^ *(?:class|def|async def) (\w+)|^(\w+)(?:: Final[^=]*)? = ", re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [Standing, Reach, Adjustment, ProposalState, NoticeKind, NoticeState, Scope, FilingState, ObligationState, Window],
    ids=lambda words: words.__name__,
)
def test_every_word_is_explained(words: type[StrEnum]) -> None:
    assert {word.value for word in words} <= set(ROWS)


@pytest.mark.parametrize("standing", Standing)
def test_a_standing_is_called_what_readers_are_shown(standing: Standing) -> None:
    assert ROWS[standing.value] == WORDS[Language.VI].standings[standing]


def test_no_word_is_explained_twice() -> None:
    words = [word for explained, _ in OF_THE_DOMAIN + OF_THE_CODE for word in re.split(r", ", explained)]
    assert len(OF_THE_CODE) > 30
    assert [word for word in words if words.count(word) > 1] == []


def test_the_code_has_every_name_that_is_said_to_be_in_it() -> None:
    texts = (
        path.read_text(encoding="utf-8") for each in ("services", "shared") for path in (PROJECT / each).rglob("*.py")
    )
    defined = {name for text in texts for names in DEFINED.findall(text) for name in names}
    assert {name for _, names in OF_THE_CODE for name in re.findall(r"\w+", names)} - defined == set()
    assert [word for word, names in OF_THE_CODE if not names] == []
