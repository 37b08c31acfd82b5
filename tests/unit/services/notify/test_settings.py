"""What notify is told by its environment."""

from typing import Any

import pytest

from services.notify.settings import Settings
from shared.runtime.errors import StartFailure
from shared.runtime.settings import read_settings

GIVEN: dict[str, Any] = {
    "database_url": "postgresql://x/y",
    "kafka_bootstrap_servers": "h:1",
    "smtp_url": "smtp://h:25",
    "key_pepper": "a pepper only for tests",
}


def test_empty_variables_count_as_not_set() -> None:
    found = Settings(**GIVEN, mail_from="", sent_mail_url=" ", public_url="", mail_reply_to="")
    assert found.mail_from == "khong-tra-loi@tiendo.example"
    assert found.sent_mail_url is found.public_url is found.mail_reply_to is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp_url", "mail.example"),
        ("sent_mail_url", "/var/mail"),
        ("mail_from", "nobody"),
        ("mail_reply_to", "Sở <a@b.example>"),
        ("public_url", "tiendo.example"),
    ],
)
def test_a_wrong_variable_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(StartFailure, match=name.upper()):
        read_settings(Settings, **{**GIVEN, name: value})


def test_a_missing_relay_is_named_with_what_it_is_for() -> None:
    with pytest.raises(StartFailure, match=r"SMTP_URL is not set \(Mail relay"):
        read_settings(Settings, **{name: value for name, value in GIVEN.items() if name != "smtp_url"})
