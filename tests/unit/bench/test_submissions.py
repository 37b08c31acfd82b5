"""Both servers are sent submissions that ingest accepts, the same ones in every run."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bench.ingest.submissions import OBSERVATIONS, PERIODS, REHEARSED_FROM, read_keys, write_requests
from bench.parts import ROOT
from services.ingest.plans.files.folder import LoadedPlan, load
from services.ingest.plans.model import Plan, Registry
from services.ingest.submissions.model import Draft
from services.ingest.submissions.reading import read_draft
from services.ingest.submissions.rules import draft_faults


@pytest.fixture(scope="module")
def loaded() -> LoadedPlan:
    return load(ROOT / "plans" / "lam-dong-2014")


def written(loaded: LoadedPlan, file: Path) -> tuple[int, list[dict[str, Any]]]:
    keys = {agency.agency: f"key of {agency.agency}" for agency in loaded.agencies}
    filers = write_requests(file, plan=loaded.to_plan_data(1), agencies=loaded.agencies, keys=keys)
    return filers, [json.loads(line) for line in file.read_text().splitlines()]


def test_ingest_accepts_every_one_of_them(loaded: LoadedPlan, tmp_path: Path) -> None:
    plan = loaded.to_plan_data(1)
    registry = Registry(
        plans={plan.plan: Plan(**dict(plan))},
        agencies={each.agency: each for each in loaded.agencies},
    )
    today = datetime.fromisoformat(REHEARSED_FROM).date()
    filers, requests = written(loaded, tmp_path / "requests")
    seen = set()
    for request in requests:
        agency = request["headers"]["Authorization"].removeprefix("Bearer key of ")
        draft = read_draft(request["body"].encode(), filer=agency)
        assert isinstance(draft, Draft)
        assert draft_faults(draft, registry=registry, filer=agency, today=today) == []
        assert len(draft.observations) == OBSERVATIONS
        assert draft.is_synthetic
        seen.add((draft.agency, draft.period))
    assert len(seen) == filers * len(PERIODS)


def test_every_run_sends_the_same(loaded: LoadedPlan, tmp_path: Path) -> None:
    assert written(loaded, tmp_path / "first") == written(loaded, tmp_path / "second")


def test_a_plan_that_nobody_reports_so_much_of_is_refused(loaded: LoadedPlan, tmp_path: Path) -> None:
    plan = loaded.to_plan_data(1)
    small = plan.model_copy(update={"indicators": plan.indicators[: OBSERVATIONS - 1]})
    keys = {agency.agency: "key" for agency in loaded.agencies}
    with pytest.raises(ValueError, match="no agency of lam-dong-2014 reports 8 indicators"):
        write_requests(tmp_path / "requests", plan=small, agencies=loaded.agencies, keys=keys)


def test_keys_are_read_as_the_command_wrote_them(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("agency,key\nso-noi-vu,key_live_a\nso-tai-chinh,key_live_b\n")
    assert read_keys(file) == {"so-noi-vu": "key_live_a", "so-tai-chinh": "key_live_b"}
