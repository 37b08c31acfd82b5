"""What scoring must come to: judged at once from all that was ever told, without a thought for the order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from services.scoring import figures
from services.scoring.judgements import Judgement
from services.scoring.judging import judge_agency
from services.scoring.model import Agency, Base, Ended, Filing, Key, Period, Plan
from services.scoring.rules import overall
from shared.events.vocabulary import Standing


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


@dataclass
class Told:
    """Everything that scoring was told, and which plan version closed which period."""

    plans: dict[int, Plan] = field(default_factory=dict)
    agencies: dict[str, Agency] = field(default_factory=dict)
    filings: dict[UUID, Filing] = field(default_factory=dict)
    endings: list[Ended] = field(default_factory=list)
    closed: dict[str, int] = field(default_factory=dict)
    replayed: dict[str, int] = field(default_factory=dict)  # periods, each with the version that judges at least

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
            return self._judged(key, self.closed[key.period], None, None, firsts)
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
