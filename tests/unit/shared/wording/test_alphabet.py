"""The Vietnamese order of names."""

from hashlib import sha256
from unicodedata import normalize

import pytest

from shared.wording.alphabet import place_of


@pytest.mark.parametrize(
    "in_order",
    [
        ["Cát Tiên", "Di Linh", "Đạ Huoai", "Đạ Tẻh", "Đam Rông", "Đơn Dương", "Đức Trọng", "Lạc Dương", "Lâm Hà"],
        ["UBND phường 1", "UBND phường 2", "UBND phường 10", "UBND phường B’Lao"],
        ["ba", "bà", "bả", "bã", "bá", "bạ", "bà a"],
        ["a", "ă", "â", "b", "d", "đ", "e", "ê", "o", "ô", "ơ", "u", "ư", "v", "ü"],
        ["Lạc", "Lạc Dương", "Lạc-Hà", "Lạc1", "Lạca"],
        ["", "sở y tế", "Sở Y tế tỉnh"],
    ],
)
def test_names_stand_where_vietnamese_readers_look_for_them(in_order: list[str]) -> None:
    mixed = sorted(in_order, key=lambda name: sha256(name.encode()).digest())
    assert sorted(mixed, key=place_of) == in_order
    assert [normalize("NFC", each) for each in sorted([normalize("NFD", each) for each in mixed], key=place_of)] == (
        in_order
    )


def test_no_two_names_share_a_place() -> None:
    assert place_of("Sở Y tế") != place_of("Sở y tế")
    assert sorted(["Sở y tế", "Sở Y tế"], key=place_of) == sorted(["Sở Y tế", "Sở y tế"], key=place_of)
