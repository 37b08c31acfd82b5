"""What the services have on their books, beside what clients were told and what lies in the mailbox."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from tests.support.groups import READING
from tests.support.mailbox import ArrivedMail, sent_twice
from tests.support.province import Told

Ask = Callable[..., Awaitable[list[Any]]]
"""Ask a service's database: `await ask("scoring", "select …", value)`."""
Behind = Callable[[str], Awaitable[int]]
"""How many records a group has not applied yet."""


async def is_at_rest(ask: Ask, *, behind: Behind, now: datetime) -> bool:
    """Return whether nothing is on its way, asked in the order of the way: outboxes empty, topics read, mails sent.

    What is in the databases alone does not say so: a withdrawal on its way changes no row until it has arrived.
    """
    if await _waits(ask, now=now):  # the cheap question first
        return False
    if any([await behind(group) for group in READING]) or await ask("scoring", "select 1 from outbox limit 1"):
        return False
    return not await behind("notify") and not await _waits(ask, now=now)


async def _waits(ask: Ask, *, now: datetime) -> bool:
    """Return whether an event waits to be published or a mail to be sent."""
    for service in ("ingest", "scoring"):
        if await ask(service, "select 1 from outbox limit 1"):
            return True
    return bool(
        await ask(
            "notify",
            "select 1 from notice where state in ('sending', 'unknown') or (state = 'queued' and due_at <= $1) limit 1",
            now,
        )
    )


async def lost_or_doubled_filings(ask: Ask, told: Sequence[Told]) -> list[str]:
    """Return each difference between the receipts that clients hold and what ingest and scoring have."""
    receipts = {each.receipt["submission"]: each for each in told if each.receipt.get("status") == "accepted"}
    kept = {str(row["id"]) for row in await ask("ingest", "select id from submission")}
    differences = [f"lost by ingest: {receipts[each]}" for each in receipts.keys() - kept]
    differences += [f"kept though nobody was told: {each}" for each in kept - receipts.keys()]
    highest: dict[tuple[str, str], int] = {}
    for receipt in (each.receipt for each in receipts.values()):
        filing = receipt["agency"], receipt["period"]
        highest[filing] = max(receipt["revision"], highest.get(filing, 0))
    judged = {
        (row["agency"], row["period"]): row["revision"]
        for row in await ask(
            "scoring", "select agency, period, revision from current_progress where revision is not null"
        )
    }
    return differences + [
        f"{filing}: told revision {highest.get(filing)}, judged revision {judged.get(filing)}"
        for filing in highest.keys() | judged.keys()
        if highest.get(filing) != judged.get(filing)
    ]


async def lost_or_doubled_mails(ask: Ask, mails: Sequence[ArrivedMail]) -> list[str]:
    """Return each difference between the notices that were due and the mails that arrived."""
    differences = [f"sent twice: {each}" for each in sent_twice(list(mails))]
    notices = await ask("notify", "select id, state, reason, agency, kind, period from notice")
    accepted = {f"<n.{row['id']}@tiendo.example>" for row in notices if row["state"] == "accepted"}
    arrived = {mail.message_id for mail in mails}
    differences += [f"recorded as sent, never arrived: {each}" for each in accepted - arrived]
    differences += [f"arrived, not recorded as sent: {each}" for each in arrived - accepted]
    waiting_for_contacts = ("held", "no-recipient")
    differences += [
        f"without an outcome: {dict(row)}"
        for row in notices
        if row["state"] not in {"accepted", "skipped"} and (row["state"], row["reason"]) != waiting_for_contacts
    ]
    same = Counter((mail.agency, mail.kind, mail.period, mail.recipient) for mail in mails if mail.kind != "recovered")
    return differences + [f"told {times} times: {what}" for what, times in same.items() if times > 1]
