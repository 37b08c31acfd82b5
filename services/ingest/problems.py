"""Answers that say no: RFC 9457 problem documents with a code and every fault, in Vietnamese and English."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import orjson
from fastapi import Response

from services.ingest.faults import Fault

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: ("unreadable-request", "Yêu cầu không đọc được", "The request cannot be read"),
    401: ("not-authenticated", "Thiếu khóa hoặc khóa không hợp lệ", "The API key is missing or not valid"),
    403: ("not-allowed", "Khóa này không được phép", "This key may not do that"),
    404: ("not-found", "Không tìm thấy", "Not found"),
    408: ("too-slow", "Gửi quá chậm", "The body came too slowly"),
    409: ("conflict", "Xung đột với trạng thái hiện tại", "In conflict with what is there"),
    413: ("too-large", "Nội dung quá lớn", "The body is too large"),
    415: ("unsupported-media-type", "Cần Content-Type: application/json", "Content-Type: application/json is needed"),
    422: ("invalid-submission", "Báo cáo có lỗi", "The submission has faults"),
    503: ("unavailable", "Tạm thời không ghi được, hãy thử lại", "Cannot be stored right now, try again"),
}


def problem(
    status: int, *, faults: Sequence[Fault] = (), detail: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem document of this HTTP status that names every fault."""
    code, vi, en = _TITLES[status]
    document = {
        "type": f"urn:tiendo:problem:{code}",
        "title": en,
        "title_vi": vi,
        "status": status,
        "code": code,
        **({"detail": detail} if detail else {}),
        **(
            {"faults": [{k: v for k, v in asdict(fault).items() if k != "status"} for fault in faults]}
            if faults
            else {}
        ),
    }
    return Response(orjson.dumps(document), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def problem_of(faults: Sequence[Fault]) -> Response:
    """Return the problem document for faults; the gravest one chooses the status."""
    statuses = {fault.status for fault in faults}
    status = next(each for each in (400, 403, 422, 409) if each in statuses)
    return problem(status, faults=faults)
