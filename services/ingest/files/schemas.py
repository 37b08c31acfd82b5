"""What a client is told of a file: what would be filed, what was, and every fault by sheet and cell."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from services.ingest.files.uploads import FORM
from services.ingest.submissions.model import Receipt
from services.ingest.submissions.schemas import receipt_document
from shared.runtime.http.access import PROBLEM_SCHEMA, problems
from shared.runtime.http.negotiation import MEDIA_TYPES, Form
from shared.runtime.http.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE
from shared.runtime.http.problems import fault_documents
from shared.wording.faults import Fault


class FileQuery(BaseModel):
    """What a client may say beside the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dry_run: Annotated[bool, Field(description="Only say what would be filed, and every fault")] = False
    marked: Annotated[
        bool, Field(description="Answer faults with the file itself, its faulty cells marked; else by Accept")
    ] = False


XLSX: Final = MEDIA_TYPES[Form.XLSX]
_ONLY_WHEN_FILED: Final = ("submission", "status", "received_at", "status_url")
_SUBMISSION: Final = {
    "plan": "lam-dong-2014",
    "plan_version": 1,
    "agency": "ubnd-xa-lat",
    "period": "2014-03",
    "revision": 1,
    "observation_count": 2,
    "is_synthetic": False,
    "warnings": [],
}
_CHECKED: Final = {
    "status": "checked",
    "would_be_filed": False,
    "submissions": [_SUBMISSION],
    "faults": [
        {
            "pointer": "Biểu mẫu!F12",
            "code": "ambiguous-number",
            "vi": "“1.062” có thể hiểu theo hai cách: 1062 (dấu chấm tách hàng nghìn) hoặc 1.062 (dấu chấm thập phân);"
            " hãy ghi số nguyên, ví dụ 1062.",
            "en": "“1.062” has two readings: 1062 (point between thousands) or 1.062 (decimal point); write a whole"
            " number, such as 1062.",
        }
    ],
}
_FILED: Final = {
    "status": "accepted",
    "submissions": [
        {
            "submission": "3d07a863-d215-462f-bf67-9e438a082a6f",
            "status": "accepted",
            **_SUBMISSION,
            "received_at": "2014-04-03T09:00:00+07:00",
            "status_url": "/v1/submissions/3d07a863-d215-462f-bf67-9e438a082a6f",
        }
    ],
}
WORKBOOK: Final[dict[str, Any]] = {XLSX: {"schema": {"type": "string", "format": "binary"}}}
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "What would be filed (`dry_run=true`), or the file with its faulty cells marked",
        "content": {"application/json": {"example": _CHECKED}, **WORKBOOK},
    },
    202: {
        "description": "All of it is filed",
        "headers": {
            "Idempotency-Replayed": {
                "description": "`true` where the same file was filed before under the same key",
                "schema": {"type": "string"},
            }
        },
        "content": {"application/json": {"example": _FILED}},
    },
    **problems(400, 403, 408, 409, 413, 415, 429),
    422: {
        "description": "Every fault named, or the file with its faulty cells marked; nothing is filed",
        "content": {PROBLEM_MEDIA_TYPE: {"schema": PROBLEM_SCHEMA}, **WORKBOOK},
    },
}
"""FastAPI's `responses` of the route that takes files."""


REQUEST: Final[dict[str, Any]] = {
    "requestBody": FORM,
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "For the whole file: the same file under the same key is filed once, and answered the same",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
    ],
}
"""What FastAPI does not see of that route's request."""


def checked_document(outcomes: Sequence[Receipt], faults: Sequence[Fault]) -> dict[str, Any]:
    """Return what would be filed, with the warnings about it, and what keeps the file from being filed."""
    documents = [receipt_document(each.accepted) for each in outcomes]
    return {
        "status": "checked",
        "would_be_filed": not faults,
        "submissions": [
            {name: value for name, value in document.items() if name not in _ONLY_WHEN_FILED} for document in documents
        ],
        "faults": fault_documents(faults),
    }


def filed_document(receipts: Sequence[Receipt]) -> dict[str, Any]:
    """Return the receipts of all submissions of a file."""
    return {"status": "accepted", "submissions": [receipt_document(each.accepted) for each in receipts]}
