"""No two standings are told apart by colour alone."""

from itertools import pairwise

from shared.charts.looks import LOOKS, fill_of, pattern_of
from shared.events.vocabulary import Standing


def lightness(standing: Standing) -> float:
    """Return how light a fill is in a black-and-white print, from 0 to 1. Source: ITU-R BT.601."""
    red, green, blue = (int(LOOKS[standing].fill[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_no_two_standings_differ_by_colour_alone() -> None:
    looks = [(look.hatching, round(lightness(standing), 1)) for standing, look in LOOKS.items()]
    assert len(set(looks)) == len(Standing) == len(LOOKS)
    for below, above in pairwise(Standing):
        assert abs(lightness(below) - lightness(above)) > 0.15 or LOOKS[below].hatching != LOOKS[above].hatching


def test_a_hatched_standing_is_filled_with_its_pattern() -> None:
    assert fill_of(Standing.MET) == "#0072B2"
    assert fill_of(Standing.NOT_ASSESSABLE) == "url(#hatching-not-assessable)"
    assert len({pattern_of(standing) for standing in Standing}) == len(Standing)
