"""Why a submission may not be withdrawn, verified or returned."""

from services.ingest.submissions.faults import Fault


def not_latest(revision: int, *, latest: int) -> Fault:
    """Say that a later revision has taken the submission's place."""
    return Fault(
        "",
        "not-latest-revision",
        f"Bản {revision} đã được thay bằng bản {latest}; chỉ bản mới nhất được rút, trả lại hoặc xác nhận.",
        f"Revision {revision} was replaced by revision {latest}; only the latest is withdrawn, returned or verified.",
        status=409,
    )


def already_withdrawn() -> Fault:
    """Say that a submission was withdrawn before."""
    return Fault(
        "",
        "already-withdrawn",
        "Báo cáo này đã được rút lại; hãy nộp bản mới.",
        "This submission was withdrawn; file the next revision.",
        status=409,
    )


def already_returned() -> Fault:
    """Say that a submission was returned before."""
    return Fault(
        "",
        "already-returned",
        "Báo cáo này đã bị trả lại; hãy nộp bản sửa.",
        "This submission was returned; file its correction.",
        status=409,
    )


def already_verified() -> Fault:
    """Say that a submission was verified before."""
    return Fault(
        "",
        "already-verified",
        "Báo cáo này đã được xác nhận; vẫn có thể trả lại.",
        "This submission was verified; it may still be returned.",
        status=409,
    )
