"""Forms and files over HTTP on a real database: an officer fills a form, hears what is wrong, and files all of it."""

import io
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from openpyxl import load_workbook

from services.ingest.files.uploads import MOST_FILE_BYTES
from tests.support.databases import DatabaseMaker
from tests.support.ingest import LEAD, Ingest, ingest_on
from tests.support.ingest_files import DISTRICT, FORM, XLSX, fetch, fill, send, told
from tests.support.workbooks import SHARE, csv_file, form, saved

UPTIME = ("lam-dong-2014", "2014-03", "so-noi-vu", "network-uptime", None, None, 99.25, None, "Mất điện")


@pytest.fixture
async def ingest(make_database: DatabaseMaker) -> AsyncIterator[Ingest]:
    async with ingest_on(await make_database("ingest")) as lent:
        yield lent


async def test_a_form_that_is_filled_in_goes_in_as_it_is(ingest: Ingest) -> None:
    book = await fetch(ingest)
    sheet = book["Biểu mẫu"]
    for number in range(8, sheet.max_row + 1):
        fill(sheet, number)
    answer = await send(ingest, saved(book), agency=DISTRICT)
    assert answer.status_code == 202, answer.text
    receipts = answer.json()["submissions"]
    assert (len(receipts), receipts[0]["agency"], receipts[0]["observation_count"]) == (7, DISTRICT, 10)
    assert {each["observation_count"] for each in receipts[1:]} == {2}
    assert await ingest.count("submission") == 7
    assert {each["data"]["filed_by"] for each in await ingest.outbox()} == {DISTRICT}

    april = await fetch(ingest, FORM.replace("2014-03", "2014-04"))
    assert [april["Biểu mẫu"].cell(number, 5).value for number in (8, 10, 13)] == ["7 / 12", "Có", "3"]
    april_of_the_lead = await fetch(ingest, FORM.replace("2014-03", "2014-04"), agency=LEAD)
    assert april_of_the_lead["Biểu mẫu"]["E8"].value == "7 / 12"


async def test_a_form_names_what_is_asked_and_protects_the_rest(ingest: Ingest) -> None:
    sheet = (await fetch(ingest))["Biểu mẫu"]
    assert "UBND huyện Lạc Dương" in sheet["A3"].value
    assert sheet.protection.sheet
    assert sheet["A8"].protection.locked
    assert not sheet["F8"].protection.locked
    assert "Mục tiêu: > 90 %" in sheet["D8"].value
    assert sheet["E8"].value == "–"
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert kinds == {"whole", "decimal", "list"}
    assert [sheet.cell(8, column).value for column in range(11, 15)] == [
        "lam-dong-2014",
        "2014-03",
        DISTRICT,
        "edoc-exchange",
    ]


async def test_what_was_withdrawn_is_not_shown_as_the_last_value(ingest: Ingest) -> None:
    receipt = (await send(ingest, form(SHARE))).json()["submissions"][0]
    path = "/v1/templates/lam-dong-2014/so-noi-vu/2014-04.xlsx"
    assert (await fetch(ingest, path, agency="so-noi-vu"))["Biểu mẫu"]["E8"].value == "412 / 510"
    await ingest.ask(f"{receipt['status_url']}/withdrawal", {"reason": "Nhầm"})
    assert (await fetch(ingest, path, agency="so-noi-vu"))["Biểu mẫu"]["E8"].value == "–"


@pytest.mark.parametrize(
    ("plan", "agency", "period"),
    [
        ("lam-dong-2014", "so-tai-chinh", "2014-03"),  # another's
        ("lam-dong-2014", "so-khong-co", "2014-03"),
        ("lam-dong-2014", "so-noi-vu", "2014-13"),
        ("lam-dong-2015", "so-noi-vu", "2014-03"),
    ],
)
async def test_a_form_of_another_agency_is_as_one_that_is_not_there(
    ingest: Ingest, plan: str, agency: str, period: str
) -> None:
    answer = await ingest.get(f"/v1/templates/{plan}/{agency}/{period}.xlsx")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_a_district_gets_the_forms_of_its_communes_and_no_others(ingest: Ingest) -> None:
    sheet = (await fetch(ingest))["Biểu mẫu"]
    communes = {sheet.cell(number, 13).value for number in range(8, sheet.max_row + 1)} - {DISTRICT}
    for commune in communes:
        assert (await ingest.get(f"/v1/templates/lam-dong-2014/{commune}/2014-03.xlsx", agency=DISTRICT)).is_success
        assert (await ingest.get(f"/v1/templates/lam-dong-2014/{commune}/2014-03.xlsx")).status_code == 404


