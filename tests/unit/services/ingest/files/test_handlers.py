"""A file is checked as its submissions would be: each fault by its cell, each figure as it was written."""

import io
import json
import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.files.child import told_of
from services.ingest.files.handlers import Checked, check, filings_of, keys_of
from services.ingest.files.model import Reading
from shared.runtime.clock import TIMEZONE
from tests.support.ingest_examples import COMMUNE, DEPARTMENT, DISTRICT, OPEN_DAY, REGISTRY
from tests.support.workbooks import SHARE, csv_file, form

WHOSE = SHARE[:3]
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")  # of dates that are none


def checked(file: BinaryIO, *, filer: str = DEPARTMENT.agency, today: date = OPEN_DAY) -> Checked:
    reading = Reading.of(json.loads(told_of(file), parse_float=Decimal, parse_int=Decimal))
    found = check(reading.groups, reading=reading, registry=REGISTRY, filer=filer, today=today)
    return Checked(found.read, found.fit, [*reading.faults, *found.faults])


def told(file: BinaryIO, **given: Any) -> list[tuple[str, str]]:
    return [(each.pointer, each.code) for each in checked(file, **given).faults]


def test_the_rows_of_a_file_are_drafts_as_from_json() -> None:
    (draft,) = checked(form(SHARE, (*WHOSE, "network-uptime", None, None, 99.2, None, " Mất điện "))).fit
    assert (draft.plan, draft.period, draft.agency) == WHOSE
    assert [(each.numerator, each.value, each.note) for each in draft.observations] == [
        (Decimal(412), None, None),
        (None, Decimal("99.2"), "Mất điện"),
    ]


def test_faults_of_cells_form_and_rules_are_all_named_by_their_cells() -> None:
    def change(sheet: Any) -> None:
        sheet["F2"] = "=E2*2"

    rows = (
        SHARE,
        (*WHOSE, "network-uptime", None, None, "99,5"),
        (*WHOSE, "open-incidents", None, None, "1.062"),
        (*WHOSE, "edoc-exchang", 1, 2),
        (*WHOSE[:2], "so-cua-ai", "doc-management", None, None, None, "Có"),
    )
    assert sorted(told(form(*rows, change=change))) == [
        ("Sheet!C6", "not-your-agency"),
        ("Sheet!D5", "unknown-indicator"),
        ("Sheet!F2", "formula"),
        ("Sheet!G3", "decimal-comma"),
        ("Sheet!G4", "ambiguous-number"),
    ]


def test_a_fit_submission_beside_a_faulty_one_is_told_apart() -> None:
    both = form(("lam-dong-2014", "2014-03", COMMUNE.agency, "edoc-exchange", 9, 12), (*WHOSE, "edoc-exchange", 3, 2))
    found = checked(both, filer=DISTRICT.agency)
    assert [draft.agency for draft in found.fit] == [COMMUNE.agency]
    assert len(found.read) == 2


def test_the_filings_of_a_file_share_its_hash_and_have_keys_of_their_own() -> None:
    april = ("lam-dong-2014", "2014-04", DEPARTMENT.agency, "edoc-exchange", 9, 12)
    drafts = checked(form(SHARE, april), today=date(2014, 5, 2)).fit
    now = datetime(2014, 5, 2, 9, tzinfo=TIMEZONE)
    filings = filings_of(drafts, registry=REGISTRY, filer=DEPARTMENT.agency, now=now, key="march")
    assert [each.idempotency_key for each in filings] == ["march", "march\n1"] == keys_of("march", 2)
    assert len({each.draft.request_hash for each in filings}) == 1
    (alone,) = filings_of(drafts[:1], registry=REGISTRY, filer=DEPARTMENT.agency, now=now, key=None)
    assert alone.idempotency_key is None
    assert alone.draft.request_hash != filings[0].draft.request_hash


_FIGURES = st.one_of(
    st.integers(-5, 10**6),
    st.floats(-1, 101).map(lambda figure: float(f"{figure:.15g}")),  # a spreadsheet keeps 15 digits
    st.sampled_from([math.nan, math.inf, 1e300, 1e-300]),
    st.decimals(0, 100, places=3).map(str),
    st.from_regex(r"-?[0-9]{1,4}[.,]?[0-9]{0,4}", fullmatch=True),
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  as a cell holds it
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.booleans(),
    st.text(max_size=6).filter(lambda text: text.isprintable()),
)


@settings(max_examples=100, deadline=None)
@given(_FIGURES, st.sampled_from(["General", "0%", "0.00", "dd/mm/yyyy", "@"]))
def test_a_figure_is_taken_as_it_was_written_or_not_at_all(figure: object, number_format: str) -> None:
    def change(sheet: Any) -> None:
        sheet["G2"] = figure
        if not isinstance(figure, datetime | timedelta):  # in another format they would be numbers
            sheet["G2"].number_format = number_format

    found = checked(form((*WHOSE, "network-uptime"), change=change))
    for draft in found.fit:
        (observation,) = draft.observations
        assert number_format not in {"0%", "dd/mm/yyyy"} or isinstance(figure, str)
        assert not isinstance(figure, bool)
        assert observation.value == Decimal(str(figure).strip())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=5, max_size=5))
def test_a_line_of_csv_is_taken_as_it_was_written_or_not_at_all(cells: Sequence[str]) -> None:
    written = io.StringIO()
    written.write(",".join([*WHOSE, "edoc-exchange", *(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells)]))
    for draft in checked(csv_file(written.getvalue())).fit:
        (observation,) = draft.observations
        assert observation.numerator == Decimal(cells[0].strip())
        assert observation.denominator == Decimal(cells[1].strip())
