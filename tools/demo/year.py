"""The course of the demonstration: at which moments which agency sends what; pure, the same for the same seed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from shared.events.plans import AgencyRegisteredData, PeriodData, PlanPublishedData
from tools.demo.draws import Draws
from tools.demo.figures import observe
from tools.demo.habits import Habit, Habits, Mistake, habits_of, reporting_agencies, reports
from tools.demo.requests import Act, Submission, filing, mistaken, repeated, unknown_indicator, with_slip

_FILING_DAYS: Final = 3
_MORNING, _AFTERNOON = time(9, 0), time(14, 0)
# On working days after the due date: before mail goes out, after that, the digest's hour, and three more.
_AFTER_DUE: Final = (
    (0, time(7, 10)),
    (0, time(7, 40)),
    (0, time(8, 30)),
    (0, time(14, 0)),
    (1, time(9, 30)),
    (2, time(15, 0)),
)
_LATE: Final = (0, 3, 3, 4)  # at which of these moments who is late files
_MENDING_FROM: Final = 3
_AFTER_FILING: Final = frozenset({Mistake.STALE_REVISION, Mistake.KEY_REUSED})


@dataclass(frozen=True)
class Moment:
    """A moment to which the clock is moved, and what agencies send then: groups at once, a group's acts in order."""

    at: datetime
    period: PeriodData
    acts: tuple[tuple[Act, ...], ...] = ()


def year_of(
    plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], *, seed: int, periods: int | None = None
) -> list[Moment]:
    """Return the moments of the plan's first `periods`, or of all of them, in the order of time."""
    habits = habits_of(plan, agencies, seed=seed)
    moments = [
        moment
        for period in sorted(plan.periods, key=lambda period: (period.ends_on, period.id))[:periods]
        for moment in _Period(plan, agencies, period=period, habits=habits, seed=seed).moments()
    ]
    return sorted(moments, key=lambda moment: moment.at)


class _Period:
    """Composes what happens for one period."""

    def __init__(
        self,
        plan: PlanPublishedData,
        agencies: Sequence[AgencyRegisteredData],
        *,
        period: PeriodData,
        habits: Habits,
        seed: int,
    ) -> None:
        self._plan = plan
        self._agencies = agencies
        self._period = period
        self._habits = habits
        self._seed = seed
        self._zone = ZoneInfo(plan.timezone)

    def moments(self) -> Iterator[Moment]:
        """Yield the period's filing days, the passing of its due date, and the days of late filings."""
        filing_at = self._filing_moments()
        after_due = self._after_due()
        acts: dict[datetime, list[tuple[Act, ...]]] = defaultdict(list)
        for agency in reporting_agencies(self._plan, self._agencies, self._period):
            habit = self._habits.of[agency.agency, self._period.id]
            if habit.is_silent:
                continue
            draws = Draws(self._seed, agency.agency, self._period.id, "moment")
            first = draws.one_of(_LATE) if habit.is_late else -1
            at = after_due[first] if habit.is_late else draws.one_of(filing_at)
            begun, mended = self._requests(agency, habit, today=at.date())
            acts[at].append(begun)
            if mended:
                acts[after_due[max(first + 1, draws.whole(_MENDING_FROM, len(after_due) - 1))]].append(mended)
        closing = self._at(self._period.due_on + timedelta(days=1), time(0, 5))
        for at in [*filing_at, closing, *after_due]:
            yield Moment(at=at, period=self._period, acts=tuple(acts[at]))

    def _requests(
        self, agency: AgencyRegisteredData, habit: Habit, *, today: date
    ) -> tuple[tuple[Act, ...], tuple[Act, ...]]:
        """Return what the agency sends when it files, and later to correct that."""
        true = Submission(
            plan=self._plan.plan,
            agency=agency.agency,
            filer=self._habits.helpers.get(agency.agency, agency.agency),
            period=self._period.id,
            observations=tuple(
                observe(indicator, agency=agency, plan=self._plan, period=self._period, seed=self._seed)
                for indicator in self._plan.indicators
                if reports(indicator, agency)
            ),
        )
        hurried = true
        if habit.is_partial and len(true.observations) > 1:
            hurried = replace(true, observations=true.observations[:-1])
        elif habit.is_corrected:
            hurried = replace(true, observations=with_slip(true.observations))
        begun = [filing(hurried, number=2)]
        if habit.is_repeated:
            begun.append(repeated(begun[0]))
        for mistake in habit.mistakes:
            wrong = self._wrong(true, mistake, agency=agency, today=today)
            begun.insert(len(begun) if wrong.mistake in _AFTER_FILING else 0, wrong)
        mended = (filing(replace(true, revision=2), number=4),) if habit.is_corrected else ()
        return tuple(begun), mended

    def _wrong(self, true: Submission, mistake: Mistake, *, agency: AgencyRegisteredData, today: date) -> Act:
        """Return the request with the mistake, or with another where this one is not possible."""
        number = 3 if mistake in _AFTER_FILING else 1
        act = mistaken(true, mistake, number=number, other=self._other(mistake, agency=agency, today=today))
        return act or unknown_indicator(true, number=number)

    def _other(self, mistake: Mistake, *, agency: AgencyRegisteredData, today: date) -> str | None:
        """Return the agency, period or indicator that the mistake confuses with the right one."""
        candidates: list[str] = []
        filer = self._habits.helpers.get(agency.agency, agency.agency)
        if mistake is Mistake.ANOTHER_AGENCY:
            reporting = reporting_agencies(self._plan, self._agencies, self._period)
            candidates = [each.agency for each in reporting if filer not in {each.agency, each.parent}]
        elif mistake is Mistake.FOREIGN_INDICATOR:
            candidates = [each.id for each in self._plan.indicators if not reports(each, agency)]
        elif mistake is Mistake.PERIOD_UNDER_WAY:
            candidates = [each.id for each in self._plan.periods if each.starts_on <= today < each.ends_on]
        elif mistake is Mistake.LOCKED_PERIOD:
            candidates = [each.id for each in self._plan.periods if each.locked_on <= today]
        if not candidates:
            return None
        return Draws(self._seed, agency.agency, self._period.id, mistake).one_of(candidates)

    def _filing_moments(self) -> list[datetime]:
        days = self._working_days(self._period.ends_on, until=self._period.due_on)[-_FILING_DAYS:]
        times = [(day, _AFTERNOON if number % 2 else _MORNING) for number, day in enumerate(days[:-1])]
        last = days[-1] if days else self._period.due_on
        return [self._at(day, at) for day, at in [*times, (last, _MORNING), (last, _AFTERNOON)]]

    def _after_due(self) -> list[datetime]:
        after = self._period.due_on + timedelta(days=1)
        days = self._working_days(after, until=after + timedelta(days=30))
        return [self._at(days[day], at) for day, at in _AFTER_DUE]

    def _working_days(self, first: date, *, until: date) -> list[date]:
        days = [first + timedelta(days=number) for number in range((until - first).days + 1)]
        return [day for day in days if day not in self._plan.days_off]

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self._zone)