async def test_a_dry_run_says_what_would_be_filed_and_keeps_nothing(ingest: Ingest) -> None:
    await send(ingest, form(SHARE, UPTIME))
    before = await ingest.count("outbox")
    answer = await send(ingest, form(SHARE), "?dry_run=true")
    assert answer.status_code == 200
    document = answer.json()
    assert (document["status"], document["would_be_filed"], document["faults"]) == ("checked", True, [])
    (would_be,) = document["submissions"]
    assert (would_be["agency"], would_be["revision"], would_be["observation_count"]) == ("so-noi-vu", 2, 1)
    assert would_be["warnings"][0]["indicators"] == ["network-uptime"]
    assert "submission" not in would_be
    assert (await ingest.count("outbox"), await ingest.count("submission")) == (before, 1)
    assert (await send(ingest, form(SHARE))).json()["submissions"][0]["revision"] == 2


FAULTY = (
    (*SHARE[:4], "1.062", 2000),
    ("lam-dong-2014", "2014-03", "so-noi-vu", "network-uptime", None, None, "99,5"),
    ("lam-dong-2014", "2014-03", "so-noi-vu", "doc-management", 1, 2),
    ("lam-dong-2014", "2014-03", "so-tai-chinh", "edoc-exchange", 1, 2),
    ("lam-dong-2014", "2014-05", "so-noi-vu", "edoc-exchange", 9, 2),
)
FOUND = [
    ("Sheet!E2", "ambiguous-number"),
    ("Sheet!G3", "decimal-comma"),
    ("Sheet!D4", "wrong-parts"),
    ("Sheet!C5", "not-your-agency"),
    ("Sheet!B6", "period-not-over"),
    ("Sheet!E6", "out-of-range"),
]


async def test_every_fault_of_all_submissions_is_named_by_its_cell_and_nothing_is_filed(ingest: Ingest) -> None:
    dry = await send(ingest, form(*FAULTY, SHARE), "?dry_run=true")
    assert (dry.status_code, dry.json()["would_be_filed"]) == (200, False)
    assert sorted(told(dry)) == sorted([*FOUND, ("Sheet!D7", "repeated-indicator")])
    refused = await send(ingest, form(*FAULTY))
    assert refused.status_code == 403  # the gravest of them
    assert sorted(told(refused)) == sorted(FOUND)
    assert "1062" in refused.text
    assert "1.062" in refused.text
    assert await ingest.count("submission") == 0


