"""What a client is told whose submission has faults."""

from collections.abc import Sequence
from typing import Final

from fastapi import Response

from services.ingest.submissions.faults import Fault, in_order
from shared.runtime.http.problems import Kind, problem

_INVALID: Final = Kind("invalid-submission", "Báo cáo có lỗi", "The submission has faults")


def problem_of(faults: Sequence[Fault]) -> Response:
    """Return the problem document for faults; the gravest one chooses the status."""
    statuses = {fault.status for fault in faults}
    status = next(each for each in (400, 403, 422, 409) if each in statuses)
    return problem(status, kind=_INVALID if status == 422 else None, faults=in_order(faults))  # noqa: PLR2004  by its number
