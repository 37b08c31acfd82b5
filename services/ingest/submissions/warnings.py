"""What is odd about a submission that is accepted all the same: told in its receipt, and seen by the DIC."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from services.ingest.submissions.model import Draft, FilingWarning


class WarningCode(StrEnum):
    """What a warning is about."""

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


def warnings_of(draft: Draft, *, before: Collection[str], owed: Collection[str]) -> tuple[FilingWarning, ...]:
    """Return what is odd about a draft; `before` are the indicators of the revision before, of which some are `owed`.

    What the agency no longer owes, by a later plan version, it leaves out rightly.
    """
    filed = {observation.indicator for observation in draft.observations}
    left_out = tuple(indicator for indicator in before if indicator in owed and indicator not in filed)
    return (FilingWarning(WarningCode.LEFT_OUT, left_out),) if left_out else ()


def words_of(warning: FilingWarning) -> tuple[str, str]:
    """Return a warning as a sentence in Vietnamese and in English."""
    vi, en = _SENTENCES[WarningCode(warning.code)]
    named, count = ", ".join(warning.indicators), len(warning.indicators)
    indicators = "1 indicator" if count == 1 else f"{count} indicators"
    return vi.format(count=count, named=named), en.format(count=indicators, named=named)
