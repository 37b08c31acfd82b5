"""Only what is written as a number is taken for one."""

from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.runtime.http.pydantic_faults import WHOLE

NUMBER: TypeAdapter[int] = TypeAdapter(Annotated[int, WHOLE])


@pytest.mark.parametrize("written", ["1_0", "+3", " 3", "3 ", "3\n", "3.0", "", "٣", "３", "1e3", "9" * 21])
def test_what_only_python_reads_as_a_whole_number_is_refused(written: str) -> None:
    with pytest.raises(ValidationError, match="A whole number is wanted"):
        NUMBER.validate_python(written)


@pytest.mark.parametrize(("written", "number"), [("0", 0), ("-5", -5), ("200", 200), (7, 7)])
def test_a_whole_number_is_taken(written: object, number: int) -> None:
    assert NUMBER.validate_python(written) == number
