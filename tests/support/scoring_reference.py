"""What scoring must come to: judged at once from all that was ever told, without a thought for the order."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from services.scoring.judging import figures
from services.scoring.judging.agency import judge_agency
from services.scoring.judging.composite import overall
from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Agency, Base, Ended, Filing, Key, Period, Plan
from shared.events.vocabulary import AgencyKind, Standing


class Outcome(NamedTuple):
    """How an agency stands in a period, and why."""

    plan_version: int
    filing: Filing | None
    ended: Ended | None
    standing: Standing
    judgements: tuple[Judgement, ...]

    def without_version(self) -> "Outcome":
        """Return what does not depend on when it was announced: what a replay leaves as it is keeps its version."""
        return self._replace(plan_version=0, filing=self.filing._replace(plan_version=0) if self.filing else None)


class Place(NamedTuple):
    """Names the agencies of one kind and branch, and an indicator, in a period."""

    period: str
    branch: str
    kind: AgencyKind
    indicator: str


@dataclass
class Sums:
    """Σ numerator and Σ denominator, and how many agencies have each standing."""

    part: Decimal = Decimal(0)
    whole: Decimal = Decimal(0)
    standings: Counter[Standing] = field(default_factory=Counter)


@dataclass
class Told:
    """Everything that scoring was told, and which plan version closed which period."""

    plans: dict[int, Plan] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    registered_at: dict[str, datetime] = field(default_factory=dict)
    filings: dict[UUID, Filing] = field(default_factory=dict)
    endings: list[Ended] = field(default_factory=list)
    closed: dict[str, int] = field(default_factory=dict)
    replayed: dict[str, int] = field(default_factory=dict)  # periods, each with the version that judges at least

    def register(self, agency: Agency, *, at: datetime) -> None:
        """Take what the registry says of an agency; of two the later counts, whichever comes first."""
        if agency.id not in self.registered_at or self.registered_at[agency.id] <= at:
            self.agencies[agency.id], self.registered_at[agency.id] = agency, at

    def together(self, outcomes: Mapping[Key, Outcome]) -> dict[Place, Sums]:
        """Return what agencies come to together in each indicator, on the registry as it is."""
        found: dict[Place, Sums] = {}
        for key, outcome in outcomes.items():
            agency = self.agencies[key.agency]
            branch = self._branch(agency, on=self._period(key, outcome.plan_version).last_on)
            for judgement in outcome.judgements:
                sums = found.setdefault(Place(key.period, branch, agency.kind, judgement.indicator), Sums())
                sums.standings[judgement.standing] += 1
                if judgement.observed and judgement.observed.value is not None:
                    sums.part += judgement.observed.numerator or 0
                    sums.whole += judgement.observed.denominator or 0
        return found

    def _branch(self, agency: Agency, *, on: date) -> str:
        above: Agency | None = agency
        while above is not None and above.is_valid_on(on):
            if above.kind in {AgencyKind.CITY, AgencyKind.DISTRICT}:
                return above.id
            above = self.agencies.get(above.parent) if above.parent else None
        return ""

    def is_waiting(self, key: Key) -> bool:
        """Return whether a filing of the agency and period cannot be judged yet."""
        return any(each.key == key and not self._can_judge(each) for each in self.filings.values())

    def outcomes(self, keys: Iterable[Key]) -> Mapping[Key, Outcome]:
        """Return how these agencies and periods stand; those of which nothing is known are left out."""
        found: dict[Key, Outcome] = {}
        firsts: dict[str, dict[str, Base]] = {}
        for key in sorted(keys, key=lambda each: (each.agency, each.period)):
            outcome = self._outcome(key, firsts=firsts.setdefault(key.agency, {}))
            if outcome is None:
                continue
            found[key] = outcome
            for observation in outcome.filing.observations if outcome.filing else ():
                value = figures.value_of(observation)
                if value is not None:
                    last_on = self._period(key, outcome.plan_version).ends_on - timedelta(days=1)
                    firsts[key.agency].setdefault(observation.indicator, Base(last_on, value))
        return found

    def _outcome(self, key: Key, *, firsts: Mapping[str, Base]) -> Outcome | None:
        filed = [each for each in self.filings.values() if each.key == key and self._can_judge(each)]
        if filed:
            latest = max(filed, key=lambda each: (each.revision, each.submission))
            ends = [each for each in self.endings if each.submission == latest.submission]
            ended = min(ends, key=lambda each: (each.ended_at, each.ending), default=None)
            return self._judged(key, latest.plan_version, None if ended else latest, ended, firsts)
        if key.period in self.closed and key.agency in self.agencies:
            silent = self._judged(key, self.closed[key.period], None, None, firsts)
            return silent if silent.judgements else None  # who owes nothing is not spoken of
        return None

    def _judged(
        self, key: Key, version: int, filing: Filing | None, ended: Ended | None, firsts: Mapping[str, Base]
    ) -> Outcome:
        version = max(version, self.replayed.get(key.period, 0))
        is_closed = key.period in self.closed
        judgements = judge_agency(
            plan=self.plans[version],
            agency=self.agencies[key.agency],
            period=self._period(key, version),
            filing=filing,
            is_closed=is_closed,
            firsts=firsts,
            ended=ended,
        )
        standing = overall(judgements, has_filed=filing is not None, is_closed=is_closed)
        return Outcome(version, filing, ended, standing, judgements)

    def _can_judge(self, filing: Filing) -> bool:
        return filing.plan_version in self.plans and filing.key.agency in self.agencies

    def _period(self, key: Key, version: int) -> Period:
        return self.plans[version].period_by_id[key.period]
