"""What can be wrong with a query that is of the right form, each with a sentence in Vietnamese and English."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from shared.events.plans import PlanPublishedData
from shared.wording.faults import Fault


def unknown_plan(plan: str, *, pointer: str = "?plan") -> Fault:
    """Say that there is no such plan."""
    return Fault(pointer, "unknown-plan", f"Không có kế hoạch “{plan}”.", f"There is no plan “{plan}”.")


def moment_ahead(as_of: datetime, *, latest: datetime) -> Fault:
    """Say that a moment has not come yet."""
    moment, now = as_of.isoformat(), latest.isoformat(timespec="seconds")
    return Fault(
        "?as_of",
        "out-of-range",
        f"Thời điểm {moment} chưa đến; bây giờ là {now}.",
        f"The moment {moment} has not come yet; it is {now}.",
    )


def before_plan(as_of: datetime, *, plan: str, earliest: datetime) -> Fault:
    """Say that nothing was known of the plan at a moment."""
    moment, since = as_of.isoformat(), earliest.isoformat()
    return Fault(
        "?as_of",
        "out-of-range",
        f"Đến thời điểm {moment} hệ thống chưa có kế hoạch “{plan}”; sớm nhất là {since}.",
        f"At {moment} the plan “{plan}” was not known yet; the earliest moment is {since}.",
    )


def unknown_period(period: str, *, known: Iterable[str], pointer: str = "?period") -> Fault:
    """Say that the plan has no such period."""
    periods = ", ".join(known)
    return Fault(
        pointer,
        "unknown-period",
        f"Kế hoạch không có kỳ “{period}”; các kỳ: {periods}.",
        f"The plan has no period “{period}”; its periods are {periods}.",
    )


def period_not_over(period: str, *, latest: str | None) -> Fault:
    """Say that a period lasts, and which is the latest that has ended."""
    vi = f"kỳ gần nhất đã kết thúc là {latest}" if latest else "chưa kỳ nào của kế hoạch kết thúc"
    en = f"the latest that has ended is {latest}" if latest else "none of the plan's periods has ended"
    return Fault(
        "?period",
        "period-not-over",
        f"Kỳ {period} chưa kết thúc; {vi}.",
        f"Period {period} is not over; {en}.",
    )


def not_kept(period: str) -> Fault:
    """Say that no outlook was kept as the period closed."""
    return Fault(
        "?as",
        "not-kept",
        f"Không có triển vọng được lưu khi đóng kỳ {period}; hãy bỏ as=closed.",
        f"No outlook was kept as period {period} closed; leave as=closed out.",
    )


def unknown_indicator(indicator: str) -> Fault:
    """Say that the plan has no such indicator."""
    return Fault(
        "?indicator",
        "unknown-indicator",
        f"Kế hoạch không có chỉ tiêu “{indicator}”.",
        f"The plan has no indicator “{indicator}”.",
    )


def unknown_agency(agency: str, *, pointer: str = "?agency") -> Fault:
    """Say that there is no such agency, or none that the key sees: it is not said which."""
    return Fault(
        pointer,
        "unknown-agency",
        f"Không có cơ quan “{agency}” mà khóa này xem được ở đây.",
        f"There is no agency “{agency}” that this key sees here.",
    )


def unknown_programme(programme: str, *, known: Iterable[str], pointer: str = "?programme") -> Fault:
    """Say that the plan has no such programme."""
    programmes = ", ".join(known)
    return Fault(
        pointer,
        "unknown-programme",
        f"Kế hoạch không có nội dung “{programme}”; các nội dung: {programmes}.",
        f"The plan has no programme “{programme}”; its programmes are {programmes}.",
    )


def unknown_id(name: str, *, known: Iterable[str]) -> Fault:
    """Say that nothing of this level is called so."""
    accepted = ", ".join(known)
    return Fault("?id", "unknown-word", f"Không có “{name}”; chỉ nhận: {accepted}.", f"Accepted are {accepted}.")


def empty_range(lowest: Decimal, highest: Decimal) -> Fault:
    """Say that nothing lies between two ends."""
    return Fault(
        "?min_composite",
        "bad-order",
        f"Cận dưới {lowest} lớn hơn cận trên {highest}.",
        f"The least, {lowest}, is more than the most, {highest}.",
    )


def query_faults(
    plan: PlanPublishedData, *, period: str | None = None, indicator: str | None = None, programme: str | None = None
) -> Iterator[Fault]:
    """Yield what a query names that the plan does not have."""
    periods = [each.id for each in plan.periods]
    if period is not None and period not in periods:
        yield unknown_period(period, known=periods)
    if indicator is not None and indicator not in {each.id for each in plan.indicators}:
        yield unknown_indicator(indicator)
    programmes = [each.id for each in plan.programmes]
    if programme is not None and programme not in programmes:
        yield unknown_programme(programme, known=programmes)
