"""The submissions that both servers are sent: 8 observations each, of every agency that reports so many indicators."""

import csv
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from shared.events.plans import AgencyRegisteredData, IndicatorData, PlanPublishedData
from shared.events.vocabulary import Measure

OBSERVATIONS: Final = 8
PERIODS: Final = ("2014-02", "2014-03")  # over and not yet locked at the moment the rehearsal begins
REHEARSED_FROM: Final = "2014-04-03T09:00+07:00"
_VARIANTS: Final = 40  # of each agency and period, so that no two requests in flight need be the same
_SEED: Final = 2014


def write_requests(
    file: Path, *, plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], keys: Mapping[str, str]
) -> int:
    """Write the requests to a file as the load generator reads it, in mixed order, and return how many agencies file.

    Raises:
        ValueError: no agency reports enough indicators.
    """
    chosen = random.Random(_SEED)
    by_agency = {agency.agency: reported(plan, agency) for agency in agencies if agency.agency in keys}
    filers = [agency for agency, indicators in by_agency.items() if len(indicators) >= OBSERVATIONS]
    if not filers:
        raise ValueError(f"no agency of {plan.plan} reports {OBSERVATIONS} indicators")
    requests = [
        {
            "headers": {"Authorization": f"Bearer {keys[agency]}"},
            "body": json.dumps(
                {
                    "plan": plan.plan,
                    "period": period,
                    "agency": agency,
                    "observations": list(_observations(by_agency[agency], chosen=chosen)),
                    "note": "Số liệu giả lập để đo tốc độ",
                    "is_synthetic": True,
                },
                ensure_ascii=False,
            ),
        }
        for agency in filers
        for period in PERIODS
        for _ in range(_VARIANTS)
    ]
    chosen.shuffle(requests)
    file.write_text("".join(f"{json.dumps(each)}\n" for each in requests))
    return len(filers)


def read_keys(file: Path) -> dict[str, str]:
    """Return agency → key from the file that `keys issue --out` wrote."""
    with file.open(newline="", encoding="utf-8") as opened:
        return {row["agency"]: row["key"] for row in csv.DictReader(opened)}


def reported(plan: PlanPublishedData, agency: AgencyRegisteredData) -> list[IndicatorData]:
    """Return the indicators that the agency reports."""
    return [
        indicator
        for indicator in plan.indicators
        if agency.kind in indicator.reported_by_kinds or agency.agency in indicator.reported_by_agencies
    ]


def _observations(indicators: Sequence[IndicatorData], *, chosen: random.Random) -> Iterator[dict[str, Any]]:
    for indicator in chosen.sample(indicators, OBSERVATIONS):
        yield {"indicator": indicator.id, **figures(indicator.measure, chosen=chosen)}


def figures(measure: Measure, *, chosen: random.Random) -> dict[str, Any]:
    """Return the figures of an observation in this measure, drawn at random."""
    match measure:
        case Measure.SHARE:
            denominator = chosen.randint(50, 500)
            return {"numerator": chosen.randint(0, denominator), "denominator": denominator}
        case Measure.YES_NO:
            return {"yes": chosen.random() < 0.5}
        case Measure.PERCENT:
            return {"value": f"{chosen.uniform(90, 100):.1f}"}
        case _:
            return {"value": chosen.randint(0, 50)}
