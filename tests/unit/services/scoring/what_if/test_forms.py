"""What a change of a plan and its reason may look like, and what is said of one that does not."""

import time
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from services.scoring.adjustments.schemas import DecisionIn
from services.scoring.what_if.forms import TargetIn


def refused(form: Any, said: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ValidationError) as found:
        form.model_validate(said)
    (fault,) = found.value.errors()
    return fault["type"], fault["ctx"]["vi"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("12,5", "decimal-comma"),
        ("1.062", "ambiguous-number"),
        ("1.234.567", "ambiguous-number"),
        ("-0.00", "bad-number"),
        (Decimal("-0.0"), "bad-number"),
        ("\uff11", "bad-number"),
        ("1" * 29, "too-many-digits"),
        (Decimal("1E+1000000"), "too-many-digits"),
        (True, "malformed"),
    ],
)
def test_a_target_that_is_no_figure_is_told_why(value: object, code: str) -> None:
    assert refused(TargetIn, {"value": value})[0] == code


def test_a_target_keeps_every_digit() -> None:
    assert TargetIn.model_validate({"value": "0.0070454100450257"}).value == Decimal("0.0070454100450257")


def test_a_reason_is_composed_and_its_signs_are_named() -> None:
    said = DecisionIn.model_validate({"outcome": "approved", "reason": "Tie\u0302\u0301n \u0111o\u0323\u0302\r\nchậm"})
    assert said.reason == "Tiến độ\nchậm"
    code, vi = refused(DecisionIn, {"outcome": "approved", "reason": "a\u200bb"})
    assert (code, "U+200B ZERO WIDTH SPACE ở vị trí 2" in vi) == ("bad-text", True)
    assert refused(DecisionIn, {"outcome": "approved", "reason": "\u3164"})[0] == "bad-text"


def test_a_pile_of_marks_costs_nothing() -> None:
    begun = time.perf_counter()
    assert refused(DecisionIn, {"outcome": "approved", "reason": "a" + "\u0323\u0301" * 250_000})[0] == "too-long"
    assert time.perf_counter() - begun < 1
