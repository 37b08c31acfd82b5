"""A book in memory, for tests that take in many histories of events."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.notify.contents import Contents
from services.notify.model import Agency, NoticeKind, Plan, Progress, with_lag_began
from services.notify.notices import REOPENABLE, Due, Earlier, NoticeState, Situation, Why
from services.notify.policy import Send, recheck
from services.notify.ports import Decided, Pair
from services.notify.situations import known_or_named

SPENT = {NoticeState.ACCEPTED, NoticeState.FAILED}


@dataclass(frozen=True)
class Kept:
    """A notice as the book keeps it."""

    due: Due
    contents: Contents
    state: NoticeState = NoticeState.QUEUED
    why: Why | None = None
    over: frozenset[str] = frozenset()
    told_at: datetime | None = None


class MemoryBook:
    """What notify keeps, with one recipient in every agency."""

    def __init__(self) -> None:
        self.plans: dict[str, Plan] = {}
        self.known: dict[str, Agency] = {}
        self.progress: dict[tuple[str, str, str], Progress] = {}
        self.notices: dict[str, Kept] = {}

    def send_all(self) -> None:
        """End every waiting notice as accepted."""
        self.notices = {
            cause: replace(kept, state=NoticeState.ACCEPTED) if kept.state is NoticeState.QUEUED else kept
            for cause, kept in self.notices.items()
        }

    def send_due(self, *, now: datetime) -> None:
        """Send every notice that is due by `now` and still true, at the moment it was due."""
        for cause, kept in self.notices.items():
            if kept.state is NoticeState.QUEUED and kept.due.due_at <= now:
                given = self._situation(kept.due.plan, kept.due.agency)
                verdict = recheck(
                    kind=kept.due.kind,
                    period=kept.due.period,
                    indicators=kept.due.indicators,
                    plan=given.plan,
                    newest=given.newest,
                    unfiled=given.unfiled,
                    now=kept.due.due_at,
                )
                assert verdict == Send()
                self.notices[cause] = replace(kept, state=NoticeState.ACCEPTED, told_at=kept.due.due_at)

    def sent(self, kind: NoticeKind | None = None) -> list[Due]:
        return [
            kept.due
            for kept in self.notices.values()
            if kept.state is NoticeState.ACCEPTED and kind in {None, kept.due.kind}
        ]

    async def keep_agencies(self, agencies: Sequence[Agency]) -> None:
        self.known.update((agency.id, agency) for agency in agencies)

    async def keep_plans(self, plans: Sequence[Plan], *, now: datetime) -> list[str]:  # noqa: ARG002  the port's
        arrived = [plan.id for plan in plans if plan.id not in self.plans or self.plans[plan.id].version < plan.version]
        self.plans.update((plan.id, plan) for plan in plans if plan.id in arrived)
        return arrived

    async def keep_progress(self, progress: Sequence[Progress]) -> list[Pair]:
        changed = []
        for row in progress:
            key = (row.plan, row.agency, row.period)
            if key not in self.progress or self.progress[key].sequence < row.sequence:
                self.progress[key] = with_lag_began(row, before=self.progress.get(key))
                changed.append((row.plan, row.agency))
        return changed

    async def pairs_of(self, plans: Collection[str]) -> list[Pair]:
        return [(plan, agency) for plan, agency, _ in self.progress if plan in plans]

    async def situations(self, pairs: Collection[Pair]) -> list[Situation]:
        return [self._situation(*pair) for pair in sorted(pairs) if pair[0] in self.plans]

    async def save(self, decided: Sequence[Decided], *, now: datetime) -> None:  # noqa: ARG002  the port's
        for each in decided:
            for cause, why in each.decision.withdrawn:
                self.notices[cause] = replace(self.notices[cause], state=NoticeState.SKIPPED, why=why)
            if each.told:
                self._queue(*each.told)
            for cause, over in each.decision.over:
                self.notices[cause] = replace(self.notices[cause], over=self.notices[cause].over.union(over))

    def _queue(self, due: Due, contents: Contents) -> None:
        kept = self.notices.get(due.cause)
        if kept is None or kept.why in REOPENABLE:
            self.notices.pop(due.cause, None)  # it stands last again
            self.notices[due.cause] = Kept(due, contents)
        elif kept.state is NoticeState.QUEUED:
            self.notices[due.cause] = Kept(due, contents)

    def _situation(self, plan: str, agency: str) -> Situation:
        rows = sorted(
            (row for row in self.progress.values() if (row.plan, row.agency) == (plan, agency)),
            key=lambda row: row.starts_on,
        )
        return Situation(
            plan=self.plans[plan],
            agency=known_or_named(agency, self.known),
            lead=known_or_named(self.plans[plan].lead_agency, self.known),
            newest=rows[-1],
            unfiled=tuple(row.period for row in rows if row.is_closed and row.is_owed and not row.filing),
            earlier=tuple(
                Earlier(
                    cause=cause,
                    kind=kept.due.kind,
                    period=kept.due.period,
                    thread=kept.due.thread,
                    indicators=kept.due.indicators,
                    is_pending=kept.state is NoticeState.QUEUED,
                    is_told=kept.state is NoticeState.ACCEPTED,
                    is_spent=kept.state in SPENT,
                    over=tuple(sorted(kept.over)),
                    told_at=kept.told_at,
                )
                for cause, kept in self.notices.items()
                if kept.due.agency == agency
            ),
            is_synthetic=any(row.filing and row.filing.is_synthetic for row in rows),
        )
