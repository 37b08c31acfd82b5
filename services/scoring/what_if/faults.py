"""What can be wrong with a change that is tried, each with a code, and a sentence in Vietnamese and English."""

from datetime import date
from decimal import Decimal

from services.scoring.judging.model import Milestone
from shared.events.vocabulary import Comparison
from shared.wording.faults import Fault


def unknown_indicator(pointer: str, *, indicator: str) -> Fault:
    """Say that the plan has no such indicator."""
    return Fault(
        pointer,
        "unknown-indicator",
        f"Kế hoạch không có chỉ tiêu “{indicator}”.",
        f"The plan has no indicator “{indicator}”.",
    )


def repeated_indicator(pointer: str, *, indicator: str) -> Fault:
    """Say that an indicator is changed twice."""
    return Fault(
        pointer,
        "repeated-indicator",
        f"Chỉ tiêu “{indicator}” được thay đổi hai lần; hãy gộp làm một.",
        f"The indicator “{indicator}” is changed twice; make it one change.",
    )


def no_target(pointer: str) -> Fault:
    """Say that there is no target to change, or to lead to."""
    return Fault(
        pointer,
        "target-not-used",
        "Chỉ tiêu này không có mục tiêu bằng số; không thể thay đổi mục tiêu hay mốc.",
        "This indicator has no target in figures; neither a target nor milestones can be changed.",
    )


def yes_is_the_target(pointer: str) -> Fault:
    """Say that of a yes-no only the date of its target can be changed."""
    return Fault(
        pointer,
        "target-does-not-fit",
        "Chỉ tiêu có/không luôn có mục tiêu “có”; chỉ có thể đổi ngày đến hạn.",
        "The target of a yes-no is always yes; only its date can be changed.",
    )


def comparison_does_not_fit(pointer: str, *, accepted: tuple[Comparison, ...]) -> Fault:
    """Say that a comparison goes against the indicator's direction."""
    words = ", ".join(accepted)
    return Fault(
        pointer,
        "comparison-does-not-fit",
        f"Phép so sánh ngược với chiều tốt của chỉ tiêu; chấp nhận: {words}.",
        f"The comparison goes against the indicator's direction; accepted are {words}.",
    )


def out_of_range(pointer: str, *, wanted_vi: str, wanted_en: str) -> Fault:
    """Say that no observation of this measure can have, or pass, the value."""
    return Fault(pointer, "out-of-range", f"Giá trị phải {wanted_vi}.", f"The value must be {wanted_en}.")


def nothing_beyond(pointer: str, *, end: Decimal) -> Fault:
    """Say that no value of this measure passes a target at the measure's end."""
    return Fault(
        pointer,
        "out-of-range",
        f"Không giá trị nào vượt qua {end}; hãy dùng at-least hoặc at-most, hay một giá trị khác.",
        f"No value can pass {end}; at-least or at-most is accepted, or another value.",
    )


def nothing_expected(pointer: str) -> Fault:
    """Say that a line towards 0 expects nothing before its last day."""
    return Fault(
        pointer,
        "nothing-expected",
        "Tiến dần về mục tiêu 0 thì đến ngày cuối mới yêu cầu kết quả; chấp nhận giá trị khác, hoặc chỉ tiêu phải đạt "
        "ngay từ kỳ đầu, có mức chênh cho phép hay tính từ hiện trạng.",
        "A line towards 0 expects nothing before its last day; another value is accepted, or an indicator that is "
        "at-once, has a tolerance or is judged from-baseline.",
    )


def wrong_side(pointer: str, *, baseline: Decimal, is_rising: bool) -> Fault:
    """Say that a target asks for less than there was at first."""
    return Fault(
        pointer,
        "wrong-side",
        f"Mục tiêu kém hơn hiện trạng; cần từ {baseline} trở {'lên' if is_rising else 'xuống'}.",
        f"The target is on the wrong side of the baseline; it must be {baseline} or {'more' if is_rising else 'less'}.",
    )


def out_of_plan(pointer: str, *, first: date, last: date | None) -> Fault:
    """Say that a day lies outside the plan."""
    return Fault(
        pointer,
        "out-of-plan",
        f"Ngày phải từ {first:%d/%m/%Y}" + (f" đến {last:%d/%m/%Y}." if last else " trở đi."),
        f"The day must be from {first} " + (f"to {last}." if last else "on."),
    )


def not_after(pointer: str, *, day: date) -> Fault:
    """Say that a day does not come after the one before it."""
    return Fault(pointer, "out-of-order", f"Ngày phải sau {day:%d/%m/%Y}.", f"The day must be after {day}.")


def not_before_target(pointer: str, *, day: date) -> Fault:
    """Say that a milestone does not come before the day of its target."""
    return Fault(
        pointer,
        "out-of-order",
        f"Mốc phải trước ngày đến hạn của mục tiêu, {day:%d/%m/%Y}.",
        f"A milestone must be before the day on which its target is due, {day}.",
    )


def duplicate_milestone(pointer: str, *, day: date) -> Fault:
    """Say that two milestones are of one day."""
    return Fault(
        pointer,
        "duplicate-milestone",
        f"Đã có mốc ngày {day:%d/%m/%Y}; mỗi ngày chỉ một mốc.",
        f"There is a milestone of {day} already; a day has one milestone.",
    )


def milestones_not_used(pointer: str) -> Fault:
    """Say that an indicator is expected at once, so that no milestone leads to it."""
    return Fault(
        pointer,
        "milestones-not-used",
        "Chỉ tiêu này phải đạt ngay từ kỳ đầu nên không có mốc.",
        "This indicator is expected at once, so it has no milestones.",
    )


def falls_back(pointer: str, *, value: Decimal, day: date) -> Fault:
    """Say that a milestone asks for less than what comes before it."""
    return Fault(
        pointer,
        "falls-back",
        f"Mốc kém hơn giá trị {value} của ngày {day:%d/%m/%Y}; cần bằng hoặc tốt hơn.",
        f"The milestone falls behind {value} of {day}; as much or better is accepted.",
    )


def past_target(pointer: str, *, milestone: Milestone, target: Decimal) -> Fault:
    """Say that a milestone asks for more than the target."""
    return Fault(
        pointer,
        "past-target",
        f"Mốc {milestone.value} ngày {milestone.on:%d/%m/%Y} vượt quá mục tiêu {target}; mốc chỉ được đến mục tiêu.",
        f"The milestone {milestone.value} of {milestone.on} is past the target {target}; one up to it is accepted.",
    )


def bad_thresholds(pointer: str, *, on_track: Decimal, at_risk: Decimal) -> Fault:
    """Say that thresholds are out of order or range."""
    return Fault(
        pointer,
        "bad-order",
        f"Ngưỡng on_track {on_track}, at_risk {at_risk} không hợp lệ; cần 0 < at_risk < on_track ≤ 1.",
        f"The thresholds on_track {on_track} and at_risk {at_risk} do not fit; 0 < at_risk < on_track ≤ 1 is accepted.",
    )
