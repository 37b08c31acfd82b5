"""What a real LibreOffice has opened and saved goes in; where there is no LibreOffice, these tests are skipped."""

import io
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support.databases import DatabaseMaker
from tests.support.ingest import Ingest, ingest_on
from tests.support.ingest_files import DISTRICT, fetch, fill, send, told
from tests.support.requirements import skip_or_fail

CSV_WITH_SEMICOLONS = "csv:Text - txt - csv (StarCalc):59,34,76,1"  # in UTF-8
UNICODE_TEXT = "csv:Text - txt - csv (StarCalc):9,34,UTF16,1"


@pytest.fixture
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


@pytest.fixture
def soffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        skip_or_fail("libreoffice", "there is no soffice on the PATH")
    return found


def resaved(soffice: str, book: Any, folder: Path, *, ending: str = "xlsx") -> io.BytesIO:
    """Return what LibreOffice writes after it has opened a workbook."""
    book.save(folder / "form.xlsx")
    written = folder / "saved"
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            str(written),
            str(folder / "form.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return io.BytesIO((written / f"form.{ending.partition(':')[0]}").read_bytes())


@pytest.mark.parametrize("ending", ["xlsx", CSV_WITH_SEMICOLONS])
async def test_a_form_that_libreoffice_saved_goes_in(ingest: Ingest, soffice: str, tmp_path: Path, ending: str) -> None:
    book = await fetch(ingest)
    for number in range(8, 30):
        fill(book["Biểu mẫu"], number)
    book["Biểu mẫu"]["J8"] = "Hai phòng chưa có chữ ký số; “bổ sung” sau"
    saved = resaved(soffice, book, tmp_path, ending=ending)
    answer = await send(ingest, saved, agency=DISTRICT)
    assert answer.status_code == 202, answer.text
    receipts = answer.json()["submissions"]
    assert [each["observation_count"] for each in receipts] == [10, 2, 2, 2, 2, 2, 2]
    event = (await ingest.outbox())[0]["data"]["observations"][0]
    assert (event["numerator"], event["denominator"]) == ("7", "12")
    assert event["note"] == "Hai phòng chưa có chữ ký số; “bổ sung” sau"


async def test_libreoffice_keeps_what_protects_and_checks_a_form(ingest: Ingest, soffice: str, tmp_path: Path) -> None:
    sheet = load_workbook(resaved(soffice, await fetch(ingest), tmp_path))["Biểu mẫu"]
    assert sheet.protection.sheet
    assert not sheet["F8"].protection.locked
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"whole", "decimal", "list"}


async def test_faults_are_found_in_what_libreoffice_saved_and_its_marks_stay(
    ingest: Ingest, soffice: str, tmp_path: Path
) -> None:
    book = await fetch(ingest)
    sheet = book["Biểu mẫu"]
    sheet["F8"], sheet["G8"] = "=3+4", 12
    sheet["F9"], sheet["G9"] = "1.062", 2000
    sheet["H13"], sheet["H13"].number_format = 0.995, "0.0%"
    answer = await send(ingest, resaved(soffice, book, tmp_path), "?dry_run=true", agency=DISTRICT)
    assert sorted(told(answer)) == [
        ("Biểu mẫu!F8", "formula"),
        ("Biểu mẫu!F9", "ambiguous-number"),
        ("Biểu mẫu!H13", "in-percent"),
    ]
    marked = await send(ingest, resaved(soffice, book, tmp_path), "?marked=true", agency=DISTRICT)
    again = load_workbook(resaved(soffice, load_workbook(io.BytesIO(marked.content)), tmp_path))["Biểu mẫu"]
    assert {cell.coordinate for row in again.iter_rows() for cell in row if cell.comment} == {"F8", "F9", "H13"}
