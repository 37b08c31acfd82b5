"""The mail catcher and its page: what was sent is kept, listed, found and shown without danger."""

from collections.abc import AsyncIterator
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx
import pytest
from fastapi import FastAPI

from shared.runtime.clock import TIMEZONE, SteppedClock
from shared.runtime.embedded.mail_catcher import MailCatcher
from shared.runtime.embedded.mail_index import MailIndex
from shared.runtime.embedded.mail_page import mail_router

_PIXEL = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def catcher(tmp_path: Path) -> AsyncIterator[MailCatcher]:
    caught = MailCatcher(tmp_path / "mail")
    await caught.start()
    yield caught
    await caught.stop()


@pytest.fixture
async def page(catcher: MailCatcher) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(mail_router(catcher.directory, clock=SteppedClock(datetime(2014, 4, 3, 9, tzinfo=TIMEZONE))))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tiendo") as client:
        yield client


def _mail(number: int = 1, *, agency: str = "so-noi-vu", kind: str = "lag") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = f"Chậm tiến độ: {number} chỉ tiêu"
    mail["From"] = "Tiến độ <tiendo@lamdong.example>"
    mail["To"] = f"Sở Nội vụ <{agency}@lamdong.example>"
    mail["Date"] = "Thu, 03 Apr 2014 09:00:00 +0700"
    mail["Message-ID"] = f"<{number}@tiendo.example>"
    mail["X-Tiendo-Kind"] = kind
    mail["X-Tiendo-Agency"] = agency
    mail["X-Tiendo-Synthetic"] = "yes"
    mail.set_content("Kính gửi Sở Nội vụ")
    mail.add_alternative("<p>Kính gửi</p><img src='cid:chart'><script>alert(1)</script>", subtype="html")
    html: Any = mail.get_body(("html",))
    html.add_related(_PIXEL, "image", "png", cid="<chart>")
    mail.add_attachment(b"PK", maintype="application", subtype="zip", filename="tổng hợp.xlsx")
    return mail


async def _send(catcher: MailCatcher, *mails: EmailMessage) -> None:
    port = int(catcher.url.rpartition(":")[2])
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        for mail in mails:
            await client.send_message(mail)


async def test_a_mail_is_in_the_mailbox_once_the_catcher_said_250(catcher: MailCatcher) -> None:
    await _send(catcher, _mail())
    (mail,) = MailIndex(catcher.directory).find()
    assert (mail.subject, mail.message_id) == ("Chậm tiến độ: 1 chỉ tiêu", "<1@tiendo.example>")
    assert (mail.kind, mail.agency, mail.reader[1]) == ("lag", "so-noi-vu", "so-noi-vu@lamdong.example")
    assert mail.dated_at == datetime(2014, 4, 3, 9, tzinfo=TIMEZONE)


async def test_a_name_with_a_comma_is_one_readers_name(catcher: MailCatcher) -> None:
    mail = _mail()
    mail.replace_header("To", Address("UBND xã Xuân Thọ, thành phố Đà Lạt", addr_spec="xuan-tho@lamdong.example"))
    await _send(catcher, mail)
    (found,) = MailIndex(catcher.directory).find()
    assert found.reader == ("UBND xã Xuân Thọ, thành phố Đà Lạt", "xuan-tho@lamdong.example")


async def test_the_newest_mail_stands_first_and_filters_keep_what_matches(catcher: MailCatcher) -> None:
    await _send(catcher, _mail(1), _mail(2, agency="so-y-te"), _mail(3, kind="digest"))
    index = MailIndex(catcher.directory)
    assert [mail.message_id for mail in index.find()] == [f"<{number}@tiendo.example>" for number in (3, 2, 1)]
    assert [mail.agency for mail in index.find(agency="y-te")] == ["so-y-te"]
    assert [mail.kind for mail in index.find(kind="digest")] == ["digest"]
    await _send(catcher, _mail(4))
    assert index.find()[0].message_id == "<4@tiendo.example>"


async def test_a_mail_of_a_stranger_with_broken_headers_is_listed_all_the_same(catcher: MailCatcher) -> None:
    (catcher.directory / "new" / "odd").write_bytes(b"Subject: =?nope?q?x?=\r\nDate: never\r\nTo: \xff<\r\n\r\n\xff")
    (mail,) = MailIndex(catcher.directory).find()
    assert (mail.dated_at, mail.kind) == (None, "other")


async def test_the_list_says_rehearsal_and_synthetic(catcher: MailCatcher, page: httpx.AsyncClient) -> None:
    await _send(catcher, _mail())
    listed = await page.get("/mail")
    for words in (
        "Rehearsal",
        "03/04/2014 09:00",
        "synthetic",
        "Chậm tiến độ: 1 chỉ tiêu",
        "so-noi-vu@lamdong.example",
    ):
        assert words in listed.text


