"""Terms and signs that stand beside figures."""

from shared.events.vocabulary import Basis, Comparison
from shared.wording.terms import BASES, SIGNS


def test_every_comparison_has_a_sign() -> None:
    assert [SIGNS[each] for each in Comparison] == [">", "≥", "≤", "<"]


def test_every_basis_is_told_in_both_languages() -> None:
    assert [BASES[each].vi for each in Basis] == ["quyết định nêu", "giả định"]
    assert [BASES[each].en for each in Basis] == ["stated in the decision", "assumed"]
