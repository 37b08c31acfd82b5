"""What can be wrong with a query of the register."""

from typing import Final

from services.ingest.submissions.faults import FaultKind

UNKNOWN_AGENCY: Final = FaultKind(
    "unknown-agency",
    "Không có cơ quan “{agency}” mà khóa này xem được ở đây.",
    "There is no agency “{agency}” that this key sees here.",
    pointer="?agency",
)
UNKNOWN_PERIOD: Final = FaultKind(
    "unknown-period",
    "Không kế hoạch nào được hỏi có kỳ “{period}”; có: {known}.",
    "No plan that is asked for has the period “{period}”; there are {known}.",
    pointer="?period",
)
UNKNOWN_REVISION: Final = FaultKind(
    "unknown-revision",
    "Không có bản {revision}; có các bản từ 1 đến {latest}.",
    "There is no revision {revision}; there are 1 to {latest}.",
    pointer="?with",
)