async def test_the_list_turns_pages_of_a_hundred(catcher: MailCatcher, page: httpx.AsyncClient) -> None:
    for number in range(101):
        (catcher.directory / "new" / f"{number:03d}").write_bytes(b"Subject: no. %d\r\n\r\n" % number)
    assert "1–100 of 101" in (await page.get("/mail")).text
    for beyond in (2, 7):
        assert "101–101 of 101" in (await page.get("/mail", params={"page": beyond})).text


async def test_a_mails_html_can_neither_run_nor_load_anything(catcher: MailCatcher, page: httpx.AsyncClient) -> None:
    await _send(catcher, _mail())
    mail = (await page.get("/mail/api")).json()["mails"][0]["id"]
    shown = await page.get(f"/mail/{mail}")
    assert f'<iframe sandbox src="/mail/{mail}/html"' in shown.text
    alone = await page.get(f"/mail/{mail}/html")
    assert alone.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "cid:" not in alone.text
    assert "data:image/png;base64," in alone.text


async def test_a_subject_with_markup_is_shown_as_written(catcher: MailCatcher, page: httpx.AsyncClient) -> None:
    (catcher.directory / "new" / "1").write_bytes(b"Subject: <script>alert(1)</script>\r\n\r\n")
    for path in ("/mail", "/mail/1"):
        shown = (await page.get(path)).text
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)" in shown


async def test_programs_read_the_same_mails_as_json(catcher: MailCatcher, page: httpx.AsyncClient) -> None:
    await _send(catcher, _mail(1), _mail(2, kind="digest"))
    listed = (await page.get("/mail/api", params={"limit": 1})).json()
    assert (listed["found"], listed["kinds"], len(listed["mails"])) == (2, {"lag": 1, "digest": 1}, 1)
    one = (await page.get(f"/mail/api/{listed['mails'][0]['id']}")).json()
    assert one["text"].strip() == "Kính gửi Sở Nội vụ"
    attached = await page.get(f"/mail/{listed['mails'][0]['id']}/attachments/0")
    assert attached.content == b"PK"


async def test_a_name_that_was_folded_within_a_word_is_shown_whole(
    catcher: MailCatcher, page: httpx.AsyncClient
) -> None:
    name = "Trung tâm Công nghệ thông tin và Truyền thông huyện Hòa Bắc, tỉnh Lâm Đồng"
    folded = Header(name, "utf-8", maxlinelen=40, header_name="To").encode(linesep="\r\n")
    (catcher.directory / "new" / "1").write_bytes(f"To: {folded} <a@lamdong.example>\r\n\r\n".encode())
    headers = dict((await page.get("/mail/api/1")).json()["headers"])
    assert headers["To"] == f"{name} <a@lamdong.example>"


FOREIGN = [
    b"Subject: Ch\xc3\xa0o\r\nFrom: S\xe9 <x@y.example>\r\nX-Odd: \xff\xfe\r\n\r\nraw \xff bytes",
    b'Subject: x\r\nContent-Type: text/plain; charset="x\x00y"\r\n\r\nbody',
    b"Subject: x\r\nContent-Type: text/html; charset=zip\r\nContent-Transfer-Encoding: base64\r\n\r\n====",
    b"Subject: x\r\nContent-Type: text/plain; charset=\xff\xff\r\n\r\nbody",
    b"Subject: =?x-none?b?4pyT?=\r\nDate: Mon, 99999999999 Foo 2014\r\nContent-Type: multipart/mixed\r\n\r\nbody",
    (
        b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        b'Content-Type: image/png; name="\xe9.png"\r\n'
        b'Content-Disposition: attachment; filename="\xe9\r\nContent-ID: <\xff>\r\n\r\nPNG\r\n--b--\r\n'
    ),
    b"\xff\xfe\x00no header at all",
    b"To: \xe9,,<\r\nContent-Type: text/html; charset=utf-16\r\n\r\n<img src=cid:x>",
]


@pytest.mark.parametrize("content", FOREIGN)
async def test_a_strangers_mail_is_shown_however_it_is_encoded(
    catcher: MailCatcher, page: httpx.AsyncClient, content: bytes
) -> None:
    (catcher.directory / "new" / "1.foreign").write_bytes(content)
    for path in ("", "?q=x", "/1.foreign", "/1.foreign/html", "/api", "/api/1.foreign", "/1.foreign/attachments/0"):
        assert (await page.get(f"/mail{path}")).status_code in ({200, 404} if "attachments" in path else {200})


async def test_a_raw_header_in_utf_8_reads_as_it_was_meant(catcher: MailCatcher, page: httpx.AsyncClient) -> None:
    (catcher.directory / "new" / "1.foreign").write_bytes(FOREIGN[0])
    assert "Chào" in (await page.get("/mail")).text
    assert "Chào" in (await page.get("/mail/1.foreign")).text


async def test_a_mail_that_is_not_there_is_404(page: httpx.AsyncClient) -> None:
    for path in ("/mail/nope", "/mail/api/nope", "/mail/nope/html", "/mail/..%2Ftmp", "/mail/nope/attachments/0"):
        assert (await page.get(path)).status_code == 404
