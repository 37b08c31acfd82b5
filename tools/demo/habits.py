"""How agencies file over the year: in time, late, not at all for a while, corrected, with mistakes; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shared.events.plans import AgencyRegisteredData, IndicatorData, PeriodData, PlanPublishedData
from shared.events.vocabulary import AgencyKind
from tools.demo.draws import Draws

_FILES_FOR_CHILDREN: Final = frozenset({AgencyKind.DISTRICT, AgencyKind.CITY})
_LATE_PCT: Final = 6
_FALLING_SILENT_PCT: Final = 2
_LONGEST_SILENCE: Final = 3  # periods
_CORRECTING_PCT: Final = 5
_PARTIAL_PCT: Final = 3
_REPEATING_PCT: Final = 4
_HELPED_PCT: Final = 6


class Mistake(StrEnum):
    """A submission that is refused, named by the code of the fault or problem that the answer must carry."""

    PART_ABOVE_WHOLE = "out-of-range"
    COMMA_IN_A_COUNT = "ambiguous-number"
    UNKNOWN_INDICATOR = "unknown-indicator"
    FOREIGN_INDICATOR = "not-reported-by-agency"
    PARTS_MISSING = "wrong-parts"
    ANOTHER_AGENCY = "not-your-agency"
    PERIOD_UNDER_WAY = "period-not-over"
    STALE_REVISION = "stale-revision"
    KEY_REUSED = "idempotency-key-reused"
    MISTYPED_KEY = "not-authenticated"
    LOCKED_PERIOD = "period-locked"


@dataclass(frozen=True)
class Habit:
    """How one agency files for one period."""

    is_late: bool = False
    is_silent: bool = False
    is_corrected: bool = False
    is_partial: bool = False  # leaves an indicator out, and corrects it later
    is_repeated: bool = False  # sends the same request again, not knowing whether it arrived
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Habits:
    """The habits of all agencies over a plan's periods, and who files for whom."""

    of: Mapping[tuple[str, str], Habit] = field(default_factory=dict)  # by agency and period
    helpers: Mapping[str, str] = field(default_factory=dict)  # commune → the district that files for it


def reports(indicator: IndicatorData, agency: AgencyRegisteredData) -> bool:
    """Return whether an agency reports an indicator."""
    return agency.kind in indicator.reported_by_kinds or agency.agency in indicator.reported_by_agencies


def reporting_agencies(
    plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], period: PeriodData
) -> list[AgencyRegisteredData]:
    """Return the plan's agencies that have something to report for a period and may file it."""
    members = set(plan.agencies)
    return [
        agency
        for agency in agencies
        if agency.agency in members
        and agency.valid_from < period.ends_on
        and (agency.valid_to is None or agency.valid_to >= period.ends_on)
        and any(reports(indicator, agency) for indicator in plan.indicators)
    ]


def habits_of(plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], *, seed: int) -> Habits:
    """Return how everybody files, the same for the same seed."""
    silent: dict[str, int] = {}  # periods that an agency still keeps silent
    found: dict[tuple[str, str], Habit] = {}
    for number, period in enumerate(plan.periods):
        reporting = reporting_agencies(plan, agencies, period)
        draws = Draws(seed, period.id, "habits")
        names = [agency.agency for agency in reporting]
        mistaken = dict(zip(draws.some_of(names, len(Mistake)), _rotated(number), strict=False))
        for name in _share(names, _FALLING_SILENT_PCT, draws):
            silent[name] = max(silent.get(name, 0), draws.whole(1, _LONGEST_SILENCE))
        late, corrected, partial, repeated = (
            set(_share(names, pct, draws)) for pct in (_LATE_PCT, _CORRECTING_PCT, _PARTIAL_PCT, _REPEATING_PCT)
        )
        for name in names:
            is_silent = silent.get(name, 0) > 0 and name not in mistaken
            found[name, period.id] = Habit(
                is_late=name in late,
                is_silent=is_silent,
                is_corrected=name in corrected or name in partial,
                is_partial=name in partial,
                is_repeated=name in repeated,
                mistakes=(mistaken[name],) if name in mistaken else (),
            )
            silent[name] = max(silent.get(name, 0) - 1, 0)
    return Habits(of=found, helpers=_helpers(agencies, seed=seed))


def _rotated(number: int) -> list[Mistake]:
    """Return the mistakes of the `number`th period: half of all kinds, the other half the next time."""
    half = -(-len(Mistake) // 2)
    twice = [*Mistake, *Mistake]
    start = number * half % len(Mistake)
    return twice[start : start + half]


def _share(names: Sequence[str], pct: int, draws: Draws) -> list[str]:
    return draws.some_of(names, -(-len(names) * pct // 100))


def _helpers(agencies: Sequence[AgencyRegisteredData], *, seed: int) -> dict[str, str]:
    superiors = {agency.agency for agency in agencies if agency.kind in _FILES_FOR_CHILDREN}
    helped = [(agency.agency, agency.parent) for agency in agencies if agency.parent in superiors and agency.parent]
    return dict(Draws(seed, "helpers").some_of(helped, len(helped) * _HELPED_PCT // 100))
