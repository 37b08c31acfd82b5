"""Offers mails to the relay over SMTP, over one connection, and returns what became of each."""

import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from services.notify.mail.rules import Answer, Outcome
from shared.runtime.errors import StartFailure

_LOWEST_REFUSAL: Final = 400
_LOWEST_PERMANENT: Final = 500
_PORTS: Final = {"smtp": 25, "smtps": 465}
_STARTTLS: Final = {"auto": None, "required": True, "never": False}


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail relay, as SMTP_URL names it."""

    host: str
    port: int
    user: str | None
    password: str | None
    is_tls: bool
    starttls: bool | None  # null: where it is offered

    @classmethod
    def of(cls, url: str) -> "Relay":
        """Return the relay of an SMTP_URL.

        Raises:
            StartFailure: the URL names none; the sentence says what would be accepted.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
            starttls = _STARTTLS[parse_qs(parts.query).get("starttls", ["auto"])[0]]
        except (KeyError, ValueError):
            parts = urlsplit("")
        if not parts.hostname:
            raise StartFailure("SMTP_URL is wrong: smtp://host:port, with ?starttls=required, auto or never") from None
        return cls(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            is_tls=parts.scheme == "smtps",
            starttls=False if parts.scheme == "smtps" else starttls,
        )


class SmtpClient:
    """One connection to the relay, opened when first needed and after it was lost."""

    def __init__(self, relay: Relay, *, timeout_seconds: float, data_timeout_seconds: float) -> None:
        self._relay = relay
        self._timeout = timeout_seconds
        self._data_timeout = data_timeout_seconds
        self._client: SMTP | None = None

    async def send(self, mail: bytes, *, sender: str, recipient: str) -> Answer:
        """Offer a mail to one recipient and return what became of it; failures are answers, not errors."""
        is_reused = self._client is not None
        answer = await self._offer(mail, sender=sender, recipient=recipient)
        if answer.outcome is Outcome.UNREACHABLE and is_reused:
            # The relay hung up on an idle connection: the mail was not offered yet.
            answer = await self._offer(mail, sender=sender, recipient=recipient)
        return answer

    async def close(self) -> None:
        """Close the connection to the relay."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await client.quit(timeout=2)
            except (SMTPException, OSError):
                client.close()

    async def _offer(self, mail: bytes, *, sender: str, recipient: str) -> Answer:
        try:
            client = self._client = await self._connected()
            await client.mail(sender)
            await client.rcpt(recipient)
        except (SMTPException, OSError, ValueError) as error:
            return await self._not_offered(error)
        try:
            response = await client.data(mail, timeout=self._data_timeout)
        except SMTPResponseException as error:
            if error.code < _LOWEST_REFUSAL:  # no answer that SMTP knows, after the mail went out
                return self._hung_up(Outcome.UNANSWERED, error)
            return await self._refused(error)
        except (SMTPException, OSError) as error:
            return self._hung_up(Outcome.UNANSWERED, error)
        except BaseException:
            self._drop()  # in the middle of a mail the connection cannot be reused
            raise
        return Answer(Outcome.ACCEPTED, f"{response.code} {response.message}")

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        client = SMTP(
            hostname=self._relay.host,
            port=self._relay.port,
            username=self._relay.user,
            password=self._relay.password,
            use_tls=self._relay.is_tls,
            start_tls=self._relay.starttls,
            timeout=self._timeout,
        )
        await client.connect()
        return client

    async def _not_offered(self, error: Exception) -> Answer:
        """Return the answer to an error before the mail's first byte: nothing can have been delivered."""
        if isinstance(error, SMTPSenderRefused | SMTPAuthenticationError) and error.code >= _LOWEST_PERMANENT:
            return self._hung_up(Outcome.CHANNEL_REFUSED, error)
        if isinstance(error, SMTPSenderRefused | SMTPRecipientRefused):
            return await self._refused(error)
        if isinstance(error, ValueError):  # an address with a control character in it
            return self._hung_up(Outcome.REFUSED, error)
        is_untrusted = isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError)
        return self._hung_up(Outcome.CHANNEL_REFUSED if is_untrusted else Outcome.UNREACHABLE, error)

    async def _refused(self, error: SMTPResponseException) -> Answer:
        client = self._client
        if client is not None:
            try:
                await client.rset()
            except (SMTPException, OSError):
                self._drop()
        is_permanent = error.code >= _LOWEST_PERMANENT
        return Answer(Outcome.REFUSED if is_permanent else Outcome.DEFERRED, f"{error.code} {error.message}")

    def _hung_up(self, outcome: Outcome, error: Exception) -> Answer:
        self._drop()
        return Answer(outcome, f"{type(error).__name__}: {error}")

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
