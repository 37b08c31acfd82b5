"""What can be wrong with a submission: each kind of fault has a code, and a sentence in Vietnamese and in English."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from shared.wording.faults import Fault

_FIELDS: Final = ("plan", "period", "agency", "observations", "note", "revision", "is_synthetic")


@dataclass(frozen=True)
class FaultKind:
    """A kind of fault: its code, its sentences with places for ids and values, and the HTTP status that it asks for."""

    code: str
    vi: str
    en: str
    pointer: str = ""
    status: int = 422

    def __call__(self, pointer: str | None = None, /, **values: object) -> Fault:
        """Return a fault of this kind with these values, at the pointer of its kind where none is given."""
        at = self.pointer if pointer is None else pointer
        return Fault(at, self.code, self.vi.format(**values), self.en.format(**values), self.status)


def in_order(found: Iterable[Fault]) -> list[Fault]:
    """Return faults in the order of the fields that they point to."""
    return sorted(found, key=_position)


def merged(*, of_form: Iterable[Fault], of_rules: Iterable[Fault]) -> list[Fault]:
    """Return the faults of form and of rules; where both point to the same value, those of the rules.

    A figure such as 1,062 cannot be read, but the rules know both readings that it has as a count.
    """
    found = list(of_rules)
    pointers = {fault.pointer for fault in found}
    return [*(fault for fault in of_form if fault.pointer not in pointers), *found]


def _position(fault: Fault) -> tuple[int, list[tuple[int, str]]]:
    first, *steps = fault.pointer.split("/")[1:] or [""]
    rank = _FIELDS.index(first) if first in _FIELDS else len(_FIELDS)
    return rank if fault.pointer else -1, [(int(step), "") if step.isdecimal() else (0, step) for step in steps]


# Of the form: fields and headers.
MALFORMED: Final = FaultKind(
    "malformed", "Giá trị không đúng dạng: {wanted_vi}.", "Not of the form asked for: {wanted_en}."
)
REQUIRED: Final = FaultKind("required", "Thiếu trường bắt buộc này.", "This field is required.")
UNKNOWN_FIELD: Final = FaultKind("unknown-field", "Không có trường này.", "There is no such field.")
BAD_IDEMPOTENCY_KEY: Final = FaultKind(
    "bad-idempotency-key",
    "Idempotency-Key cần từ 1 đến {longest} ký tự ASCII in được.",
    "Idempotency-Key takes 1 to {longest} printable ASCII characters.",
    pointer="Idempotency-Key",
    status=400,
)

# Of plan, agency and period.
UNKNOWN_PLAN: Final = FaultKind(
    "unknown-plan",
    "Không có kế hoạch “{plan}”; có: {known}.",
    "There is no plan “{plan}”; there is {known}.",
    pointer="/plan",
)
UNKNOWN_AGENCY: Final = FaultKind(
    "unknown-agency",
    "Kế hoạch không có cơ quan “{agency}”.",
    "The plan has no agency “{agency}”.",
    pointer="/agency",
)
NOT_YOUR_AGENCY: Final = FaultKind(
    "not-your-agency",
    "Khóa của {filer} không được nộp thay {agency}; chỉ cấp huyện được nộp thay cấp xã của mình.",
    "The key of {filer} may not file for {agency}; only a district or city may, for its own communes.",
    pointer="/agency",
    status=403,
)
AGENCY_NOT_YET_IN_FORCE: Final = FaultKind(
    "agency-not-in-force",
    "{agency} chưa hoạt động vào cuối kỳ {period} (hoạt động từ {begins_on:%d/%m/%Y}).",
    "{agency} was not in force at the end of {period}; it is from {begins_on} on.",
    pointer="/agency",
)
AGENCY_CEASED: Final = FaultKind(
    "agency-not-in-force",
    "{agency} đã ngừng hoạt động từ {ended_on:%d/%m/%Y} nên không nộp báo cáo cho kỳ kết thúc sau ngày đó.",
    "{agency} ceased on {ended_on} and files for no period that ends after it.",
    pointer="/agency",
)
AGENCY_SUCCEEDED: Final = FaultKind(
    "agency-not-in-force",
    (
        "{agency} đã ngừng hoạt động từ {ended_on:%d/%m/%Y} nên không nộp báo cáo cho kỳ kết thúc sau ngày đó;"
        " cơ quan kế thừa là {successor_vi} ({successor}), nộp bằng khóa của cơ quan đó."
    ),
    (
        "{agency} ceased on {ended_on} and files for no period that ends after it;"
        " its successor is {successor_en} ({successor}), which files by a key of its own."
    ),
    pointer="/agency",
)
UNKNOWN_PERIOD: Final = FaultKind(
    "unknown-period",
    "Kế hoạch không có kỳ “{period}”; có: {known}.",
    "The plan has no period “{period}”; it has {known}.",
    pointer="/period",
)
OTHER_LENGTH: Final = FaultKind(
    "unknown-period",
    "Kỳ “{period}” có độ dài khác ({length_vi}); kế hoạch báo cáo theo {wanted_vi}: {known}.",
    "Period “{period}” is of another length ({length_en}); the plan reports by {wanted_en}: {known}.",
    pointer="/period",
)
PERIOD_NOT_OVER: Final = FaultKind(
    "period-not-over",
    "Kỳ {period} chưa kết thúc; nhận báo cáo từ {opens_on:%d/%m/%Y}.",
    "Period {period} is not over; submissions are taken from {opens_on}.",
    pointer="/period",
    status=409,
)
PERIOD_LOCKED: Final = FaultKind(
    "period-locked",
    "Kỳ {period} đã khóa từ {locked_on:%d/%m/%Y}; liên hệ {ask_vi} để mở lại cho {agency}.",
    "Period {period} was locked on {locked_on}; ask {ask_en} to reopen it for {agency}.",
    pointer="/period",
    status=409,
)

# Of observations.
UNKNOWN_INDICATOR: Final = FaultKind(
    "unknown-indicator",
    "Kế hoạch không có chỉ tiêu “{indicator}”; có: {known}.",
    "The plan has no indicator “{indicator}”; it has {known}.",
)
NOT_REPORTED_BY_AGENCY: Final = FaultKind(
    "not-reported-by-agency",
    "{agency} không báo cáo chỉ tiêu “{indicator}”.",
    "{agency} does not report the indicator “{indicator}”.",
)
REPEATED_INDICATOR: Final = FaultKind(
    "repeated-indicator",
    "Chỉ tiêu “{indicator}” có hai giá trị.",
    "The indicator “{indicator}” has two values.",
)
WRONG_PARTS: Final = FaultKind("wrong-parts", "Chỉ tiêu này cần {wanted_vi}.", "This indicator takes {wanted_en}.")
OUT_OF_RANGE: Final = FaultKind("out-of-range", "Giá trị phải {wanted_vi}.", "The value must be {wanted_en}.")
NOT_WHOLE: Final = FaultKind(
    "not-whole",
    "Cần số nguyên vì chỉ tiêu này đếm số lượng; không ghi phần thập phân.",
    "A whole number is wanted, since this counts things.",
)
AMBIGUOUS_NUMBER: Final = FaultKind("ambiguous-number", "{vi}", "{en}")

# Known only once the database is asked.
STALE_REVISION: Final = FaultKind(
    "stale-revision",
    "Bản {wanted} không phải bản kế tiếp; bản kế tiếp là {following}: hãy tải bản mới nhất rồi sửa tiếp.",
    "Revision {wanted} is not the next one, which is {following}; fetch the latest and correct that.",
    pointer="/revision",
    status=409,
)
KEY_REUSED: Final = FaultKind(
    "idempotency-key-reused",
    "Idempotency-Key này đã dùng cho một nội dung khác; hãy dùng khóa mới.",
    "This Idempotency-Key was used for another body; take a new one.",
)
