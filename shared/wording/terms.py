"""Terms and signs that stand beside figures."""

from collections.abc import Mapping
from typing import Final

from shared.events.vocabulary import Basis, Comparison, LocalizedText

SIGNS: Final[Mapping[Comparison, str]] = {
    Comparison.ABOVE: ">",
    Comparison.AT_LEAST: "≥",
    Comparison.AT_MOST: "≤",
    Comparison.BELOW: "<",
}
"""How a target is written beside its figure."""

BASES: Final[Mapping[Basis, LocalizedText]] = {
    Basis.STATED: LocalizedText(vi="quyết định nêu", en="stated in the decision"),
    Basis.ASSUMED: LocalizedText(vi="giả định", en="assumed"),
}
"""Whose figure a target is, so that nobody takes ours for the decision's."""

SHORT_BASES: Final[Mapping[Basis, LocalizedText]] = {
    Basis.STATED: LocalizedText(vi="quyết định nêu", en="stated"),
    Basis.ASSUMED: LocalizedText(vi="giả định", en="assumed"),
}
"""The same where there is little room: in tables and charts."""

YES: Final = LocalizedText(vi="có", en="yes")
NO: Final = LocalizedText(vi="không", en="no")
NO_TARGET: Final = LocalizedText(vi="không định lượng", en="no figure")
NOT_DONE: Final = LocalizedText(vi="chưa thực hiện", en="not done")
SHORT_BY: Final = LocalizedText(vi="còn thiếu", en="short by")
ABOVE_BY: Final = LocalizedText(vi="cao hơn", en="above by")
PERCENTAGE_POINTS: Final = LocalizedText(vi="điểm phần trăm", en="percentage points")
