"""What became of a series is what its latest progress event says."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from services.ingest.plans.files.folder import load
from shared.events.progress import ProgressChanged, ProgressChangedData
from shared.events.vocabulary import ProgressStatus
from tools.demo.series import series_of

PROJECT = Path(__file__).parents[4]
PLAN = load(PROJECT / "plans" / "canadian-indicator-framework").to_plan_data(1)
SAMPLE = PROJECT / "tests" / "contracts" / "samples" / "progress.changed.v1" / "raised-by-growth.json"
TOLD = ProgressChanged.model_validate_json(SAMPLE.read_bytes()).data


def _year(year: int, status: ProgressStatus, score: str | None, *, agency: str = "statcan") -> ProgressChangedData:
    judgement = TOLD.judgements[0].model_copy(
        update={
            "indicator": "1-1-1",
            "status": status,
            "score": Decimal(score) if score else None,
            "progress_ratio": Decimal("0.9") if score else None,
        }
    )
    unreported = TOLD.judgements[0].model_copy(update={"indicator": "11-3-1", "status": None, "score": None})
    return TOLD.model_copy(
        update={"agency": agency, "period_ends_on": date(year, 1, 1), "judgements": (judgement, unreported)}
    )


def test_the_latest_period_in_which_a_series_was_reported_counts() -> None:
    found = series_of(
        [_year(2024, ProgressStatus.MODERATE_PROGRESS, "2.15"), _year(2016, ProgressStatus.NOT_AVAILABLE, None)],
        plan=PLAN,
    )
    assert found.statuses == {"1-1-1": "moderate_progress"}
    assert found.scores == {"1-1-1": Decimal("2.15")}
    assert found.ratios == {"1-1-1": Decimal("0.9")}


def test_where_several_agencies_report_a_series_each_is_told_apart() -> None:
    shared = PLAN.model_copy(update={"agencies": ("one", "other")})
    progress = [
        _year(2024, ProgressStatus.DETERIORATION, "-5", agency="other"),
        _year(2024, ProgressStatus.TARGET_ACHIEVED, "5", agency="one"),
    ]
    assert list(series_of(progress, plan=shared).statuses) == ["one / 1-1-1", "other / 1-1-1"]


def test_a_plan_without_growth_has_no_series() -> None:
    assert (
        series_of(
            [_year(2024, ProgressStatus.MODERATE_PROGRESS, "2")], plan=PLAN.model_copy(update={"indicators": ()})
        ).statuses
        == {}
    )
