"""Files are read in child processes of little memory and time: a child that dies is a clean fault."""

import asyncio
import io
import os
import tempfile
import zipfile
from typing import Any, BinaryIO

import pytest
import uvloop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from services.ingest.files.faults import FORMULA
from services.ingest.files.model import Reading
from services.ingest.files.parser import Parser
from services.ingest.files.rules import read_tables
from services.ingest.files.sheets import UnreadableFile, sheets_of
from tests.support.workbooks import SHARE, TITLES, form, workbook

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # of dates that are none
_SHEET = "xl/worksheets/sheet1.xml"
_HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_TAIL = b"</sheetData></worksheet>"


async def read(file: BinaryIO, *, parser: Parser | None = None) -> Reading:
    with tempfile.TemporaryFile() as kept:
        kept.write(file.read())
        kept.flush()
        return await (parser or Parser()).read(kept)


def with_sheet(content: bytes) -> BinaryIO:
    """Return a workbook whose only sheet is this XML."""
    changed = io.BytesIO()
    with zipfile.ZipFile(form(SHARE)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == _SHEET else old.read(part))
    changed.seek(0)
    return changed


async def test_a_child_reads_numbers_exactly_and_texts_as_texts() -> None:
    reading = await read(form((*SHARE[:4], "99.20", None, 99.2)))
    cells = reading.groups[0].rows[0].cells
    assert (cells["numerator"], str(cells["value"])) == ("99.20", "99.2")
    assert reading.cell(reading.groups[0], "/observations/0/value") == "Sheet!G2"


async def test_a_sheet_of_blank_rows_is_read_to_its_end() -> None:
    rows = b"".join(b'<row r="%d"/>' % number for number in range(1, 300_000))
    reading = await read(with_sheet(_HEAD + rows + _TAIL))
    assert [each.code for each in reading.faults] == ["nothing-to-file"]


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&a;" * 10 if n == 0 else b"&b%d;" % (n - 1) * 10) for n in range(10))
        + b"]>" + _HEAD + b'<row r="1"><c t="inlineStr"><is><t>&b9;</t></is></c></row>' + _TAIL,
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + _HEAD
        + b'<row r="1"><c t="inlineStr"><is><t>&e;</t></is></c></row>' + _TAIL,
        _HEAD + b"<row>" * 200_000,
        _HEAD + b'<row r="99999999999"><c r="ZZZZZ1"><v>1</v></c></row>' + _TAIL,
        _HEAD + b'<row r="1"><c r="A1"><v>' + b"9" * 100_000 + b"</v></c></row>" + _TAIL,
        _HEAD + b'<row r="1"><c r="A1" t="s"><v>77</v></c></row>' + _TAIL,
        b"\0" * 4096,
    ],
)  # fmt: skip
async def test_hostile_xml_is_a_fault_of_the_file(content: bytes) -> None:
    reading = await read(with_sheet(content))
    assert reading.faults[0].code in {"not-a-table", "no-header", "too-complex", "nothing-to-file"}
    assert "root:" not in str(reading)
    assert reading.groups == []


async def test_cells_that_would_fill_the_memory_end_the_child_and_nothing_else() -> None:
    row = b'<row r="%d">' + b'<c t="inlineStr"><is><t>x</t></is></c>' * 16_000 + b"</row>"
    reading = await read(with_sheet(_HEAD + b"".join(row % number for number in range(1, 100)) + _TAIL))
    assert [(each.code, each.status) for each in reading.faults] in (
        [("too-complex", 413)],
        [("no-header", 422)],
    )


async def test_one_long_text_in_every_cell_is_not_held_by_the_service() -> None:
    text = "x" * 32_000
    reading = await read(form(*[(*SHARE, None, None, text)] * 2_000))
    assert [(each.code, each.status) for each in reading.faults] == [("too-complex", 413)]


async def test_a_child_that_takes_too_long_is_ended() -> None:
    reading = await read(form(SHARE), parser=Parser(most_seconds=0.01))
    assert [(each.code, each.status) for each in reading.faults] == [("too-complex", 413)]


def test_children_run_on_the_event_loop_of_a_service() -> None:
    async def read_and_mark() -> tuple[Reading, bytes | None]:
        with tempfile.TemporaryFile() as file:
            file.write(form(SHARE).read())
            file.flush()
            return await Parser().read(file), await Parser().mark(file, [FORMULA("Sheet!E2")])

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        reading, marked = runner.run(read_and_mark())
    assert reading.groups[0].agency == "so-noi-vu"
    assert load_workbook(io.BytesIO(marked or b"")).worksheets[0]["E2"].comment is not None


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
async def test_a_file_that_is_cut_off_is_damaged(cut: float) -> None:
    whole = form(SHARE).read()
    reading = await read(io.BytesIO(whole[: int(len(whole) * cut)]))
    assert [each.code for each in reading.faults] == ["not-a-table"]


async def test_marking_what_cannot_be_read_gives_nothing() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"PK\3\4")
        file.flush()
        assert await Parser().mark(file, []) is None


# What an officer may have typed or pasted, under every title of a form.
_CELLS = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.text(max_size=20),
    st.sampled_from(["1.062", "12,5", "Có", "=1+1", "lam-dong-2014", "2014-03", "so-noi-vu", " ", "-0"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(_CELLS, max_size=11), max_size=6), st.booleans())
def test_whatever_is_written_into_a_form_is_a_reading_or_a_fault(
    rows: list[list[object]],
    is_csv: bool,  # noqa: FBT001  Hypothesis gives it
) -> None:
    if is_csv:
        lines = [",".join(TITLES), *(";".join(map(str, row)) for row in rows)]
        file: BinaryIO = io.BytesIO("\n".join(lines).encode("utf-8", "surrogatepass"))
    else:
        file = _written(rows)
    _read_safely(file)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_workbook_with_changed_bytes_is_a_reading_or_a_fault(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["set", "cut", "copy"]))
        if kind == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del content[at : at + data.draw(st.integers(1, 40))]
        else:
            content[at:at] = content[at : at + 40]
        content = content or bytearray(b"P")
    _read_safely(io.BytesIO(bytes(content)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_reading_or_a_fault(content: bytes) -> None:
    _read_safely(io.BytesIO(content))
    _read_safely(io.BytesIO(b"PK\3\4" + content))


WHOLE = form(SHARE, SHARE).read()


def _written(rows: list[list[object]]) -> BinaryIO:
    def change(sheet: Any) -> None:
        for number, row in enumerate(rows, start=2):
            for column, value in enumerate(row, start=1):
                try:
                    sheet.cell(number, column).value = value
                except (ValueError, IllegalCharacterError):  # a sign that no workbook can hold
                    continue

    return workbook(TITLES, change=change)


def _read_safely(file: BinaryIO) -> None:
    """Read as the child does; any other error is one of the library's, which the child tells as a damaged file."""
    try:
        reading = read_tables(sheets_of(file))
    except UnreadableFile:
        return
    except Exception as error:
        if _is_ours(error):
            raise
        return
    for group in reading.groups:
        assert all((group.plan, group.period, group.agency))


def _is_ours(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and f"services{os.sep}ingest" in trace.tb_frame.f_code.co_filename
