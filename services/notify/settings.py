"""The settings of notify, from its environment."""

from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from services.notify.contacts.files import usable_address
from shared.runtime.settings import RuntimeSettings, none_if_blank

_NO_REPLY = "khong-tra-loi@tiendo.example"


Optional = Annotated[str | None, BeforeValidator(none_if_blank)]


class Settings(RuntimeSettings):
    """Settings of notify."""

    smtp_url: str = Field(
        pattern=r"^smtps?://",
        description="Mail relay, `smtp://user:password@host:port`, or `smtps://` for TLS from the start; with"
        " `?starttls=required` or `never` where it is not to be tried and done without.",
    )
    sent_mail_url: Optional = Field(
        default=None,
        pattern=r"^(maildir:|https?://)",
        description="Where the relay's mails end, asked after a lost answer and before anything is sent again:"
        " `maildir:/path`, or maildev's `http://host:1080/api/email`. Unset: such notices stay `unknown`.",
    )
    mail_from: Annotated[str, BeforeValidator(lambda value: none_if_blank(value) or _NO_REPLY)] = Field(
        default=_NO_REPLY, description="Address that mails come from; the lead agency's name stands beside it."
    )
    mail_reply_to: Optional = Field(
        default=None, description="Address that answers go to; with it, mails say that they can be answered."
    )
    public_url: Optional = Field(
        default=None, pattern=r"^https?://", description="Where readers reach the API; mails link to themselves there."
    )
    smtp_timeout_seconds: float = Field(default=60, gt=0, description="Longest wait for the relay's answer.")
    smtp_data_timeout_seconds: float = Field(
        default=600, gt=0, description="Longest wait for the relay's answer to a mail's end (RFC 5321 asks for 600)."
    )
    retry_first_seconds: float = Field(
        default=300, gt=0, description="Pause before a mail that the relay put off is offered again; grows by 1.3."
    )
    send_lease_seconds: float = Field(
        default=30, gt=0, description="How long a claimed notice is left to its sender without a sign of life."
    )
    lag_settling_hours: float = Field(
        default=4,
        ge=0,
        le=40,
        description="Working hours that a lag notice waits after the submission that made an indicator lag, so that a"
        " correction replaces it.",
    )
    reconcile_seconds: float = Field(
        default=5, gt=0, description="How long after a lost answer a mail not found where mails end counts as not sent."
    )

    @field_validator("mail_from", "mail_reply_to")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None:
            usable_address(value)
        return value
