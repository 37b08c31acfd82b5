"""A plan folder for each test to spoil."""

from pathlib import Path

import pytest

from tests.unit.services.ingest.plans.files.examples import PlanFolder


@pytest.fixture
def folder(tmp_path: Path) -> PlanFolder:
    return PlanFolder(tmp_path / "small")
