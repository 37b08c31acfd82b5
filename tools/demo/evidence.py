"""Reads what is compared at the end: standings and notices from the databases, mails from the Maildir."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from services.notify.digests.rules import attained_of
from services.notify.notices.contents import Attained
from services.notify.progress.model import Plan
from services.notify.progress.store import latest_rollup
from shared.events.envelope import event_id
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import Standing as Word
from shared.runtime.database import Database
from shared.runtime.embedded.mail_index import MailIndex
from tools.demo.accounting import Mail, Notice, Standing

StandingsByPeriod = dict[str, Counter[Word]]


async def standings(scoring: Database, *, plan: str) -> dict[tuple[str, str], Standing]:
    """Return by agency and period which submission scoring judged last."""
    rows = await _rows(
        scoring, "select agency, period, submission, revision from current_progress where plan = $1", plan
    )
    return {(row["agency"], row["period"]): Standing(row["submission"], row["revision"]) for row in rows}


async def applied(scoring: Database, submissions: Iterable[UUID]) -> set[UUID]:
    """Return those of the submissions whose event scoring has taken in."""
    events = {event_id("submission", submission): submission for submission in submissions}
    rows = await _rows(scoring, "select event_id from inbox where event_id = any($1::uuid[])", list(events))
    return {events[row["event_id"]] for row in rows}


async def progress_events(scoring: Database, *, plan: str) -> int:
    """Return how many changes of progress scoring announced."""
    rows = await _rows(scoring, "select count(*) as count from progress where plan = $1", plan)
    return int(rows[0]["count"])


async def standings_by_period(scoring: Database, *, plan: str) -> StandingsByPeriod:
    """Return how many agencies have which standing in each period."""
    rows = await _rows(
        scoring,
        "select period, standing, count(*) as count from current_progress where plan = $1 group by period, standing"
        " order by period",
        plan,
    )
    found: StandingsByPeriod = {}
    for row in rows:
        found.setdefault(row["period"], Counter())[Word(row["standing"])] = row["count"]
    return found


async def reached(notify: Database, *, plan: PlanPublishedData, period: str) -> tuple[Attained, ...]:
    """Return what the province reached on each indicator in a period, as the digest tells it."""
    async with notify.transaction() as connection:
        rollup = await latest_rollup(connection, plan.plan, period)
    return attained_of(Plan(**dict(plan)), rollup) if rollup else ()


async def notices(notify: Database, *, plan: str) -> list[Notice]:
    """Return every notice with what became of it."""
    rows = await _rows(notify, "select id, kind, state, due_at from notice where plan = $1", plan)
    return [Notice(id=str(row["id"]), kind=row["kind"], state=row["state"], due_at=row["due_at"]) for row in rows]


def mails(directory: Path) -> list[Mail]:
    """Return every mail in the Maildir."""
    return [
        Mail(message_id=mail.message_id, notice=mail.notes.get("notice", ""), kind=mail.kind)
        for mail in MailIndex(directory).find()
    ]


async def _rows(database: Database, query: str, *given: Any) -> list[Any]:
    async with database.transaction() as connection:
        rows: list[Any] = await connection.fetch(query, *given)
        return rows
