"""The documents that a client gets: receipt, state of a submission, problem with every fault."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import Response

from services.ingest.submissions.faults import Fault, in_order
from services.ingest.submissions.model import FilingWarning, Receipt, SubmissionState
from services.ingest.submissions.warnings import sentences_of
from shared.runtime.http.problems import Kind, problem

_INVALID: Final = Kind("invalid-submission", "Báo cáo có lỗi", "The submission has faults")


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """Return the document of a receipt."""
    return {
        "submission": str(receipt.submission),
        "status": "accepted",
        "plan": receipt.plan,
        "plan_version": receipt.plan_version,
        "agency": receipt.agency,
        "period": receipt.period,
        "revision": receipt.revision,
        "received_at": receipt.received_at.isoformat(),
        "observation_count": receipt.observations,
        "is_synthetic": receipt.is_synthetic,
        "warnings": [_warning_document(each) for each in receipt.warnings],
        "status_url": f"/v1/submissions/{receipt.submission}",
    }


def _warning_document(warning: FilingWarning) -> dict[str, Any]:
    vi, en = sentences_of(warning)
    return {"code": warning.code, "indicators": warning.indicators, "vi": vi, "en": en}


def state_document(state: SubmissionState) -> dict[str, Any]:
    """Return the receipt with the decisions since; the last one is the status."""
    decisions = [
        {
            "verdict": each.verdict.value,
            "reason": each.reason,
            "decided_by": each.decided_by,
            "decided_at": each.decided_at.isoformat(),
        }
        for each in state.decisions
    ]
    status = {"status": decisions[-1]["verdict"]} if decisions else {}
    return {**receipt_document(state.receipt), **status, "decisions": decisions}


def problem_of(faults: Sequence[Fault]) -> Response:
    """Return the problem document of faults, in their order; the gravest fault sets the HTTP status."""
    statuses = {fault.status for fault in faults}
    status = next(each for each in (400, 403, 422, 409) if each in statuses)
    return problem(status, kind=_INVALID if status == 422 else None, faults=in_order(faults))  # noqa: PLR2004  an HTTP status
