"""Makes a notice of each kind without a running system: made-up figures, judged and told by the services' own rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from services.ingest.plans.files.folder import load
from services.notify.digests.rules import digest_of
from services.notify.notices.composition import contents_of
from services.notify.notices.contents import Contents, OverdueContents, RecoveredContents
from services.notify.policy.model import DueNotice, EarlierNotice, NoticeKind, Situation
from services.notify.policy.rules import decide
from services.notify.progress.model import Plan, Progress
from services.scoring.judging.history import Arrival, changes, terms_of
from services.scoring.judging.judgements import Cause
from services.scoring.judging.judgements import Progress as Judged
from services.scoring.judging.model import Filing, Key, Observation
from services.scoring.plans import translation as scoring
from services.scoring.plans.model import PlanVersion
from services.scoring.progress.events import data_of
from services.scoring.rollups.events import rollup_event
from services.scoring.rollups.model import PeriodProgress
from shared.events.envelope import attributes, event_id
from shared.events.plans import AgencyRegisteredData, PeriodData, PlanPublishedData
from shared.events.progress import ProgressChanged
from shared.events.rollups import RollUpChangedData
from shared.events.vocabulary import LocalizedText
from shared.runtime.clock import TIMEZONE
from tools.demo.draws import Draws
from tools.demo.figures import observe
from tools.demo.habits import reports

_FOLDER: Final = Path(__file__).parents[1] / "plans" / "lam-dong-2014"
_SEED: Final = 2014
_MONTHS: Final = 8
_DIGEST_OF: Final = "2014-04"
_SETTLING: Final = timedelta(hours=4)
_SILENT_OF: Final = 9  # one report of so many is not filed


@dataclass(frozen=True, slots=True)
class Sample:
    """A notice as it would have gone out."""

    name: str
    kind: NoticeKind
    contents: Contents
    written_at: datetime


def samples() -> Iterator[Sample]:
    """Yield the first notice of each kind that a made-up half-year of the plan of 2014 brings, and a digest."""
    loaded = load(_FOLDER)
    data = loaded.to_plan_data(1)
    names = {each.agency: LocalizedText(vi=each.name_vi, en=each.name_en) for each in loaded.agencies}
    history: list[Progress] = []
    judged: list[Judged] = []
    seen: set[str] = set()
    for agency in loaded.agencies:
        lived = _Lived(data, agency, names=names)
        for period in data.periods[:_MONTHS]:
            for sample in lived.through(period):
                if sample.name not in seen:
                    seen.add(sample.name)
                    yield sample
        history += lived.history
        judged += lived.judged
    plan = Plan(**dict(data))
    told_of = next(each for each in plan.periods if each.id == _DIGEST_OF)
    now = _at(told_of.due_on + timedelta(days=1), 8)
    told = [row for row in history if row.period_starts_on <= told_of.starts_on]
    reached = _rolled_up(data, loaded.agencies, judged, now=now)
    said = digest_of(plan=plan, period=told_of, rollup=reached, names=names, progress=told, unsent=())
    yield Sample("digest", NoticeKind.DIGEST, said, now)


def _rolled_up(
    data: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], judged: Sequence[Judged], *, now: datetime
) -> RollUpChangedData:
    """Return what all agencies reach together in the digest's period, as scoring announces it."""
    plan = scoring.plan_of(data)
    number = next(number for number, period in enumerate(plan.periods) if period.id == _DIGEST_OF)
    before, found = (
        PeriodProgress(
            plan=plan,
            period=period,
            progress=[each for each in judged if each.key.period == period.id],
            plans={PlanVersion(plan.id, plan.version): plan},
            registry={each.agency: scoring.agency_of(each) for each in agencies},
            is_closed=True,
        )
        for period in plan.periods[number - 1 : number + 1]
    )
    event = rollup_event(found, before=before, as_of=now)
    if event is None:
        raise ValueError(f"nobody owes anything for {_DIGEST_OF}")
    return event.data


