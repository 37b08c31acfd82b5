"""The pictures of the README say what they lack, and show the mail that has most to tell."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from shared.runtime.embedded.mail_index import MailIndex
from shared.runtime.errors import StartFailure
from tools import screenshots


def maildir(folder: Path, *texts: str) -> MailIndex:
    (folder / "new").mkdir()
    for number, text in enumerate(texts):
        mail = EmailMessage()
        mail["X-Tiendo-Kind"] = "lag"
        mail.set_content(text)
        (folder / "new" / str(number)).write_bytes(mail.as_bytes())
    return MailIndex(folder)


def test_a_machine_without_chromium_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StartFailure, match="Chromium, and none of chromium"):
        screenshots._chromium()


def test_the_longest_vietnamese_lag_mail_is_shown(tmp_path: Path) -> None:
    mailbox = maildir(tmp_path, "DIỄN TẬP: một", "DIỄN TẬP: một, hai, ba", "REHEARSAL: one, two, three, four, five")
    assert screenshots._told_most(mailbox)[0].id == "1"


def test_a_year_without_a_lag_mail_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(StartFailure, match="take another seed"):
        screenshots._told_most(maildir(tmp_path))
