"""The mail that travels: its headers, and that no text can forge one."""

import email
import email.policy
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.notify.mail import mime
from services.notify.mail.mime import ForgedHeader, SenderIdentity, message_id, mime_of
from services.notify.mail.rendering import Message
from services.notify.notices.model import Notice
from services.notify.policy.model import NoticeKind
from shared.events.vocabulary import Language
from tests.unit.services.notify.factories import LAC_DUONG, NAMES, PLAN, at
from tests.unit.services.notify.mail.test_rendering import contents

NOTICE = Notice(
    id=UUID("7f0c2a64-3f0e-5b55-9c1e-0a4d6f1b2770"),
    kind=NoticeKind.LAG,
    plan=PLAN,
    agency=LAC_DUONG,
    period="2014-03",
    thread=f"{PLAN}.{LAC_DUONG}.2014-03",
    indicators=(),
    contents=contents(NoticeKind.LAG),
    recipient="Sở Kế hoạch, Tài chính & Đầu tư",
    email="can-bo@so.example",
    language=Language.VI,
    attempts=0,
    help=None,
)
MESSAGE = Message(subject="Theo dõi tiến độ: Đạ Tẻh", text="Kính gửi.\n", html="<p>Kính gửi.</p>")
IDENTITY = SenderIdentity(address="khong-tra-loi@tiendo.example", reply_to="stttt@tiendo.example")


def wire(notice: Notice = NOTICE, message: Message = MESSAGE, identity: SenderIdentity = IDENTITY) -> bytes:
    return mime_of(notice, message, identity=identity, now=at("2014-04-08 09:00"))


def mail(notice: Notice = NOTICE, message: Message = MESSAGE, identity: SenderIdentity = IDENTITY) -> EmailMessage:
    return email.message_from_bytes(wire(notice, message, identity), policy=email.policy.default)


def decoded(content: bytes, header: str) -> str:
    """Return a header as RFC 2047 reads it; Python's newer parser puts spaces between the encoded words of a name."""
    return str(make_header(decode_header(email.message_from_bytes(content)[header])))


def test_a_mail_reads_as_it_was_written_and_travels_as_ascii() -> None:
    found = mail()
    assert wire().isascii()
    assert found["Subject"] == MESSAGE.subject
    assert decoded(wire(), "To") == f"{NOTICE.recipient} <{NOTICE.email}>"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    text = found.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == MESSAGE.text.splitlines()
    assert max(map(len, wire().splitlines())) <= 998


def test_a_mail_comes_from_the_lead_agency_and_answers_go_to_a_person() -> None:
    found = mail()
    assert found["From"].addresses[0].display_name == "Sở Thông tin và Truyền thông"
    assert found["From"].addresses[0].addr_spec == IDENTITY.address
    assert found["Reply-To"].addresses[0].addr_spec == IDENTITY.reply_to
    assert "Reply-To" not in mail(identity=replace(IDENTITY, reply_to=None))


def test_a_notice_keeps_its_message_id_and_its_thread() -> None:
    found = mail()
    assert found["Message-ID"] == message_id(NOTICE.id, domain="tiendo.example") == f"<n.{NOTICE.id}@tiendo.example>"
    assert found["References"] == found["In-Reply-To"] == f"<t.{NOTICE.thread}@tiendo.example>"
    assert "List-ID" not in found


def test_a_digest_is_a_list_and_no_thread() -> None:
    found = mail(replace(NOTICE, kind=NoticeKind.DIGEST))
    assert found["List-ID"] == f"<digest.{PLAN}.tiendo.example>"
    assert "References" not in found


def test_machines_are_told_not_to_answer_and_how_to_sort() -> None:
    found = mail()
    assert (found["Auto-Submitted"], found["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert (found["X-Tiendo-Kind"], found["X-Tiendo-Agency"]) == ("lag", LAC_DUONG)
    assert found["Date"] == "Tue, 08 Apr 2014 09:00:00 +0700"


@pytest.mark.parametrize(
    "nasty",
    [
        "=?utf-8?q?a=0D=0ABcc:_e@x?=",
        "a\r\nBcc: e@x.example",
        "a\x00b\x0bc\u2028d",
        'A" <a@x.example>, evil@x.example',
        NAMES[LAC_DUONG] + "\u202e",
    ],
)
def test_no_text_forges_a_header_or_a_recipient(nasty: str) -> None:
    found = mail(replace(NOTICE, recipient=nasty), replace(MESSAGE, subject=nasty))
    assert "Bcc" not in found
    assert [each.addr_spec for each in found["To"].addresses] == [NOTICE.email]
    assert len(found["Subject"].splitlines()) == 1


def test_peoples_words_are_encoded_in_words_that_every_reader_takes() -> None:
    head = wire(message=replace(MESSAGE, subject="Tổng hợp tiến độ " * 4)).partition(b"\r\n\r\n")[0]
    assert max(map(len, re.findall(rb"=\?[^ \r]*\?=", head))) <= 75
    assert max(len(line) for line in head.splitlines() if line.startswith((b"Subject", b" "))) <= 78


@given(subject=some.text(some.sampled_from('aBđ ạẻ ỹ– Ủ,:<>"@?=_/019'), min_size=1, max_size=78))
def test_every_subject_and_name_arrives_as_it_was_written(subject: str) -> None:
    written = mime.header_safe(subject)
    found = wire(replace(NOTICE, recipient=subject), replace(MESSAGE, subject=subject))
    assert decoded(found, "Subject") == written
    assert decoded(found, "To") == (f"{written} <{NOTICE.email}>" if written else NOTICE.email)


@pytest.mark.parametrize("thread", ["a\nBcc: e@x.example", "đ", "a" * 1000])
def test_an_identifier_that_is_not_plain_is_not_written(thread: str) -> None:
    with pytest.raises(ForgedHeader, match="only printable ASCII on one line"):
        wire(replace(NOTICE, thread=thread))


def test_a_long_identifier_is_written_as_it_is() -> None:
    thread = "lam-dong-2014." + "ubnd-xa-" * 20 + ".2014-03"
    assert f"References: <t.{thread}@tiendo.example>\r\n".encode() in wire(replace(NOTICE, thread=thread))


def test_header_text_is_one_line() -> None:
    assert mime.header_safe("a \n b\t=?c") == "a b = ?c"


@pytest.mark.parametrize("head", [[b"Subject: a\r\nBcc: b\r\n"], [b"To: a\r\n", b"to: b\r\n"]])
def test_a_mail_that_came_out_with_a_foreign_header_is_not_sent(head: list[bytes]) -> None:
    with pytest.raises(ForgedHeader, match="other headers"):
        mime.refuse_forged(head)
