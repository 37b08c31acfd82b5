"""Finds out what became of notices whose answer was lost, before anything is sent again."""

from datetime import datetime, timedelta
from typing import Any, Final

from prometheus_client import Gauge

from services.notify.mail_format import message_id
from services.notify.notices import Why
from services.notify.sent_mail import SentMail, SentMailAway
from shared.runtime.database import Database
from shared.runtime.logging import get_logger

_log = get_logger(__name__)

UNKNOWN = Gauge("tiendo_notices_unknown", "Notices of which nobody knows yet whether the relay took them.")

_EXPIRED: Final = """
update notice set state = 'unknown', reason = $1, detail = 'its sender gave no sign of life', lease_until = null,
    retry_at = now()
where state = 'sending' and lease_until < now()
"""
# `attempts` is what it was when we asked: had another process sent it again meanwhile, our answer would be stale.
_FOUND: Final = """
update notice set state = 'accepted', reason = null, detail = 'found where mails end', ended_at = $3
where id = $1 and attempts = $2 and state = 'unknown'
"""
_NOT_FOUND: Final = """
update notice set state = 'queued', reason = null, detail = 'not found where mails end, so sent again', retry_at = now()
where id = $1 and attempts = $2 and state = 'unknown'
"""


class Reconciler:
    """Turns `unknown` into `accepted` or back into `queued`; without anybody to ask it stays `unknown`."""

    def __init__(self, database: Database, *, sent_mail: SentMail | None, domain: str, settle: timedelta) -> None:
        self._database = database
        self._sent_mail = sent_mail
        self._domain = domain
        self._settle = settle

    async def reconcile(self, *, now: datetime) -> int:
        """Ask about each notice whose answer was lost and return how many stay unknown for now."""
        async with self._database.transaction() as connection:
            await connection.execute(_EXPIRED, Why.ANSWER_LOST.value)
            rows = await connection.fetch(
                "select id, attempts, now() - retry_at >= $1 as is_settled from notice where state = 'unknown'"
                " order by position",
                self._settle,
            )
        remaining = len(rows)
        for row in rows if self._sent_mail else ():
            remaining -= await self._reconciled(row, now=now)
        UNKNOWN.set(remaining)
        return remaining

    async def _reconciled(self, row: Any, *, now: datetime) -> bool:
        try:
            is_found = self._sent_mail is not None and await self._sent_mail.has(
                message_id(row["id"], domain=self._domain)
            )
        except SentMailAway as error:
            _log.warning("cannot ask where mails end", error=str(error))
            return False
        if not is_found and not row["is_settled"]:
            return False  # the relay may still be storing it
        async with self._database.transaction() as connection:
            if is_found:
                await connection.execute(_FOUND, row["id"], row["attempts"], now)
            else:
                await connection.execute(_NOT_FOUND, row["id"], row["attempts"])
        _log.info("answer reconciled", notice=str(row["id"]), was_taken=is_found)
        return True
