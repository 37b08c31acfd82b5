"""What a client is shown of a submission."""

from collections.abc import Iterable
from typing import Any

from services.ingest.submissions.model import Decision, FilingWarning, Receipt
from services.ingest.submissions.warnings import words_of


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """Return the receipt that is given once a submission is committed."""
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
    vi, en = words_of(warning)
    return {"code": warning.code, "indicators": warning.indicators, "vi": vi, "en": en}


def state_document(receipt: Receipt, decisions: Iterable[Decision]) -> dict[str, Any]:
    """Return the receipt with what became of the submission since: the last decision is its status."""
    made = [
        {
            "verdict": each.verdict.value,
            "reason": each.reason,
            "decided_by": each.decided_by,
            "decided_at": each.decided_at.isoformat(),
        }
        for each in decisions
    ]
    status = {"status": made[-1]["verdict"]} if made else {}
    return {**receipt_document(receipt), **status, "decisions": made}
