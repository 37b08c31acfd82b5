"""What all sides are given: the plan of 2014, agencies of many provinces alike, and what they file in the year."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

from bench.ingest.submissions import OBSERVATIONS, figures, reported
from bench.parts import ROOT
from services.ingest.plans.files.folder import LoadedPlan, load
from shared.events.envelope import Event, attributes, event_id
from shared.events.plans import AgencyRegistered, AgencyRegisteredData, IndicatorData, PlanPublished, PlanPublishedData
from shared.events.submissions import ObservationData, SubmissionAccepted, SubmissionAcceptedData

REHEARSED_FROM: Final = "2014-01-20T09:00+07:00"  # before the first due date: no period closes while we measure
PER_PROVINCE: Final = 32 * 12  # submissions in the year: the agencies that report enough, in each period
_FILED_AT: Final = datetime.fromisoformat(REHEARSED_FROM)
_PLAN: Final = ROOT / "plans" / "lam-dong-2014"
_SEED: Final = 2014


class Filed(NamedTuple):
    """A submission as it stands in the topic."""

    id: UUID  # the event's
    key: bytes
    value: bytes


class Material:
    """The plan with the agencies of so many provinces, each with those of Lâm Đồng that report enough indicators."""

    def __init__(self, *, provinces: int) -> None:
        self._loaded: LoadedPlan = load(_PLAN)
        self._provinces = provinces

    @cached_property
    def plan(self) -> PlanPublishedData:
        """Return the plan, in which the agencies of all the provinces take part."""
        agencies = tuple(each.agency for province in range(self._provinces) for each in self._of_province(province))
        return self._loaded.to_plan_data(1).model_copy(update={"agencies": agencies})

    @cached_property
    def _models(self) -> Sequence[tuple[AgencyRegisteredData, Sequence[IndicatorData]]]:
        plan = self._loaded.to_plan_data(1)
        reporting = [(agency, reported(plan, agency)) for agency in self._loaded.agencies]
        return [(agency, indicators) for agency, indicators in reporting if len(indicators) >= OBSERVATIONS]

    def reference(self) -> list[Event[Any]]:
        """Return the events that make the agencies and the plan known, in the order ingest publishes them."""
        registered = [
            AgencyRegistered(
                **_attributes("agency.registered.v1", subject=each.agency, identity=event_id("bench", each.agency)),
                data=each,
            )
            for province in range(self._provinces)
            for each in self._of_province(province)
        ]
        published = PlanPublished(
            **_attributes("plan.published.v1", subject=self.plan.plan, identity=event_id("bench", self.plan.plan)),
            data=self.plan,
        )
        return [*registered, published]

    def write_reference(self, file: Path) -> None:
        """Write the plan and the agencies to a file, for sides that do not read `reference`."""
        file.write_bytes(b"".join(event.to_bytes() + b"\n" for event in self.reference()))

    def year_of(self, provinces: Sequence[int]) -> list[Filed]:
        """Return what the agencies of these provinces file in the year, in mixed order, the same in every run."""
        chosen = random.Random(_SEED * 1_000 + provinces[0])
        filed = [
            self._submission(_named(agency.agency, province), indicators, period=period.id, chosen=chosen)
            for province in provinces
            for agency, indicators in self._models
            for period in self._loaded.to_plan_data(1).periods
        ]
        chosen.shuffle(filed)
        return filed

    def _of_province(self, province: int) -> Iterator[AgencyRegisteredData]:
        for agency, _ in self._models:
            yield agency.model_copy(update={"agency": _named(agency.agency, province)})  # none has a superior

    def _submission(
        self, agency: str, indicators: Sequence[IndicatorData], *, period: str, chosen: random.Random
    ) -> Filed:
        submission = event_id("bench", "submission", agency, period)
        event = SubmissionAccepted(
            **_attributes("submission.accepted.v1", subject=str(submission), identity=event_id("accepted", submission)),
            data=SubmissionAcceptedData(
                submission=submission,
                plan=self._loaded.plan_id,
                plan_version=1,
                agency=agency,
                period=period,
                revision=1,
                filed_at=_FILED_AT + timedelta(seconds=chosen.randrange(86_400)),
                filed_by=agency,
                is_synthetic=True,
                observations=tuple(
                    ObservationData.model_validate({"indicator": each.id, **figures(each.measure, chosen=chosen)})
                    for each in sorted(chosen.sample(indicators, OBSERVATIONS), key=indicators.index)
                ),
                note="Số liệu giả lập để đo tốc độ",
            ),
        )
        return Filed(event.id, agency.encode(), event.to_bytes())


def _named(agency: str, province: int) -> str:
    return f"{agency}-{province:03}"


def _attributes(kind: str, *, subject: str, identity: UUID) -> dict[str, Any]:
    return attributes(
        kind=kind, source="/ingest", subject=subject, time=_FILED_AT, identity=identity, correlation=subject
    )
