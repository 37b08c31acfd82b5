"""Accepted submissions to and from the event that tells of them."""

from typing import Final

from pydantic import TypeAdapter

from services.ingest import SOURCE
from services.ingest.submissions.model import Filing, FilingWarning, Receipt
from shared.events.envelope import attributes, event_id
from shared.events.submissions import ObservationData, SubmissionAccepted, SubmissionAcceptedData, WarningData


def receipt_from(event: bytes, *, is_replay: bool = False) -> Receipt:
    """Return the receipt that was given for the submission of an event."""
    accepted = SubmissionAccepted.model_validate_json(event)
    submission = accepted.data
    return Receipt(
        submission=submission.submission,
        plan=submission.plan,
        plan_version=submission.plan_version,
        agency=submission.agency,
        period=submission.period,
        revision=submission.revision,
        received_at=submission.filed_at,
        observations=len(submission.observations),
        is_synthetic=submission.is_synthetic,
        warnings=tuple(FilingWarning(each.code, each.indicators) for each in submission.warnings),
        is_replay=is_replay,
    )


_OBSERVATIONS: Final = TypeAdapter(tuple[ObservationData, ...])


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