@pytest.mark.parametrize(("query", "accept"), [("?marked=true", "*/*"), ("", XLSX)])
async def test_the_file_comes_back_with_its_faulty_cells_marked(ingest: Ingest, query: str, accept: str) -> None:
    answer = await send(ingest, form(*FAULTY), query, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (422, XLSX)
    sheet = load_workbook(io.BytesIO(answer.content))["Sheet"]
    assert {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment} == {
        pointer.partition("!")[2] for pointer, _ in FOUND
    }
    assert "hai cách" in sheet["E2"].comment.text
    assert "two readings" in sheet["E2"].comment.text
    assert sheet["E2"].fill.fgColor.rgb.endswith("FFC7CE")
    assert sheet["F2"].value == 2000
    mended = load_workbook(io.BytesIO(answer.content))
    mended["Sheet"]["E2"] = 1062
    again = await send(ingest, saved(mended), query, headers={"Accept": accept})
    assert load_workbook(io.BytesIO(again.content))["Sheet"]["E2"].comment is None
    mended = load_workbook(io.BytesIO(answer.content))
    mended["Sheet"].delete_rows(5, 2)
    mended["Sheet"]["E2"], mended["Sheet"]["G3"], mended["Sheet"]["H4"] = 1062, 99.5, "Có"
    mended["Sheet"]["E4"], mended["Sheet"]["F4"] = None, None
    assert (await send(ingest, saved(mended), query, headers={"Accept": accept})).status_code == 202


async def test_csv_comes_back_as_a_workbook_whose_cells_are_texts(ingest: Ingest) -> None:
    answer = await send(
        ingest, csv_file('lam-dong-2014,2014-03,so-noi-vu,edoc-exchange,a,510,,,"=1+1"'), "?marked=true"
    )
    sheet = load_workbook(io.BytesIO(answer.content))["CSV"]
    assert (sheet["E2"].comment is not None, sheet["I2"].value, sheet["I2"].data_type) == (True, "=1+1", "s")


async def test_a_retry_with_the_same_key_files_nothing_more_and_gets_the_same_answer(ingest: Ingest) -> None:
    district = load_workbook(io.BytesIO((await ingest.get(FORM, agency=DISTRICT)).content))
    for number in range(8, 30):
        fill(district["Biểu mẫu"], number)
    march = {"Idempotency-Key": "march"}
    first = await send(ingest, saved(district), agency=DISTRICT, headers=march)
    again = await send(ingest, saved(district), agency=DISTRICT, headers=march)
    assert (first.status_code, again.status_code, again.content) == (202, 202, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    ingest.clock.advance_to(datetime.fromisoformat("2014-09-03T09:00+07:00"))
    locked = await send(ingest, saved(district), agency=DISTRICT, headers=march)
    assert (locked.status_code, locked.content) == (202, first.content)
    assert (await send(ingest, saved(district), agency=DISTRICT)).status_code == 409
    assert await ingest.count("submission") == 7


async def test_another_file_under_the_same_key_is_refused(ingest: Ingest) -> None:
    march = {"Idempotency-Key": "march"}
    await send(ingest, form(SHARE), headers=march)
    for other in (form(UPTIME), form(SHARE, UPTIME), form(SHARE, ("lam-dong-2014", "2014-02", *SHARE[2:]))):
        assert told(await send(ingest, other, headers=march)) == [("", "idempotency-key-reused")]
    submission = await ingest.post(Idempotency_Key="march")
    assert submission.json()["faults"][0]["code"] == "idempotency-key-reused"
    assert (await send(ingest, form(SHARE), headers={"Idempotency-Key": "\t"})).status_code == 400
    assert await ingest.count("submission") == 1


async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(ingest: Ingest) -> None:
    answer = await send(ingest, io.BytesIO(b"PK\3\4"))
    assert (answer.status_code, told(answer)) == (422, [("", "not-a-table")])
    assert told(await send(ingest, io.BytesIO(b"PK\3\4"), "?dry_run=true&marked=true")) == [("", "not-a-table")]
    assert told(await send(ingest, form())) == [("", "nothing-to-file")]


async def test_what_is_no_form_is_refused(ingest: Ingest) -> None:
    key = {"Authorization": f"Bearer {ingest.keys['so-noi-vu']}"}

    async def post(content: bytes, content_type: str, **headers: str) -> tuple[int, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await ingest.http.post(
            "/v1/files", content=content, headers=key | {"Content-Type": content_type} | named
        )
        return answer.status_code, answer.json()["faults"][0]["code"]

    part = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="a"\r\n\r\nabc\r\n'
    whole = part % b"file" + b"--x--\r\n"
    boundary = "multipart/form-data; boundary=x"
    assert await post(whole, XLSX) == (415, "not-a-form")
    assert await post(whole, boundary, Content_Encoding="gzip") == (415, "not-a-form")
    assert await post(whole, "multipart/form-data") == (400, "no-file")
    assert await post(part % b"file", boundary) == (400, "no-file")  # unterminated
    assert await post(part % b"data" + b"--x--\r\n", boundary) == (400, "no-file")
    assert await post(part % b"file" + whole, boundary) == (400, "no-file")  # two
    assert await post(whole.replace(b'; filename="a"', b""), boundary) == (400, "no-file")
    assert await post(b"", boundary) == (400, "no-file")
    assert await post(b"--y", boundary) == (400, "no-file")
    assert await post(b"x" * (MOST_FILE_BYTES + 20_000), boundary) == (413, "too-large")


async def test_a_file_of_unknown_length_is_cut_at_the_bound(ingest: Ingest) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while True:
            sent += 65_536
            yield bytes(65_536)

    headers = {"Authorization": f"Bearer {ingest.keys['so-noi-vu']}", "Content-Type": "multipart/form-data; boundary=x"}
    answer = await ingest.http.post("/v1/files", content=endless(), headers=headers)
    assert (answer.status_code, told(answer)) == (413, [("/file", "too-large")])
    assert sent < MOST_FILE_BYTES + 200_000
