"""How the columns of a form are recognised."""

import pytest

from services.ingest.files.columns import SHOWN, TITLES, column_of, is_passed_over


@pytest.mark.parametrize(
    "title", ["Tử số", "TỬ SỐ", " tử  số ", "Tử\nsố", "Tu\u031b\u0309 sô\u0301", "numerator", "Numerator"]
)
def test_a_title_is_recognised_however_it_is_typed(title: str) -> None:
    assert column_of(title) == "numerator"


@pytest.mark.parametrize("title", ["Tu so", "Tử số (người)", "", *SHOWN])
def test_any_other_title_names_no_column_that_is_read(title: str) -> None:
    assert column_of(title) is None


def test_what_is_shown_for_people_is_passed_over_and_nothing_else() -> None:
    assert all(map(is_passed_over, SHOWN))
    assert not any(map(is_passed_over, [*TITLES, *TITLES.values(), "Tu so"]))
