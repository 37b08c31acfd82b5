"""Which relay an SMTP_URL names."""

import pytest

from services.notify.mail.smtp import Relay
from shared.runtime.errors import StartFailure


def test_a_relay_is_named_by_host_and_port() -> None:
    found = Relay.of("smtp://127.0.0.1:1025")
    assert (found.host, found.port, found.user, found.is_tls, found.starttls) == ("127.0.0.1", 1025, None, False, None)


def test_user_and_password_may_hold_any_sign() -> None:
    found = Relay.of("smtps://a%40b:p%2Fw@mail.example")
    assert (found.user, found.password, found.port, found.is_tls, found.starttls) == ("a@b", "p/w", 465, True, False)


@pytest.mark.parametrize(("said", "starttls"), [("required", True), ("never", False), ("auto", None)])
def test_starttls_is_required_forbidden_or_taken_where_offered(said: str, starttls: object) -> None:
    assert Relay.of(f"smtp://mail.example?starttls={said}").starttls is starttls


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h?starttls=x"]
)
def test_what_names_no_relay_is_one_clear_line(url: str) -> None:
    with pytest.raises(StartFailure, match="SMTP_URL is wrong"):
        Relay.of(url)
