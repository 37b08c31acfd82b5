"""Figures in C are Python's: every operation digit by digit and exponent by exponent, or refused."""

import ctypes
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from services.scoring import figures
from services.scoring.native import layouts
from services.scoring.native.tables import figure_of
from services.scoring.numerals import number
from tests.support.compiled import compiled_rules, path_tested

ROOM = 300
SHORT = st.integers(0, 10**18 - 1)
NINES = st.integers(1, 50).map(lambda digits: 10**digits - 1)
COEFFICIENTS = SHORT | NINES | st.integers(0, 10**50 - 1) | st.integers(0, 49).map(lambda power: 10**power)
FIGURES = st.builds(
    lambda coefficient, exponent: Decimal(coefficient).scaleb(exponent, context=figures._WIDE),
    COEFFICIENTS,
    st.integers(-55, 0),
)
SMALL = st.builds(
    lambda coefficient, places: Decimal(coefficient).scaleb(-places), st.integers(0, 10**9), st.integers(0, 6)
)


@pytest.fixture(scope="module")
def compiled() -> Any:
    compiled_rules()
    found = ctypes.CDLL(str(path_tested()))
    for name in ("quotient", "product", "added", "difference"):
        getattr(found, name).restype = ctypes.c_bool
    found.kept.restype, found.kept.argtypes = layouts.Figure, [layouts.Figure]
    return found


def in_c(figure: Decimal) -> Any:
    made = figure_of(figure)
    assert made is not None
    return made


def in_python(figure: Any) -> Decimal:
    coefficient = sum(limb << 64 * place for place, limb in enumerate(figure.limbs))
    return Decimal((0, tuple(map(int, str(coefficient))), figure.exponent))


def same(ours: Decimal, figure: Any) -> bool:
    assert str(in_python(figure)) == str(ours)
    return True


OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "quotient": figures.quotient,
    "product": figures.product,
    "added": figures.added,
    "difference": figures.difference,
}


@given(one=FIGURES, other=FIGURES, operation=st.sampled_from(sorted(OPERATIONS)))
@example(one=Decimal(1710), other=Decimal(73), operation="quotient")
@example(one=Decimal("1" + "0" * 49), other=Decimal("9" * 49), operation="quotient")
@example(one=Decimal(1), other=Decimal("9" * 50), operation="quotient")
@example(one=Decimal(0), other=Decimal("0.50"), operation="quotient")
@example(one=Decimal(5), other=Decimal("1.25"), operation="quotient")
def test_an_operation_is_pythons_or_refused(compiled: Any, one: Decimal, other: Decimal, operation: str) -> None:
    if operation == "quotient" and other == 0:
        other = Decimal(3)
    if operation == "difference":
        one, other = max(one, other), min(one, other)
    out = layouts.Figure()
    if getattr(compiled, operation)(ctypes.byref(in_c(one)), ctypes.byref(in_c(other)), ctypes.byref(out)):
        whole = OPERATIONS[operation](one, other)
        assert same(whole, out)
        assert same(figures.kept(whole), compiled.kept(out))


@given(one=SMALL, other=SMALL, operation=st.sampled_from(sorted(OPERATIONS)))
def test_nothing_usual_is_refused(compiled: Any, one: Decimal, other: Decimal, operation: str) -> None:
    other = other or Decimal(1)
    if operation == "difference":
        one, other = max(one, other), min(one, other)
    assert getattr(compiled, operation)(
        ctypes.byref(in_c(one)), ctypes.byref(in_c(other)), ctypes.byref(layouts.Figure())
    )


@given(one=FIGURES, other=FIGURES | SMALL)
@example(one=Decimal("1.50"), other=Decimal("1.5"))
@example(one=Decimal(0), other=Decimal("0.00"))
def test_figures_are_compared_as_python_compares_them(compiled: Any, one: Decimal, other: Decimal) -> None:
    found = compiled.compared(ctypes.byref(in_c(one)), ctypes.byref(in_c(other)))
    assert found == (one > other) - (one < other)


@given(figure=FIGURES | SMALL, beside=st.none() | FIGURES | SMALL, is_near=st.booleans(), places=st.integers(0, 6))
@example(figure=Decimal("89.996"), beside=Decimal(90), is_near=False, places=2)
@example(figure=Decimal("0.012345678"), beside=None, is_near=False, places=2)
def test_a_figure_is_read_as_python_reads_it(
    compiled: Any, figure: Decimal, beside: Decimal | None, *, is_near: bool, places: int
) -> None:
    figure = figures.kept(figure)
    assume(figure < 10**28)  # beyond that Python keeps powers of ten, which C has not
    if is_near and figure < 10**20:
        beside = round(figure, places)
    room = ctypes.create_string_buffer(ROOM)
    length = compiled.text_of(ctypes.byref(in_c(figure)), room)
    assert room.raw[:length].decode() == str(figure) if length else "E" in str(figure)
    length = compiled.number(ctypes.byref(in_c(figure)), None if beside is None else ctypes.byref(in_c(beside)), room)
    assert not length or room.raw[:length].decode() == number(figure, beside=beside)


@pytest.mark.parametrize(
    "text", ["0", "1", "12.50", "0.001", "999999999999999999", "1" * 18 + "." + "2" * 18, "0." + "9" * 74, "9" * 76]
)
def test_a_figure_is_read(compiled: Any, text: str) -> None:
    out = layouts.Figure()
    compiled.read_figure.restype = ctypes.c_bool
    assert compiled.read_figure(text.encode(), ctypes.c_int64(len(text)), ctypes.byref(out))
    assert same(Decimal(text), out)


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "01", "1.", ".5", "1e3", "1.2.3", "١", "1_000", "1" * 77, "1" * 19 + "x", "NaN"]
)
def test_what_is_no_plain_figure_is_refused(compiled: Any, text: str) -> None:
    compiled.read_figure.restype = ctypes.c_bool
    told = text.encode()
    assert not compiled.read_figure(told, ctypes.c_int64(len(told)), ctypes.byref(layouts.Figure()))
