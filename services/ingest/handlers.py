"""What ingest does, each on a batch: accept submissions, take a plan."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from services.ingest.filing_warnings import warnings_of
from services.ingest.model import Filing, FilingWarning, Head, Receipt
from services.ingest.ports import Filings, Outbox, Outcome, Plans
from services.ingest.registry_changes import Difference, merged
from shared.events import topics
from shared.events.envelope import attributes, event_id
from shared.events.plans import AgencyRegistered, AgencyRegisteredData, PlanPublished, PlanPublishedData
from shared.events.submissions import ObservationData, SubmissionAccepted, SubmissionAcceptedData, WarningData
from shared.runtime.outbox import Announcement

SOURCE = "/ingest"
_OBSERVATIONS: Final = TypeAdapter(tuple[ObservationData, ...])


async def accept_submissions(batch: Sequence[Filing], *, filings: Filings, outbox: Outbox) -> list[Outcome]:
    """Give each filing its revision, keep it and announce it; return what each client is to be told."""
    claims = await filings.claim(batch)
    before = await _observed_before(batch, claims, filings=filings)
    outcomes: list[Outcome] = []
    accepted: list[tuple[Filing, Receipt, bytes]] = []
    announcements: list[Announcement] = []
    for filing, claim in zip(batch, claims, strict=True):
        if not isinstance(claim, int):
            outcomes.append(claim)
            continue
        warnings = warnings_of(filing.draft, before=before.get(filing.head, ()), owed=filing.owed)
        before[filing.head] = [each.indicator for each in filing.draft.observations]  # of the next in this batch
        receipt = receipt_of(filing, revision=claim, warnings=warnings)
        event = accepted_event(filing, revision=claim, warnings=warnings)
        body = event.to_bytes()  # once, for both tables
        outcomes.append(receipt)
        accepted.append((filing, receipt, body))
        announcements.append(Announcement(topics.SUBMISSIONS, receipt.agency, event.type, body))
    await filings.save(accepted)
    await outbox.announce(announcements)
    return outcomes


async def _observed_before(
    batch: Sequence[Filing], claims: Sequence[int | Outcome], *, filings: Filings
) -> dict[Head, Sequence[str]]:
    """Return the indicators of the revision before the first that a batch brings, of what is corrected."""
    first: dict[Head, int] = {}
    for filing, claim in zip(batch, claims, strict=True):
        if isinstance(claim, int):
            first.setdefault(filing.head, claim)
    return dict(await filings.observed({head: claim - 1 for head, claim in first.items() if claim > 1}))


class RegistryContradicted(ValueError):
    """A folder contradicts the registry; nothing of it was taken."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = differences
        super().__init__("\n".join(each.told() for each in differences))


async def take_plan(
    *,
    content_hash: str,
    plan_id: str,
    plan_of: Callable[[int], PlanPublishedData],
    agencies: Sequence[AgencyRegisteredData],
    plans: Plans,
    outbox: Outbox,
    now: datetime,
    is_registry_changed: bool = False,
) -> tuple[int, bool]:
    """Store a plan as its next version and publish it; return the version and whether it is new.

    The same content again is no new version and announces nothing. `is_registry_changed` says that what contradicts the
    registry is taken all the same.

    Raises:
        RegistryContradicted: the folder contradicts the registry, which other plans share.
    """
    latest = await plans.latest(plan_id)
    is_known = latest is not None and latest[1] == content_hash
    if latest is not None and is_known and not is_registry_changed:
        return latest[0], False
    registry = merged(agencies, known=await plans.registry(), plans=await plans.newest(), today=now.date())
    if registry.differences and not is_registry_changed:
        raise RegistryContradicted(registry.differences)
    if latest is not None and is_known and not registry.differences:
        return latest[0], False
    version = latest[0] + 1 if latest else 1
    plan = plan_of(version)
    await plans.save(plan, registry.agencies)
    await outbox.announce(reference_announcements(plan, registry.agencies, now=now))
    return version, True


def reference_announcements(
    plan: PlanPublishedData, agencies: Sequence[AgencyRegisteredData], *, now: datetime
) -> list[Announcement]:
    """Return the registry's events and then the plan's: whoever reads the plan knows its agencies already."""
    correlation = f"{plan.plan}:{plan.version}"
    announcements = [
        Announcement.of(
            topics.REFERENCE,
            agency.agency,
            AgencyRegistered(
                **attributes(
                    kind="agency.registered.v1",
                    source=SOURCE,
                    subject=agency.agency,
                    time=now,
                    identity=event_id("agency", correlation, agency.model_dump_json()),
                    correlation=correlation,
                ),
                data=agency,
            ),
        )
        for agency in agencies
    ]
    published = PlanPublished(
        **attributes(
            kind="plan.published.v1",
            source=SOURCE,
            subject=correlation,
            time=now,
            identity=event_id("plan", plan.plan, plan.version, plan.content_hash),
            correlation=correlation,
        ),
        data=plan,
    )
    # Keyed by version: compaction must not drop a version that submissions were accepted under.
    return [*announcements, Announcement.of(topics.REFERENCE, correlation, published)]


def receipt_of(filing: Filing, *, revision: int, warnings: tuple[FilingWarning, ...] = ()) -> Receipt:
    """Return the receipt for a filing that became this revision."""
    draft = filing.draft
    return Receipt(
        submission=filing.submission,
        plan=draft.plan,
        plan_version=filing.plan_version,
        agency=draft.agency,
        period=draft.period,
        revision=revision,
        received_at=filing.filed_at,
        observations=len(draft.observations),
        is_synthetic=draft.is_synthetic,
        warnings=warnings,
    )


def accepted_event(filing: Filing, *, revision: int, warnings: tuple[FilingWarning, ...] = ()) -> SubmissionAccepted:
    """Return the event that tells of an accepted filing; its id follows from the submission's."""
    draft = filing.draft
    return SubmissionAccepted(
        **attributes(
            kind="submission.accepted.v1",
            source=SOURCE,
            subject=str(filing.submission),
            time=filing.filed_at,
            identity=event_id("submission", filing.submission),
            correlation=str(filing.submission),
        ),
        data=SubmissionAcceptedData(
            submission=filing.submission,
            plan=draft.plan,
            plan_version=filing.plan_version,
            agency=draft.agency,
            period=draft.period,
            revision=revision,
            filed_at=filing.filed_at,
            filed_by=filing.filed_by,
            is_synthetic=draft.is_synthetic,
            observations=_OBSERVATIONS.validate_python([vars(each) for each in draft.observations]),
            note=draft.note,
            warnings=tuple(WarningData(code=each.code, indicators=each.indicators) for each in warnings),
        ),
    )
