"""A line says what its judgement and its document say, and whose figure the expectation is."""

from dataclasses import replace
from decimal import Decimal

import pytest

from services.scoring.exports.lines import Line, at, figure, lines
from services.scoring.judging.model import Indicator
from shared.events.vocabulary import Basis, Method
from tests.unit.services.scoring.examples import indicator, milestone, share
from tests.unit.services.scoring.exports.export_examples import document, noted


def line(asked: Indicator) -> Line:
    (found,) = lines([document(asked, filed=(share(1, 2),))])
    return found


def test_a_path_leads_into_the_judgement_and_its_document() -> None:
    (found,) = lines([noted("Hai phòng")])
    assert (at(found, "observed.note"), at(found, "progress.plan_version")) == ("Hai phòng", 1)
    assert figure(found, "observed.numerator") == Decimal(912)


def test_a_path_into_nothing_is_nothing() -> None:
    found = line(indicator())
    assert (at(found, "base.value"), at(found, "tolerance"), figure(found, "baseline.value")) == (None, None, None)


@pytest.mark.parametrize(
    ("asked", "basis"),
    [
        (indicator(), Basis.ASSUMED),
        (indicator(milestones=(replace(milestone("2014-03-31", 20), basis=Basis.STATED),)), Basis.STATED),
        (indicator(method=Method.NO_TARGET, target=None), None),
    ],
)
def test_an_expectation_is_the_decisions_only_where_a_stated_figure_is_due(
    asked: Indicator, basis: Basis | None
) -> None:
    assert line(asked)["expected_basis"] == basis
