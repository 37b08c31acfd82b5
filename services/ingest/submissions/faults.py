"""What can be wrong with a submission, each with a code, and a sentence in Vietnamese and English."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from shared.events.vocabulary import PeriodLength
from shared.wording.ambiguity import Readings

_LENGTHS: Final = {
    PeriodLength.MONTH: ("tháng", "month"),
    PeriodLength.QUARTER: ("quý", "quarter"),
    PeriodLength.HALF_YEAR: ("6 tháng", "half-year"),
    PeriodLength.NINE_MONTHS: ("9 tháng", "nine-months"),
    PeriodLength.YEAR: ("năm", "year"),
}
_FIELDS: Final = ("plan", "period", "agency", "observations", "note", "revision", "is_synthetic")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where (a JSON pointer), what, and what would be accepted."""

    pointer: str
    code: str
    vi: str
    en: str
    status: int = 422


class Named(NamedTuple):
    """An agency as a reader knows it."""

    id: str
    vi: str
    en: str


def in_order(found: Iterable[Fault]) -> list[Fault]:
    """Return faults in the order in which a reader of the submission comes upon them."""
    return sorted(found, key=_place)


def together(*, of_form: Iterable[Fault], of_rules: Iterable[Fault]) -> list[Fault]:
    """Return faults of form and what the rules found; of a value that both speak of, what the rules say.

    A figure such as 1,062 cannot be read, and of a count the rules know both its readings.
    """
    found = list(of_rules)
    told = {fault.pointer for fault in found}
    return [*(fault for fault in of_form if fault.pointer not in told), *found]


def _place(fault: Fault) -> tuple[int, list[tuple[int, str]]]:
    first, *steps = fault.pointer.split("/")[1:] or [""]
    rank = _FIELDS.index(first) if first in _FIELDS else len(_FIELDS)
    return rank if fault.pointer else -1, [(int(step), "") if step.isdecimal() else (0, step) for step in steps]


def unknown_plan(plan: str, *, known: str) -> Fault:
    """Say that no such plan is in force, and which are."""
    return Fault(
        "/plan",
        "unknown-plan",
        f"Không có kế hoạch “{plan}”; có: {known}.",
        f"There is no plan “{plan}”; there is {known}.",
    )


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


def period_not_over(period: str, *, opens_on: date) -> Fault:
    """Say that a period cannot be reported before it is over."""
    return Fault(
        "/period",
        "period-not-over",
        f"Kỳ {period} chưa kết thúc; nhận báo cáo từ {opens_on:%d/%m/%Y}.",
        f"Period {period} is not over; submissions are taken from {opens_on}.",
        status=409,
    )


def period_locked(period: str, *, locked_on: date, agency: str, ask_vi: str, ask_en: str) -> Fault:
    """Say that a period takes no more submissions from this agency."""
    return Fault(
        "/period",
        "period-locked",
        f"Kỳ {period} đã khóa từ {locked_on:%d/%m/%Y}; liên hệ {ask_vi} để mở lại cho {agency}.",
        f"Period {period} was locked on {locked_on}; ask {ask_en} to reopen it for {agency}.",
        status=409,
    )


def agency_not_yet_in_force(agency: str, *, period: str, begins_on: date) -> Fault:
    """Say that an agency did not exist yet at a period's end."""
    return Fault(
        "/agency",
        "agency-not-in-force",
        f"{agency} chưa hoạt động vào cuối kỳ {period} (hoạt động từ {begins_on:%d/%m/%Y}).",
        f"{agency} was not in force at the end of {period}; it is from {begins_on} on.",
    )


def agency_ceased(agency: str, *, ended_on: date, successor: Named | None) -> Fault:
    """Say that an agency has ceased, and who files in its place."""
    vi = f"{agency} đã ngừng hoạt động từ {ended_on:%d/%m/%Y} nên không nộp báo cáo cho kỳ kết thúc sau ngày đó"
    en = f"{agency} ceased on {ended_on} and files for no period that ends after it"
    if successor is not None:
        vi += f"; cơ quan kế thừa là {successor.vi} ({successor.id}), nộp bằng khóa của cơ quan đó"
        en += f"; its successor is {successor.en} ({successor.id}), which files by a key of its own"
    return Fault("/agency", "agency-not-in-force", f"{vi}.", f"{en}.")


def stale_revision(wanted: int, *, following: int) -> Fault:
    """Say that the submission is not the next revision, and which is."""
    return Fault(
        "/revision",
        "stale-revision",
        f"Bản {wanted} không phải bản kế tiếp; bản kế tiếp là {following}: hãy tải bản mới nhất rồi sửa tiếp.",
        f"Revision {wanted} is not the next one, which is {following}; fetch the latest and correct that.",
        status=409,
    )


def unknown_indicator(pointer: str, *, indicator: str, known: str) -> Fault:
    """Say that the plan has no such indicator, and which it has for this agency."""
    return Fault(
        pointer,
        "unknown-indicator",
        f"Kế hoạch không có chỉ tiêu “{indicator}”; có: {known}.",
        f"The plan has no indicator “{indicator}”; it has {known}.",
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


def not_whole(pointer: str) -> Fault:
    """Say that what counts things is no whole number."""
    return Fault(
        pointer,
        "not-whole",
        "Cần số nguyên vì chỉ tiêu này đếm số lượng; không ghi phần thập phân.",
        "A whole number is wanted, since this counts things.",
    )


def ambiguous_number(pointer: str, text: str, *, readings: Readings, is_whole: bool) -> Fault:
    """Say that a figure sent as text can be read in two ways, and how each is written."""
    return Fault(pointer, "ambiguous-number", *readings.told(text, is_whole=is_whole))


def bad_idempotency_key(longest: int) -> Fault:
    """Say that an Idempotency-Key is empty, too long or not printable."""
    return Fault(
        "Idempotency-Key",
        "bad-idempotency-key",
        f"Idempotency-Key cần từ 1 đến {longest} ký tự ASCII in được.",
        f"Idempotency-Key takes 1 to {longest} printable ASCII characters.",
        status=400,
    )


def key_reused() -> Fault:
    """Say that an Idempotency-Key came again with another body."""
    return Fault(
        "",
        "idempotency-key-reused",
        "Idempotency-Key này đã dùng cho một nội dung khác; hãy dùng khóa mới.",
        "This Idempotency-Key was used for another body; take a new one.",
    )


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
