"""Translates filings to the event that announces them."""

from services.ingest import SOURCE
from services.ingest.submissions.model import Filing
from shared.events.envelope import attributes, event_id
from shared.events.submissions import SubmissionAccepted, SubmissionAcceptedData, WarningData


def accepted_event(filing: Filing, *, revision: int, warnings: tuple[WarningData, ...] = ()) -> SubmissionAccepted:
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
            observations=draft.observations,
            note=draft.note,
            warnings=warnings,
        ),
    )
