"""The documents of submissions: the request body as pydantic models, receipt, state, and problem with every fault."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from fastapi import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.ingest.submissions.faults import in_order
from services.ingest.submissions.model import SubmissionState
from services.ingest.submissions.warnings import sentences_of
from shared.events.submissions import ObservationData, SubmissionAcceptedData, WarningData
from shared.runtime.figures import UnfitFigure, figure_of
from shared.runtime.http.problems import Kind, problem
from shared.runtime.http.pydantic_faults import malformed
from shared.runtime.text import UnfitText, composed, first_foreign
from shared.wording.faults import Fault

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_PERIOD: Final = re.compile(r"[0-9]{4}(-[0-9A-Z]{2})?", re.ASCII)
_MAX_REVISION: Final = 1_000_000
_MAX_IDENTIFIER: Final = 100
_MAX_NOTE: Final = 2000
_INVALID: Final = Kind("invalid-submission", "Báo cáo có lỗi", "The submission has faults")


def _number(value: Any) -> Any:
    if not isinstance(value, str | Decimal):
        raise malformed(code="bad-number", vi="Cần một số, ví dụ 12.5.", en="A number such as 12.5 is wanted.")
    try:
        return figure_of(value)
    except UnfitFigure as found:
        raise malformed(code=found.code, vi=found.vi, en=found.en) from None


def _whole(value: Any) -> Any:
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not 1 <= value <= _MAX_REVISION:
        raise PydanticCustomError("whole-number", "whole number expected")
    return int(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("text", "text expected")
    try:
        return composed(value, longest=_MAX_NOTE, has_lines=True)
    except UnfitText as found:
        raise malformed(code=found.code, vi=found.vi, en=found.en) from None


def _matching(pattern: re.Pattern[str], *, kind: Literal["identifier", "period"]) -> Any:
    def check(value: Any) -> Any:
        if not isinstance(value, str) or len(value) > _MAX_IDENTIFIER:
            raise PydanticCustomError(kind, "not of the form")
        if not pattern.fullmatch(value):
            sign, position = first_foreign(value) or ("", 0)
            raise PydanticCustomError(kind, "not of the form", {"foreign": sign, "position": position})
        return value

    return BeforeValidator(check)


Number = Annotated[Decimal, BeforeValidator(_number)]
Note = Annotated[str, Field(max_length=_MAX_NOTE), BeforeValidator(_text)]
Identifier = Annotated[str, _matching(_ID, kind="identifier")]
PeriodId = Annotated[str, _matching(_PERIOD, kind="period")]


class ObservationIn(ObservationData):
    """One value: numerator and denominator, or a value, or yes, as the indicator's measure asks."""

    model_config = ConfigDict(extra="forbid", strict=True)

    indicator: Identifier
    numerator: Number | None = None
    denominator: Number | None = None
    value: Number | None = None
    yes: bool | None = None
    note: Note | None = None


class SubmissionIn(BaseModel):
    """A submission of one agency for one period of one plan."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "plan": "lam-dong-2014",
                "period": "2014-03",
                "observations": [
                    {"indicator": "edoc-exchange", "numerator": 412, "denominator": 510},
                    {"indicator": "doc-management", "yes": True},
                    {"indicator": "network-uptime", "value": "99.2", "note": "Mất điện ngày 12/3"},
                ],
            }
        },
    )

    plan: Identifier
    period: PeriodId
    agency: Identifier | None = None
    observations: Annotated[list[ObservationIn], Field(min_length=1, max_length=500)]
    note: Note | None = None
    revision: Annotated[int, BeforeValidator(_whole)] | None = None
    is_synthetic: bool = False


class PartialObservation(ObservationIn):
    """An observation without its faulty fields."""

    indicator: Identifier = ""


class PartialSubmission(SubmissionIn):
    """A submission without its faulty fields."""

    plan: Identifier = ""
    period: PeriodId = ""
    observations: list[PartialObservation] = []  # type: ignore[assignment]  # it is only read


def receipt_document(accepted: SubmissionAcceptedData) -> dict[str, Any]:
    """Return the receipt of an accepted submission."""
    return {
        "submission": str(accepted.submission),
        "status": "accepted",
        "plan": accepted.plan,
        "plan_version": accepted.plan_version,
        "agency": accepted.agency,
        "period": accepted.period,
        "revision": accepted.revision,
        "received_at": accepted.filed_at.isoformat(),
        "observation_count": len(accepted.observations),
        "is_synthetic": accepted.is_synthetic,
        "warnings": [_warning_document(each) for each in accepted.warnings],
        "status_url": f"/v1/submissions/{accepted.submission}",
    }


def _warning_document(warning: WarningData) -> dict[str, Any]:
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
    return {**receipt_document(state.accepted), **status, "decisions": decisions}


def problem_of(faults: Sequence[Fault]) -> Response:
    """Return the problem document of faults, in their order; the gravest fault sets the HTTP status."""
    statuses = {fault.status for fault in faults}
    status = next(each for each in (413, 400, 403, 422, 409) if each in statuses)
    return problem(status, kind=_INVALID if status == 422 else None, faults=in_order(faults))  # noqa: PLR2004  an HTTP status
