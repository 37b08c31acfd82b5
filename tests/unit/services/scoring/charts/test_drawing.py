"""The same facts are drawn in the same bytes, nothing is told by colour alone, and no service loads what draws."""

import subprocess
import sys
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from matplotlib.colors import to_rgb

from services.scoring.charts.bars import Bar
from services.scoring.charts.drawing import drawn
from services.scoring.charts.drawing.figure import in_words
from services.scoring.charts.drawing.looks import LOOKS, expected_marker, target_line
from services.scoring.charts.picture import Column, Picture, picture_of
from shared.events.vocabulary import Basis, Language, Measure, Method, RollUp, Standing
from tests.unit.services.scoring.examples import at_least, indicator, share, yes
from tests.unit.services.scoring.picture_examples import facts

NAME = "Văn phòng điện tử mở rộng đến cấp xã; ưu tiên phần mềm nguồn mở $x$ " * 3


def picture(language: Language = Language.VI) -> Picture:
    found = facts(
        indicator(roll_up=RollUp.POOLED),
        indicator(
            "done", roll_up=RollUp.SHARE_OF_YES, measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1)
        ),
        filed=((share(1, 3), yes(answer=True, of="done")), (share(1, 9),)),
        is_synthetic=True,
        is_rehearsal=True,
    )
    return picture_of(found, language=language)


def bar(**changes: Any) -> Bar:
    usual = Bar("", "", "≥ 1", Basis.STATED, "", Decimal("0.5"), Decimal(1), Basis.STATED, Standing.MET, 1, 1)
    return usual._replace(**changes)


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_the_same_facts_are_drawn_the_same_without_a_date(suffix: str, begins: bytes) -> None:
    content = drawn(picture(), suffix=suffix)
    assert content.startswith(begins)
    assert drawn(picture(), suffix=suffix) == content
    assert b"dc:date" not in content
    assert b"matplotlib.org" not in content.lower()


def test_who_cannot_see_it_finds_it_in_words() -> None:
    assert in_words(picture(Language.EN))[1:] == [
        "SYNTHETIC FIGURES (số liệu mô phỏng)",
        "REHEARSAL (diễn tập)",
        "name of edoc-exchange: 16.67 % / > 90 %, at risk",
        "name of done: 100 % of agencies / ≥ 100 % of agencies, missing",  # one of two has not reported it
    ]
    assert "SỐ LIỆU MÔ PHỎNG" in drawn(picture(), suffix=".svg").decode()


def test_every_odd_figure_can_be_drawn() -> None:
    bars = (
        bar(name=NAME, attainment=Decimal("9.9e20"), expected=Decimal(-3)),
        bar(attainment=Decimal(-7), expected=None, expected_basis=None),
        bar(attainment=None, target="", target_basis=None, standing=Standing.NOT_ASSESSABLE),
    )
    columns = tuple(
        Column(f"20{place:02}", {each: (place + at) % 3 for at, each in enumerate(Standing)}) for place in range(22)
    )
    odd = picture()._replace(title=NAME, bars=bars, columns=columns, marks=())
    assert drawn(odd, suffix=".svg")
    assert drawn(odd._replace(bars=(), columns=()), suffix=".svg")


def test_no_two_standings_differ_by_colour_alone() -> None:
    def grey(standing: Standing) -> float:
        red, green, blue = to_rgb(LOOKS[standing].fill)
        return 0.299 * red + 0.587 * green + 0.114 * blue

    looks = [(look.hatch, round(grey(standing), 1)) for standing, look in LOOKS.items()]
    assert len(set(looks)) == len(Standing) == len(LOOKS)
    for below, above in pairwise(Standing):
        assert abs(grey(below) - grey(above)) > 0.15 or LOOKS[below].hatch != LOOKS[above].hatch


def test_stated_and_assumed_differ_in_shape() -> None:
    stated, assumed = Basis.STATED, Basis.ASSUMED
    assert target_line(stated)["linestyle"] != target_line(assumed)["linestyle"]
    assert expected_marker(stated)["markerfacecolor"] != expected_marker(assumed)["markerfacecolor"]


def test_a_service_process_never_loads_what_draws() -> None:
    asked = "import sys, services.scoring.__main__, services.scoring.wiring; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
