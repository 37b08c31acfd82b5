"""A link holds for one purpose, one subject, and until its moment."""

from datetime import timedelta

import pytest

from shared.runtime.auth.links import Links
from tests.support.keys import ISSUED_AT

LINKS = Links("a pepper only for tests")
UNTIL = ISSUED_AT + timedelta(days=1)
TOKEN = LINKS.token("notice", "7f0c2a64", until=UNTIL)


def test_a_link_holds_until_its_moment_and_no_longer() -> None:
    assert LINKS.is_valid(TOKEN, "notice", "7f0c2a64", now=UNTIL - timedelta(seconds=1))
    assert not LINKS.is_valid(TOKEN, "notice", "7f0c2a64", now=UNTIL)


def test_a_link_holds_for_its_own_purpose_and_subject_and_by_our_pepper_alone() -> None:
    assert not LINKS.is_valid(TOKEN, "silence", "7f0c2a64", now=ISSUED_AT)
    assert not LINKS.is_valid(TOKEN, "notice", "7f0c2a65", now=ISSUED_AT)
    assert not Links("another pepper for tests").is_valid(TOKEN, "notice", "7f0c2a64", now=ISSUED_AT)


SIGNATURE = TOKEN.partition(".")[2]
ALTERED = ["", ".", "x", TOKEN.partition(".")[0], TOKEN[:-1], f"{TOKEN}=", f"f{TOKEN}", f"-{TOKEN}", f"é.{SIGNATURE}"]
STRANGE = [f"zz.{SIGNATURE}", "f" * 50_000 + TOKEN, f"0x{TOKEN}", f"1_0{TOKEN}", f"٣{TOKEN[1:]}", f"{TOKEN[:-1]}é"]


@pytest.mark.parametrize("token", [*ALTERED, *STRANGE])
def test_a_token_that_was_altered_is_no_token(token: str) -> None:
    assert not LINKS.is_valid(token, "notice", "7f0c2a64", now=ISSUED_AT)


def test_a_token_passes_through_a_url_unchanged() -> None:
    assert set(TOKEN) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
