"""A part of the province of 2014 as those see it who ask scoring over HTTP, each with a key of their own."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
from fastapi import FastAPI

from services.ingest.plans.files.folder import load
from services.scoring.routes import router
from shared.events.plans import AgencyRegistered, AgencyRegisteredData, IndicatorData, PlanPublished, PlanPublishedData
from shared.events.submissions import ObservationData, SubmissionAccepted
from shared.events.vocabulary import Measure, Scope
from shared.runtime.auth.key_ring import KeyRing
from shared.runtime.clock import SteppedClock
from shared.runtime.http.access import Guard
from shared.runtime.http.examples import show_whole_examples
from shared.runtime.http.problems import answer_with_problems
from tests.support.keys import PEPPER, key_kept_in
from tests.support.scoring import AFTER_DUE, Scoring, scoring_on
from tests.support.scoring_examples import agency_registered, at, plan_published, submission_accepted

PLAN: Final = "lam-dong-2014"
DIC: Final = "so-thong-tin-va-truyen-thong"
DEPARTMENT: Final = "so-noi-vu"
DISTRICT: Final = "ubnd-huyen-lac-duong"
COMMUNE: Final = "ubnd-xa-lat-lac-duong"
CITY: Final = "ubnd-thanh-pho-da-lat"
WARD: Final = "ubnd-phuong-1-da-lat"
SILENT: Final = "so-tu-phap"
AGENCIES: Final = (
    DIC,
    DEPARTMENT,
    SILENT,
    "so-tai-chinh",
    "trung-tam-quan-ly-cong-thong-tin-dien-tu",
    DISTRICT,
    COMMUNE,
    "ubnd-xa-da-sar-lac-duong",
    CITY,
    WARD,
    "ubnd-xa-ta-nung-da-lat",
)
MONTHS: Final = ("2014-01", "2014-02", "2014-03")
_SHARE_OF_WAY: Final = 100


@dataclass(frozen=True)
class Keys:
    """Headers that carry a key."""

    reader: Mapping[str, str]
    admin: Mapping[str, str]
    department: Mapping[str, str]
    district: Mapping[str, str]
    commune: Mapping[str, str]


class Asked:
    """Scoring over HTTP, with keys of those who ask."""

    def __init__(self, *, scoring: Scoring, client: httpx.AsyncClient, keys: Keys) -> None:
        self.scoring = scoring
        self.keys = keys
        self.client = client

    async def get(self, path: str, *, key: Mapping[str, str] | None = None, **params: Any) -> httpx.Response:
        """Ask for a resource, as the DIC where nobody else is named."""
        headers = {**(self.keys.reader if key is None else key), **params.pop("headers", {})}
        return await self.client.get(path, params=params, headers=headers)

    async def post(
        self, path: str, body: Any, *, key: Mapping[str, str] | None = None, **params: Any
    ) -> httpx.Response:
        """Send a body, as one who decides where nobody else is named."""
        return await self.client.post(path, json=body, params=params, headers=dict(key or self.keys.admin))


def published(version: int = 1, **changes: Any) -> PlanPublished:
    """Return the plan of 2014 with a part of its agencies, as published."""
    data = plan_data(version).model_copy(update=changes)
    event = plan_published(version=version)
    return event.model_copy(update={"data": data})


def plan_data(version: int = 1) -> PlanPublishedData:
    """Return the plan of 2014 with a part of its agencies."""
    data: PlanPublishedData = _loaded().to_plan_data(version)
    return data.model_copy(update={"agencies": AGENCIES})


def registered() -> list[AgencyRegistered]:
    """Return those agencies as registered."""
    by_id: dict[str, AgencyRegisteredData] = {each.agency: each for each in _loaded().agencies}
    return [agency_registered(each).model_copy(update={"data": by_id[each]}) for each in AGENCIES]


def filed(agency: str, period: str, *, revision: int = 1, pace: int | None = None) -> SubmissionAccepted:
    """Return a filing of everything that an agency owes; `pace` is how far it is (percent), by default its own way."""
    plan, kind = plan_data(), {each.data.agency: each.data.kind for each in registered()}[agency]
    month, rank = MONTHS.index(period) + 1, AGENCIES.index(agency)
    owed = [each for each in plan.indicators if kind in each.reported_by_kinds or agency in each.reported_by_agencies]
    observations = tuple(
        observed(each, way=min(_SHARE_OF_WAY, month * (8 + 3 * rank) + place) if pace is None else pace)
        for place, each in enumerate(owed)
    )
    event = submission_accepted(agency, period=period, revision=revision, filed_at=at(f"2014-{month + 1:02}-03T09:00"))
    return event.model_copy(update={"data": event.data.model_copy(update={"observations": observations})})


def observed(indicator: IndicatorData, *, way: int) -> ObservationData:
    """Return a value so far on its way (percent)."""
    if indicator.measure is Measure.SHARE:
        return ObservationData(indicator=indicator.id, numerator=Decimal(2 * way), denominator=Decimal(200))
    if indicator.measure is Measure.YES_NO:
        return ObservationData(indicator=indicator.id, yes=way > _SHARE_OF_WAY // 4)
    value = _SHARE_OF_WAY - way if indicator.direction == "decreasing" else way
    return ObservationData(indicator=indicator.id, value=Decimal(value))


def filings(months: Sequence[str] = MONTHS) -> list[SubmissionAccepted]:
    """Return what all but the silent one filed."""
    return [filed(agency, month) for month in months for agency in AGENCIES if agency != SILENT]


@asynccontextmanager
async def asked_on(url: str, *, is_closed: bool = True) -> AsyncIterator[Asked]:
    """Lend scoring of a first quarter, closed month by month where it is said so, until the block ends."""
    async with scoring_on(url) as scoring:
        await scoring.learn(*registered(), published())
        for month, closes_at in zip(MONTHS, ("2014-02-12", "2014-03-12", None), strict=True):
            await scoring.judge(*filings([month]))
            if is_closed:
                await scoring.close(at(closes_at) if closes_at else AFTER_DUE)
        async with asking(scoring, SteppedClock(AFTER_DUE)) as lent:
            yield lent


@asynccontextmanager
async def asking(scoring: Scoring, clock: SteppedClock) -> AsyncIterator[Asked]:
    """Lend scoring over HTTP, at the moment of this clock, until the block ends."""
    app = FastAPI(separate_input_output_schemas=False)
    answer_with_problems(app)
    guard = Guard(KeyRing(scoring.database, pepper=PEPPER, clock=clock))
    routes = router(database=scoring.database, cache=scoring.cache, guard=guard, clock=clock)
    app.include_router(routes)
    show_whole_examples(app, [routes])
    keys = Keys(
        reader=await key_kept_in(scoring.database, DIC, Scope.READ),
        admin=await key_kept_in(scoring.database, DIC, Scope.READ, Scope.ADMIN),
        department=await key_kept_in(scoring.database, DEPARTMENT),
        district=await key_kept_in(scoring.database, DISTRICT),
        commune=await key_kept_in(scoring.database, COMMUNE),
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://scoring") as client:
        yield Asked(scoring=scoring, client=client, keys=keys)


def _loaded() -> Any:
    if not _KEPT:
        _KEPT.append(load(Path(__file__).resolve().parents[2] / "plans" / PLAN))
    return _KEPT[0]


_KEPT: Final[list[Any]] = []
