"""The glossary has every word that readers meet, and the words that the code shows them."""

import re
from enum import StrEnum

import pytest

from services.notify.notices.model import NoticeState
from services.notify.policy.model import NoticeKind
from shared.events.vocabulary import Adjustment, Language, ProposalState, Reach, Scope, Standing
from shared.wording.judgement_terms import WORDS
from tools.docs.__main__ import PROJECT

ROWS = dict(
    re.findall(
        r"^\| `([\w-]+)` \| ([^|]+) \|", (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
)


@pytest.mark.parametrize(
    "words",
    [Standing, Reach, Adjustment, ProposalState, NoticeKind, NoticeState, Scope],
    ids=lambda words: words.__name__,
)
def test_every_word_is_explained(words: type[StrEnum]) -> None:
    assert {word.value for word in words} <= set(ROWS)


@pytest.mark.parametrize("standing", Standing)
def test_a_standing_is_called_what_readers_are_shown(standing: Standing) -> None:
    assert ROWS[standing.value] == WORDS[Language.VI].standings[standing]
