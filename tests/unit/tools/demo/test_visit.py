"""Whoever looks in is given a submission of a period that is still open, and a terminal's worth of lines to type."""

import json
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from services.ingest.plans.files.folder import LoadedPlan, load
from tools.demo.habits import Mistake
from tools.demo.visit import example_of
from tools.demo.words import title, ways_in, whereabouts
from tools.demo.year import Moment, year_of

SEED = 2770
KEY = "key_live_AztDpiHG_xsfCKKCadRSON4oWzua3sEx1CJddvtGSXz7SOhFvC40dZu1k4"


@cache
def loaded() -> LoadedPlan:
    return load(Path(__file__).parents[4] / "plans" / "lam-dong-2014")


@cache
def year() -> list[Moment]:
    return year_of(loaded().content, loaded().agencies, seed=SEED)


def test_after_the_year_it_is_the_last_month_of_readmes_agency_as_its_next_revision() -> None:
    found = example_of(year(), plan=loaded().content, today=year()[-1].at.date())
    assert found is not None
    assert (found.agency, found.document["period"]) == ("so-noi-vu", "2014-12")
    assert "revision" not in found.document
    assert len(found.document["observations"]) > 5
    assert json.loads(found.written()) == found.document


def test_a_locked_period_is_not_given() -> None:
    assert example_of(year(), plan=loaded().content, today=date(2015, 12, 1)) is None


def test_neither_is_what_is_refused_or_was_filed_by_another() -> None:
    zone = ZoneInfo(loaded().content.timezone)
    at = datetime(2015, 1, 12, 15, tzinfo=zone)
    acts = [act for moment in year() for group in moment.acts for act in group if act.period == "2014-12"]
    spoilt = [replace(acts[0], mistake=Mistake.MISTYPED_KEY), replace(acts[1], filer="ubnd-huyen-lac-duong")]
    moment = Moment(at=at, period=loaded().content.periods[-1], acts=(tuple(spoilt),))
    assert example_of([moment], plan=loaded().content, today=at.date()) is None


def test_what_is_said_fits_into_a_terminal_of_eighty_columns() -> None:
    address = "http://127.0.0.1:8080"
    said = [
        title(loaded().content, is_published=False).replace("[bold]", "").replace("[/]", ""),
        whereabouts(address),
        ways_in("lam-dong-2014", base_url=address, key=KEY, submission=Path("var/demo/submission.json")),
    ]
    for line in "\n".join(said).splitlines():
        assert len(line) <= 80, line
