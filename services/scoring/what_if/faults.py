"""What can be wrong with a change that is tried, each with a code, and a sentence in Vietnamese and English."""

from typing import Any, Final, NamedTuple

from shared.wording.faults import Fault


class Kind(NamedTuple):
    """One kind of fault: its code, and its sentences with places for figures."""

    code: str
    vi: str
    en: str

    def at(self, pointer: str, **figures: Any) -> Fault:
        """Return a fault of this kind there, told with these figures."""
        return Fault(pointer, self.code, self.vi.format(**figures), self.en.format(**figures))


UNKNOWN_INDICATOR: Final = Kind(
    "unknown-indicator",
    "Kế hoạch không có chỉ tiêu “{indicator}”.",
    "The plan has no indicator “{indicator}”.",
)
REPEATED_INDICATOR: Final = Kind(
    "repeated-indicator",
    "Chỉ tiêu “{indicator}” được thay đổi hai lần; hãy gộp làm một.",
    "The indicator “{indicator}” is changed twice; make it one change.",
)
NO_TARGET: Final = Kind(
    "target-not-used",
    "Chỉ tiêu này không có mục tiêu bằng số; không thể thay đổi mục tiêu hay mốc.",
    "This indicator has no target in figures; neither a target nor milestones can be changed.",
)
YES_IS_THE_TARGET: Final = Kind(
    "target-does-not-fit",
    "Chỉ tiêu có/không luôn có mục tiêu “có”; chỉ có thể đổi ngày đến hạn.",
    "The target of a yes-no is always yes; only its date can be changed.",
)
COMPARISON_DOES_NOT_FIT: Final = Kind(
    "comparison-does-not-fit",
    "Phép so sánh ngược với chiều tốt của chỉ tiêu; chấp nhận: {accepted}.",
    "The comparison goes against the indicator's direction; accepted are {accepted}.",
)
OUT_OF_RANGE: Final = Kind("out-of-range", "Giá trị phải {wanted_vi}.", "The value must be {wanted_en}.")
NOTHING_BEYOND: Final = Kind(
    "out-of-range",
    "Không giá trị nào vượt qua {end}; hãy dùng at-least hoặc at-most, hay một giá trị khác.",
    "No value can pass {end}; at-least or at-most is accepted, or another value.",
)
NOTHING_EXPECTED: Final = Kind(
    "nothing-expected",
    "Tiến dần về mục tiêu 0 thì đến ngày cuối mới yêu cầu kết quả; chấp nhận giá trị khác, hoặc chỉ tiêu phải đạt "
    "ngay từ kỳ đầu, có mức chênh cho phép hay tính từ hiện trạng.",
    "A line towards 0 expects nothing before its last day; another value is accepted, or an indicator that is "
    "at-once, has a tolerance or is judged from-baseline.",
)
BELOW_BASELINE: Final = Kind(
    "wrong-side",
    "Mục tiêu kém hơn hiện trạng; cần từ {baseline} trở lên.",
    "The target is on the wrong side of the baseline; it must be {baseline} or more.",
)
ABOVE_BASELINE: Final = Kind(
    "wrong-side",
    "Mục tiêu kém hơn hiện trạng; cần từ {baseline} trở xuống.",
    "The target is on the wrong side of the baseline; it must be {baseline} or less.",
)
OUT_OF_PLAN: Final = Kind(
    "out-of-plan",
    "Ngày phải từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}.",
    "The day must be from {first} to {last}.",
)
BEFORE_PLAN: Final = Kind("out-of-plan", "Ngày phải từ {first:%d/%m/%Y} trở đi.", "The day must be from {first} on.")
NOT_AFTER: Final = Kind("out-of-order", "Ngày phải sau {day:%d/%m/%Y}.", "The day must be after {day}.")
NOT_BEFORE_TARGET: Final = Kind(
    "out-of-order",
    "Mốc phải trước ngày đến hạn của mục tiêu, {day:%d/%m/%Y}.",
    "A milestone must be before the day on which its target is due, {day}.",
)
DUPLICATE_MILESTONE: Final = Kind(
    "duplicate-milestone",
    "Đã có mốc ngày {day:%d/%m/%Y}; mỗi ngày chỉ một mốc.",
    "There is a milestone of {day} already; a day has one milestone.",
)
MILESTONES_NOT_USED: Final = Kind(
    "milestones-not-used",
    "Chỉ tiêu này phải đạt ngay từ kỳ đầu nên không có mốc.",
    "This indicator is expected at once, so it has no milestones.",
)
FALLS_BACK: Final = Kind(
    "falls-back",
    "Mốc kém hơn giá trị {value} của ngày {day:%d/%m/%Y}; cần bằng hoặc tốt hơn.",
    "The milestone falls behind {value} of {day}; as much or better is accepted.",
)
PAST_TARGET: Final = Kind(
    "past-target",
    "Mốc {milestone.value} ngày {milestone.on:%d/%m/%Y} vượt quá mục tiêu {target}; mốc chỉ được đến mục tiêu.",
    "The milestone {milestone.value} of {milestone.on} is past the target {target}; one up to it is accepted.",
)
BAD_THRESHOLDS: Final = Kind(
    "bad-order",
    "Ngưỡng on_track {on_track}, at_risk {at_risk} không hợp lệ; cần 0 < at_risk < on_track ≤ 1.",
    "The thresholds on_track {on_track} and at_risk {at_risk} do not fit; 0 < at_risk < on_track ≤ 1 is accepted.",
)
