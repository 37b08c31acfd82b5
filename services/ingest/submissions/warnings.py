"""Warnings about submissions that are accepted all the same; the receipt and the event carry them."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from services.ingest.submissions.model import Draft
from shared.events.submissions import WarningData


class WarningCode(StrEnum):
    """The kind of a warning."""

    LEFT_OUT = "left-out"  # a correction lacks indicators of the revision before it, which then count as not reported


_SENTENCES: Final = {
    WarningCode.LEFT_OUT: (
        (
            "Bản trước có {count} chỉ tiêu mà bản này không có: {named}. Các chỉ tiêu đó nay được tính là chưa báo cáo;"
            " dù chỉ sửa một phần, hãy gửi lại đủ mọi chỉ tiêu."
        ),
        (
            "The revision before this one has {count} that this one leaves out: {named}."
            " They now count as not reported; to correct a part, send all of it again."
        ),
    )
}


def filing_warnings(draft: Draft, *, before: Collection[str], owed: Collection[str]) -> tuple[WarningData, ...]:
    """Return the warnings about a draft.

    `before` are the indicators of the revision before it, `owed` those that the plan in force asks of the agency: an
    indicator that is no longer owed may be left out.
    """
    filed = {observation.indicator for observation in draft.observations}
    left_out = tuple(indicator for indicator in before if indicator in owed and indicator not in filed)
    return (WarningData(code=WarningCode.LEFT_OUT, indicators=left_out),) if left_out else ()


def sentences_of(warning: WarningData) -> tuple[str, str]:
    """Return a warning as a sentence in Vietnamese and in English."""
    vi, en = _SENTENCES[WarningCode(warning.code)]
    named, count = ", ".join(warning.indicators), len(warning.indicators)
    indicators = "1 indicator" if count == 1 else f"{count} indicators"
    return vi.format(count=count, named=named), en.format(count=indicators, named=named)
