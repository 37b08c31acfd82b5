"""What can be wrong with a submission, each with a code, and a sentence in Vietnamese and English."""

from dataclasses import dataclass
from typing import Final

from shared.events.vocabulary import PeriodLength

_LENGTHS: Final = {
    PeriodLength.MONTH: ("tháng", "month"),
    PeriodLength.QUARTER: ("quý", "quarter"),
    PeriodLength.HALF_YEAR: ("6 tháng", "half-year"),
    PeriodLength.NINE_MONTHS: ("9 tháng", "nine-months"),
    PeriodLength.YEAR: ("năm", "year"),
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where (a JSON pointer), what, and what would be accepted."""

    pointer: str
    code: str
    vi: str
    en: str
    status: int = 422


def malformed(pointer: str, *, wanted_vi: str, wanted_en: str) -> Fault:
    """Say that a value is not of the form asked for."""
    return Fault(
        pointer, "malformed", f"Giá trị không đúng dạng: {wanted_vi}.", f"Not of the form asked for: {wanted_en}."
    )


def required(pointer: str) -> Fault:
    """Say that a field is missing."""
    return Fault(pointer, "required", "Thiếu trường bắt buộc này.", "This field is required.")


def unknown_field(pointer: str) -> Fault:
    """Say that a field is not one of ours."""
    return Fault(pointer, "unknown-field", "Không có trường này.", "There is no such field.")


def repeated_field(pointer: str, *, name: str) -> Fault:
    """Say that an object names a field twice."""
    return Fault(
        pointer, "repeated-field", f"Trường “{name}” xuất hiện hai lần.", f"The field “{name}” is given twice."
    )


def bad_text(pointer: str) -> Fault:
    """Say that a text is empty or carries characters that no reader sees."""
    return Fault(
        pointer,
        "bad-text",
        "Văn bản trống hoặc có ký tự điều khiển; hãy nhập chữ thường.",
        "The text is blank or carries control characters; plain text is accepted.",
    )


def bad_number(pointer: str, *, has_comma: bool) -> Fault:
    """Say that a text is no decimal number in the form accepted."""
    return Fault(
        pointer,
        "decimal-comma" if has_comma else "bad-number",
        "Dùng dấu chấm thập phân, ví dụ 12.5."
        if has_comma
        else "Không phải số thập phân, ví dụ 12.5 (tối đa 15 chữ số trước và 15 chữ số sau dấu chấm).",
        "Use a decimal point, such as 12.5."
        if has_comma
        else "Not a decimal number such as 12.5 (at most 15 digits before the point and 15 after it).",
    )


def unknown_plan(plan: str) -> Fault:
    """Say that no such plan is in force."""
    return Fault("/plan", "unknown-plan", f"Không có kế hoạch “{plan}”.", f"There is no plan “{plan}”.")


def unknown_agency(agency: str) -> Fault:
    """Say that the plan knows no such agency."""
    return Fault(
        "/agency", "unknown-agency", f"Kế hoạch không có cơ quan “{agency}”.", f"The plan has no agency “{agency}”."
    )


def not_your_agency(agency: str, *, filer: str) -> Fault:
    """Say that the key's agency may not file for another."""
    return Fault(
        "/agency",
        "not-your-agency",
        f"Khóa của {filer} không được nộp thay {agency}; chỉ cấp huyện được nộp thay cấp xã của mình.",
        f"The key of {filer} may not file for {agency}; only a district or city may, for its own communes.",
        status=403,
    )


def unknown_period(period: str, *, known: str) -> Fault:
    """Say that the plan has no such period."""
    return Fault(
        "/period",
        "unknown-period",
        f"Kế hoạch không có kỳ “{period}”; có: {known}.",
        f"The plan has no period “{period}”; it has {known}.",
    )


def other_length(period: str, *, length: PeriodLength, wanted: PeriodLength, known: str) -> Fault:
    """Say that the plan reports by longer or shorter periods than the one named."""
    (vi, en), (wanted_vi, wanted_en) = _LENGTHS[length], _LENGTHS[wanted]
    return Fault(
        "/period",
        "unknown-period",
        f"Kỳ “{period}” có độ dài khác ({vi}); kế hoạch báo cáo theo {wanted_vi}: {known}.",
        f"Period “{period}” is of another length ({en}); the plan reports by {wanted_en}: {known}.",
    )


def period_not_over(period: str, *, opens_on: str) -> Fault:
    """Say that a period cannot be reported before it is over."""
    return Fault(
        "/period",
        "period-not-over",
        f"Kỳ {period} chưa kết thúc; nhận báo cáo từ {opens_on}.",
        f"Period {period} is not over; submissions are taken from {opens_on}.",
        status=409,
    )


def period_locked(period: str, *, locked_on: str, agency: str, ask_vi: str, ask_en: str) -> Fault:
    """Say that a period takes no more submissions from this agency."""
    return Fault(
        "/period",
        "period-locked",
        f"Kỳ {period} đã khóa từ {locked_on}; liên hệ {ask_vi} để mở lại cho {agency}.",
        f"Period {period} was locked on {locked_on}; ask {ask_en} to reopen it for {agency}.",
        status=409,
    )


def agency_not_in_force(agency: str, *, period: str) -> Fault:
    """Say that an agency did not exist at a period's end."""
    return Fault(
        "/agency",
        "agency-not-in-force",
        f"{agency} không hoạt động vào cuối kỳ {period}.",
        f"{agency} was not in force at the end of {period}.",
    )


def stale_revision(wanted: int) -> Fault:
    """Say that the submission is not the next revision."""
    return Fault(
        "/revision",
        "stale-revision",
        f"Bản {wanted} không phải bản kế tiếp; hãy tải bản mới nhất rồi sửa tiếp.",
        f"Revision {wanted} is not the next one; fetch the latest and correct that.",
        status=409,
    )


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


def unknown_indicator(pointer: str, *, indicator: str) -> Fault:
    """Say that the plan has no such indicator."""
    return Fault(
        pointer,
        "unknown-indicator",
        f"Kế hoạch không có chỉ tiêu “{indicator}”.",
        f"The plan has no indicator “{indicator}”.",
    )


def not_reported_by(pointer: str, *, indicator: str, agency: str) -> Fault:
    """Say that the agency does not report this indicator."""
    return Fault(
        pointer,
        "not-reported-by-agency",
        f"{agency} không báo cáo chỉ tiêu “{indicator}”.",
        f"{agency} does not report the indicator “{indicator}”.",
    )


def repeated_indicator(pointer: str, *, indicator: str) -> Fault:
    """Say that a submission has two values for one indicator."""
    return Fault(
        pointer,
        "repeated-indicator",
        f"Chỉ tiêu “{indicator}” có hai giá trị.",
        f"The indicator “{indicator}” has two values.",
    )


def wrong_parts(pointer: str, *, wanted_vi: str, wanted_en: str) -> Fault:
    """Say that an observation lacks the parts its measure asks for, or has others."""
    return Fault(pointer, "wrong-parts", f"Chỉ tiêu này cần {wanted_vi}.", f"This indicator takes {wanted_en}.")


def out_of_range(pointer: str, *, wanted_vi: str, wanted_en: str) -> Fault:
    """Say that a number lies outside what its measure allows."""
    return Fault(pointer, "out-of-range", f"Giá trị phải {wanted_vi}.", f"The value must be {wanted_en}.")


def key_reused() -> Fault:
    """Say that an Idempotency-Key came again with another body."""
    return Fault(
        "",
        "idempotency-key-reused",
        "Idempotency-Key này đã dùng cho một nội dung khác; hãy dùng khóa mới.",
        "This Idempotency-Key was used for another body; take a new one.",
    )
