"""Runs histories of events through the policy in memory, with one recipient in every agency."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.notify.notices.composition import contents_of
from services.notify.notices.contents import Contents
from services.notify.notices.model import REOPENABLE, NoticeState
from services.notify.policy.model import DueNotice, EarlierNotice, NoticeKind, Situation, UnsentReason
from services.notify.policy.recheck import is_true
from services.notify.policy.rules import decide
from services.notify.policy.working_hours import next_working_moment
from services.notify.progress.model import Plan, PlanAgency, Progress, name_of
from shared.events.envelope import Event
from shared.events.plans import AgencyRegistered, PlanPublished
from shared.events.progress import ProgressChanged
from shared.events.vocabulary import LocalizedText

ATTEMPTED = {NoticeState.ACCEPTED, NoticeState.FAILED}


@dataclass(frozen=True)
class RunNotice:
    """A notice of the run, as it stands."""

    due: DueNotice
    contents: Contents
    state: NoticeState = NoticeState.QUEUED
    reason: UnsentReason | None = None
    recovered: frozenset[str] = frozenset()
    sent_at: datetime | None = None


class PolicyRun:
    """What notify knows and has decided, event by event."""

    def __init__(self, *, settling: timedelta = timedelta()) -> None:
        self.settling = settling
        self.plans: dict[str, Plan] = {}
        self.names: dict[str, LocalizedText] = {}
        self.progress: dict[tuple[str, str, str], Progress] = {}
        self.notices: dict[str, RunNotice] = {}

    def handle_events(self, *batch: Event[Any], now: datetime) -> None:
        """Save what the events say, and decide once for each agency whose progress or plan changed."""
        for each in batch:
            if isinstance(each, AgencyRegistered):
                self.names[each.data.agency] = LocalizedText(vi=each.data.name_vi, en=each.data.name_en)
        changed: set[PlanAgency] = set()
        for event in batch:
            if isinstance(event, PlanPublished):
                plan = Plan(**dict(event.data))
                if plan.plan not in self.plans or self.plans[plan.plan].version < plan.version:
                    self.plans[plan.plan] = plan
                    changed.update((row.plan, row.agency) for row in self.progress.values() if row.plan == plan.plan)
            if isinstance(event, ProgressChanged):
                row = Progress.of(event)
                key = (row.plan, row.agency, row.period)
                if key not in self.progress or self.progress[key].sequence < row.sequence:
                    self.progress[key] = row.with_lagging_since(self.progress.get(key))
                    changed.add((row.plan, row.agency))
        self.decide_notices(changed, now=now)

    def decide_notices(self, pairs: Collection[PlanAgency], *, now: datetime) -> None:
        """Decide which notice each of these agencies is due now."""
        for plan, agency in sorted(pairs):
            if plan in self.plans:
                self._decide(self._situation(plan, agency), now=now)

    def send_all(self) -> None:
        """End every waiting notice as accepted."""
        for cause, notice in self.notices.items():
            if notice.state is NoticeState.QUEUED:
                self.notices[cause] = replace(notice, state=NoticeState.ACCEPTED)

    def send_due(self, *, now: datetime) -> None:
        """Send every notice that is due by `now` and still true, at the moment it was due."""
        for cause, notice in self.notices.items():
            due = notice.due
            if notice.state is NoticeState.QUEUED and due.due_at <= now:
                given = self._situation(due.plan, due.agency)
                assert next_working_moment(due.due_at, plan=given.plan) == due.due_at
                assert is_true(
                    due.kind,
                    period=due.period,
                    indicators=due.indicators,
                    plan=given.plan,
                    newest=given.newest,
                    unfiled=given.unfiled,
                    now=due.due_at,
                )
                self.notices[cause] = replace(notice, state=NoticeState.ACCEPTED, sent_at=due.due_at)

    def sent(self, kind: NoticeKind | None = None) -> Sequence[RunNotice]:
        """Return the notices that were sent, of one kind or of all."""
        return [
            each
            for each in self.notices.values()
            if each.state is NoticeState.ACCEPTED and kind in {None, each.due.kind}
        ]

    def _decide(self, situation: Situation, *, now: datetime) -> None:
        decision = decide(situation=situation, settling=self.settling, now=now)
        for cause, reason in decision.withdrawn:
            self.notices[cause] = replace(self.notices[cause], state=NoticeState.SKIPPED, reason=reason)
        if decision.due:
            due = RunNotice(decision.due, contents_of(decision.due, situation=situation))
            before = self.notices.get(due.due.cause)
            if before and before.reason in REOPENABLE:
                del self.notices[due.due.cause]  # so that it stands last again
            if before is None or before.state is NoticeState.QUEUED or before.reason in REOPENABLE:
                self.notices[due.due.cause] = due
        for cause, recovered in decision.recovered:
            notice = self.notices[cause]
            self.notices[cause] = replace(notice, recovered=notice.recovered.union(recovered))

    def _situation(self, plan: str, agency: str) -> Situation:
        rows = sorted(
            (row for row in self.progress.values() if (row.plan, row.agency) == (plan, agency)),
            key=lambda row: row.period_starts_on,
        )
        return Situation(
            plan=self.plans[plan],
            agency_name=name_of(agency, self.names),
            lead_name=name_of(self.plans[plan].lead_agency, self.names),
            newest=rows[-1],
            unfiled=tuple(row.period for row in rows if row.is_closed and row.is_owed and not row.filing),
            earlier=tuple(
                EarlierNotice(
                    cause=cause,
                    kind=notice.due.kind,
                    period=notice.due.period,
                    thread=notice.due.thread,
                    indicators=notice.due.indicators,
                    is_pending=notice.state is NoticeState.QUEUED,
                    is_sent=notice.state is NoticeState.ACCEPTED,
                    is_attempted=notice.state in ATTEMPTED,
                    recovered=tuple(sorted(notice.recovered)),
                    sent_at=notice.sent_at,
                )
                for cause, notice in self.notices.items()
                if notice.due.agency == agency
            ),
            is_synthetic=any(row.filing and row.filing.is_synthetic for row in rows),
        )
