"""The screen leaves plain lines, and no control character, where the output is no terminal."""

import io

from rich.console import Console

from tools.demo.screen import Counts, Screen


def test_without_a_terminal_each_month_is_one_plain_line() -> None:
    out = io.StringIO()
    with Screen(Console(file=out, width=100)) as screen:
        screen.say("starting the system")
        screen.show("02/2014", Counts(10, 1, 0))
        screen.show("02/2014", Counts(175, 6, 12))
        screen.show("03/2014", Counts(180, 6, 12))
        screen.step()
    assert out.getvalue().splitlines() == [
        "starting the system",
        "02/2014  175 accepted, 6 refused, 12 mails",
        "03/2014  180 accepted, 6 refused, 12 mails",
    ]


def test_at_a_terminal_the_bar_shows_month_and_counts() -> None:
    out = io.StringIO()
    with Screen(Console(file=out, width=120, force_terminal=True)) as screen:
        screen.expect(1)
        screen.show("02/2014", Counts(175, 6, 12))
        screen.step()
    assert "02/2014" in out.getvalue()
    assert "175 accepted, 6 refused, 12 mails" in out.getvalue()
