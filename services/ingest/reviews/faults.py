"""Why a submission may not be withdrawn, verified or returned."""

from typing import Final

from services.ingest.submissions.faults import FaultKind

NOT_LATEST: Final = FaultKind(
    "not-latest-revision",
    "Bản {revision} đã được thay bằng bản {latest}; chỉ bản mới nhất được rút, trả lại hoặc xác nhận.",
    "Revision {revision} was replaced by revision {latest}; only the latest is withdrawn, returned or verified.",
    status=409,
)
ALREADY_WITHDRAWN: Final = FaultKind(
    "already-withdrawn",
    "Báo cáo này đã được rút lại; hãy nộp bản mới.",
    "This submission was withdrawn; file the next revision.",
    status=409,
)
ALREADY_RETURNED: Final = FaultKind(
    "already-returned",
    "Báo cáo này đã bị trả lại; hãy nộp bản sửa.",
    "This submission was returned; file its correction.",
    status=409,
)
ALREADY_VERIFIED: Final = FaultKind(
    "already-verified",
    "Báo cáo này đã được xác nhận; vẫn có thể trả lại.",
    "This submission was verified; it may still be returned.",
    status=409,
)
