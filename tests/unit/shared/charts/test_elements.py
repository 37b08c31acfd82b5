"""Signs differ in shape where a figure is ours and not the decision's."""

from xml.etree.ElementTree import Element

from shared.charts.elements import define_patterns, expected_sign, put, target_line, write, write_count, write_lines
from shared.charts.looks import LOOKS
from shared.events.vocabulary import Basis, Standing


def test_an_assumed_target_is_a_broken_line_and_an_assumed_expectation_a_hollow_diamond() -> None:
    sheet = Element("svg")
    for basis in Basis:
        target_line(sheet, basis, x=10, y=10, height=4)
        expected_sign(sheet, basis, x=10, y=10)
    stated, diamond, assumed, hollow = sheet
    assert (stated.get("y1"), stated.get("y2"), stated.get("stroke-dasharray")) == ("8", "12", None)
    assert assumed.get("stroke-dasharray") is not None
    assert diamond.get("fill") != hollow.get("fill")
    assert hollow.get("points") == "10,3.5 16.5,10 10,16.5 3.5,10"


def test_numbers_are_written_to_a_hundredth() -> None:
    assert put(Element("svg"), "rect", x=1 / 3, stroke_width=2.0).attrib == {"x": "0.33", "stroke-width": "2"}


def test_a_number_on_hatching_stands_on_white() -> None:
    plain, hatched = Element("svg"), Element("svg")
    write_count(plain, 7, Standing.MET, x=0, y=0)
    write_count(hatched, 7, Standing.LAGGING, x=0, y=0)
    assert [each.tag for each in plain] == ["text"]
    assert [each.tag for each in hatched] == ["rect", "text"]


def test_lines_of_text_stand_around_their_height() -> None:
    sheet = Element("svg")
    write(sheet, "a", x=0, y=100, is_bold=True)
    write_lines(sheet, [("b", 12.5), ("c", 12.5)], x=0, y=100, anchor="end")
    alone, above, below = (float(each.get("y", "")) for each in sheet)
    assert (above + below) / 2 == alone
    assert [each.get("font-weight") for each in sheet] == ["bold", None, None]


def test_every_hatching_is_defined_once() -> None:
    sheet = Element("svg")
    define_patterns(sheet)
    assert len(sheet[0]) == sum(bool(look.hatching) for look in LOOKS.values())