class _Lived:
    """What one agency files, how it is judged, and what it is told."""

    def __init__(
        self, data: PlanPublishedData, agency: AgencyRegisteredData, *, names: dict[str, LocalizedText]
    ) -> None:
        self.history: list[Progress] = []
        self.judged: list[Judged] = []
        self._data = data
        self._registered = agency
        self._plan = Plan(**dict(data))
        self._judging = scoring.plan_of(data)
        self._agency_name = names[agency.agency]
        self._lead_name = names[data.lead_agency]
        self._told: list[EarlierNotice] = []

    def through(self, period: PeriodData) -> Iterator[Sample]:
        """Yield what the agency is told of a period: when it filed or was to file, and when the period is locked."""
        if not any(reports(each, self._registered) for each in self._data.indicators):
            return
        is_silent = Draws(_SEED, self._registered.agency, period.id).whole(1, _SILENT_OF) == 1
        moment = _at(period.due_on, 9) if not is_silent else _at(period.due_on + timedelta(days=1), 0)
        self.history.append(self._judged(period, is_silent=is_silent, now=moment))
        yield from self._notices(now=moment)
        if is_silent:
            yield from self._notices(now=_at(period.locked_on, 0))

    def _judged(self, period: PeriodData, *, is_silent: bool, now: datetime) -> Progress:
        key = Key(self._data.plan, self._registered.agency, period.id)
        cause = Cause("preview", None, now)
        arrivals = {}
        if not is_silent:
            submission = event_id("preview", *key)
            filing = Filing(key, self._data.version, submission, 1, now, True, self._observed(period))  # noqa: FBT003  is_synthetic
            arrivals = {key.period: Arrival(filing, cause)}
        closed = {key.period: self._judging.version} if is_silent else {}
        (progress,) = changes(  # nothing was known before, so something is news
            scoring.agency_of(self._registered),
            before={},
            arrivals=arrivals,
            waiting=(),
            terms=terms_of({self._judging.version: self._judging}, closed=closed, least={}, again=[key.period]),
            cause_of=lambda _: cause,
        )
        self.judged.append(progress)
        envelope = attributes(
            kind="progress.changed.v1",
            source="/scoring",
            subject=key.agency,
            time=now,
            identity=event_id("progress", *key, 1),
            correlation="preview",
        )
        event = ProgressChanged.model_validate({**envelope, "data": data_of(progress, plan=self._judging)})
        return Progress.of(event).with_lagging_since(None)

    def _observed(self, period: PeriodData) -> tuple[Observation, ...]:
        figures = (
            observe(each, agency=self._registered, plan=self._data, period=period, seed=_SEED)
            for each in self._data.indicators
            if reports(each, self._registered)
        )
        return tuple(
            Observation(each.indicator, each.numerator, each.denominator, each.value, each.yes, each.note)
            for each in figures
        )

    def _notices(self, *, now: datetime) -> Iterator[Sample]:
        situation = Situation(
            plan=self._plan,
            agency_name=self._agency_name,
            lead_name=self._lead_name,
            newest=self.history[-1],
            unfiled=tuple(row.period for row in self.history if row.filing is None),
            earlier=tuple(self._told),
            is_synthetic=True,
        )
        due = decide(situation=situation, settling=_SETTLING, now=now).due
        if due is not None:
            self._told.append(_told(due))
            said = contents_of(due, situation=situation)
            yield Sample(_name(due, said), due.kind, said, due.due_at)


def _told(due: DueNotice) -> EarlierNotice:
    return EarlierNotice(
        cause=due.cause,
        kind=due.kind,
        period=due.period,
        thread=due.thread,
        indicators=due.indicators,
        is_pending=False,
        is_sent=True,
        is_attempted=True,
        sent_at=due.due_at,
    )


def _name(due: DueNotice, said: Contents) -> str:
    """Return what a file of the notice is called: its kind, and of which two it is."""
    if isinstance(said, OverdueContents) and not due.indicators:
        return "overdue-locked"
    if isinstance(said, RecoveredContents) and not said.is_lag_told:
        return "recovered-filed"
    return due.kind.value


def _at(day: object, hour: int) -> datetime:
    return datetime.combine(day, time(hour), TIMEZONE)  # type: ignore[arg-type]  # a date
