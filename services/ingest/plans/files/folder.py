"""Loads a plan's folder whole: plan.yaml, agencies.csv and, where there is one, days.csv."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from services.ingest.plans.files.days import read_overrides
from services.ingest.plans.files.plan_file import read_plan
from services.ingest.plans.files.registry_file import read_registry
from shared.events.plans import AgencyRegisteredData, PlanPublishedData
from shared.runtime.files.fields import FileFault, FileFaults, Findings, render

__all__ = ["FileFault", "FileFaults", "LoadedPlan", "load", "render"]


@dataclass(frozen=True)
class LoadedPlan:
    """A plan and its registry without a fault, before it is given a version."""

    plan_id: str
    content_hash: str  # SHA-256 of the content; comments, quotes and the order of agencies do not change it
    agencies: tuple[AgencyRegisteredData, ...]  # the whole registry, also agencies that do not report in this plan
    content: PlanPublishedData  # as version 1

    def to_plan_data(self, version: int) -> PlanPublishedData:
        """Return the plan as it is published under this version."""
        return self.content.model_copy(update={"version": version})


def load(folder: Path) -> LoadedPlan:
    """Return the plan of a folder.

    Raises:
        FileFaults: every fault of every file, each with its line and what would be accepted.
    """
    findings = Findings()
    try:
        list(folder.iterdir())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        accepted = "a folder with plan.yaml and agencies.csv"
        message = f"cannot be opened as a folder: {reason}"
        findings.add(file=str(folder), line=0, code="missing-folder", message=message, accepted=accepted)
        findings.raise_if_any()
    registry = read_registry(findings, folder / "agencies.csv")
    overrides = read_overrides(findings, folder / "days.csv")
    content = read_plan(findings, folder, registry=registry, overrides=overrides)
    findings.raise_if_any()
    if content is None or registry is None:  # for the types: both have raised above
        raise FileFaults(findings.faults)
    content_hash = _hash(content, registry.agencies)
    return LoadedPlan(
        plan_id=content.plan,
        content_hash=content_hash,
        agencies=registry.agencies,
        content=content.model_copy(update={"content_hash": content_hash}),
    )


def _hash(content: PlanPublishedData, agencies: tuple[AgencyRegisteredData, ...]) -> str:
    hashed = {
        "plan": content.model_dump(mode="json", exclude={"version", "content_hash", "agencies"}),
        "agencies": sorted(
            (agency.model_dump(mode="json") for agency in agencies), key=lambda agency: agency["agency"]
        ),
    }
    canonical = json.dumps(hashed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
