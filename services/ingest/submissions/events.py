"""Translates accepted submissions to the event that announces them, and that event to the receipt."""

from typing import Final

from pydantic import TypeAdapter

from services.ingest import SOURCE
from services.ingest.submissions.model import Filing, FilingWarning, Receipt
from shared.events.envelope import attributes, event_id
from shared.events.submissions import ObservationData, SubmissionAccepted, SubmissionAcceptedData, WarningData

_OBSERVATIONS: Final = TypeAdapter(tuple[ObservationData, ...])


def accepted_event(filing: Filing, *, revision: int, warnings: tuple[FilingWarning, ...] = ()) -> SubmissionAccepted:
    """Return the event that announces an accepted filing; its id is derived from the submission's."""
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


def receipt_of(event: SubmissionAccepted, *, is_replay: bool = False) -> Receipt:
    """Return the receipt for the submission that an event announces."""
    accepted = event.data
    return Receipt(
        submission=accepted.submission,
        plan=accepted.plan,
        plan_version=accepted.plan_version,
        agency=accepted.agency,
        period=accepted.period,
        revision=accepted.revision,
        received_at=accepted.filed_at,
        observations=len(accepted.observations),
        is_synthetic=accepted.is_synthetic,
        warnings=tuple(FilingWarning(each.code, each.indicators) for each in accepted.warnings),
        is_replay=is_replay,
    )


def receipt_from(body: bytes, *, is_replay: bool = False) -> Receipt:
    """Return the receipt for the submission that a stored event announces."""
    return receipt_of(SubmissionAccepted.model_validate_json(body), is_replay=is_replay)
