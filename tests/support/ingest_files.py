"""Forms and files over HTTP, as an officer fetches and files them."""

import io
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

import httpx
from openpyxl import load_workbook

from tests.support.ingest import Ingest

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DISTRICT: Final = "ubnd-huyen-lac-duong"
FORM: Final = f"/v1/templates/lam-dong-2014/{DISTRICT}/2014-03.xlsx"


async def send(
    ingest: Ingest,
    file: BinaryIO,
    query: str = "",
    *,
    agency: str = "so-noi-vu",
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    key = {"Authorization": f"Bearer {ingest.keys[agency]}", **(headers or {})}
    return await ingest.http.post(f"/v1/files{query}", files={"file": ("bao-cao.xlsx", file)}, headers=key)


async def fetch(ingest: Ingest, path: str = FORM, *, agency: str = DISTRICT) -> Any:
    answer = await ingest.get(path, agency=agency)
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.content))


def fill(sheet: Any, number: int) -> None:
    """Fill a row as its validation asks."""
    asked = [sheet.cell(number, column) for column in range(6, 10) if not sheet.cell(number, column).protection.locked]
    for cell in asked:
        cell.value = {6: 7, 7: 12, 8: 3, 9: "Có"}[cell.column]


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["faults"]]
