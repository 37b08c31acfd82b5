"""What became of each series that is judged by its growth, read from the progress events themselves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from shared.events.plans import PlanPublishedData
from shared.events.progress import ProgressChanged, ProgressChangedData
from shared.events.vocabulary import ProgressStatus


@dataclass(frozen=True)
class Series:
    """Statuses, scores and ratios of growth by the series' name, each of the latest period in which it was reported."""

    statuses: dict[str, ProgressStatus] = field(default_factory=dict)
    scores: dict[str, Decimal | None] = field(default_factory=dict)
    ratios: dict[str, Decimal | None] = field(default_factory=dict)


def announced(dump: Path, *, plan: str) -> list[ProgressChangedData]:
    """Return what a dump of the topic `progress` holds of a plan: the last announcement of each agency and period."""
    latest: dict[tuple[str, str], ProgressChangedData] = {}
    with dump.open("rb") as lines:
        for line in lines:
            told = ProgressChanged.model_validate_json(line).data
            known = latest.get((told.agency, told.period))
            if told.plan == plan and (known is None or known.sequence < told.sequence):
                latest[told.agency, told.period] = told
    return list(latest.values())


def series_of(progress: Iterable[ProgressChangedData], *, plan: PlanPublishedData) -> Series:
    """Return the status, score and ratio of each series, in the plan's order.

    Where several agencies report a series, the agency is named before it.
    """
    latest: dict[tuple[str, str], tuple[ProgressStatus, Decimal | None, Decimal | None]] = {}
    for told in sorted(progress, key=lambda each: each.period_ends_on):
        for judgement in told.judgements:
            if judgement.status is not None:
                latest[judgement.indicator, told.agency] = (
                    judgement.status,
                    judgement.score,
                    judgement.progress_ratio,
                )
    found = Series()
    for indicator in plan.indicators:
        for agency in plan.agencies:
            if (indicator.id, agency) in latest:
                name = indicator.name_en if len(plan.agencies) == 1 else f"{agency} / {indicator.name_en}"
                found.statuses[name], found.scores[name], found.ratios[name] = latest[indicator.id, agency]
    return found
