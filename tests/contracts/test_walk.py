"""docs/walk.md names what there is."""

import re

import pytest

from tests.support.walk import PAGE, WALK, defined_in, named_in

NO_CODE = {"python -m tools.trace_submission", "> 90"}


@pytest.mark.parametrize(("file", "names"), named_in(PAGE).items())
def test_every_function_of_the_walk_is_in_its_file(file: str, names: set[str]) -> None:
    assert names <= defined_in(file)


def test_the_walk_names_nothing_apart_from_its_file() -> None:
    named = named_in(PAGE)
    assert set(re.findall(r"`([^`]+)`", PAGE)) - NO_CODE == set(named).union(*named.values())


def test_a_newcomer_follows_a_submission_through_at_most_fifty_files() -> None:
    assert len(named_in(WALK)) <= 50


def test_the_walk_is_one_page() -> None:
    assert len(PAGE.splitlines()) <= 90
