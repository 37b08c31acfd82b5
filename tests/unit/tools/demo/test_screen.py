"""The screen leaves plain lines, and no control character, where the output is no terminal."""

import io

from rich.console import Console
from rich.text import Text

from tools.demo.screen import Screen


def test_without_a_terminal_there_are_plain_lines() -> None:
    out = io.StringIO()
    with Screen(Console(file=out, width=80)) as screen:
        screen.say("starting the system")
        screen.expect(2)
        screen.show("02/2014: 1 chậm tiến độ, 0 chưa báo cáo")
        screen.step()
        screen.leave(Text("02/2014", style="red"), "03/2014")
    assert out.getvalue().splitlines() == ["starting the system", "02/2014", "03/2014"]


def test_at_a_terminal_the_bar_shows_the_month_under_way_and_lines_stay_above_it() -> None:
    out = io.StringIO()
    with Screen(Console(file=out, width=80, force_terminal=True, highlight=False)) as screen:
        screen.expect(1)
        screen.show("02/2014: 22 chậm tiến độ, 16 chưa báo cáo")
        screen.step()
        screen.leave("01/2014 is over")
    assert "02/2014: 22 chậm tiến độ, 16 chưa báo cáo" in out.getvalue()
    assert "100 %" in out.getvalue()
    assert "01/2014 is over" in out.getvalue()
