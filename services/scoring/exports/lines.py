"""Lines of an export of progress: the judgements of its documents one by one, and what they say at a path."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from services.scoring.judging.expectation import expected_basis
from shared.events.vocabulary import Basis

Document = Mapping[str, Any]
"""How an agency stands in a period, as readers get it."""

Line = Mapping[str, Any]
"""One judgement of a document, with the document as `progress`, and whose figure the expectation is."""

_ONE_DAY: Final = timedelta(days=1)


def lines(documents: Iterable[Document]) -> Iterator[Line]:
    """Return the judgements of the documents, in their order."""
    for document in documents:
        last_on = date.fromisoformat(document["period_ends_on"]) - _ONE_DAY
        for judgement in document["judgements"]:
            found = _expected_basis(judgement, last_on=last_on)
            yield {**judgement, "progress": document, "last_on": last_on, "expected_basis": found}


def at(line: Line, path: str) -> Any:
    """Return what a line says at a path such as `observed.value`, None where it says nothing."""
    found: Any = line
    for name in path.split("."):
        if found is None:
            return None
        found = found.get(name)
    return found


def figure(line: Line, path: str) -> Decimal | None:
    """Return a figure of a line, exact."""
    found = at(line, path)
    return None if found is None else Decimal(found)


def _expected_basis(judgement: Mapping[str, Any], *, last_on: date) -> Basis | None:
    """Return whose figure the expectation is, None where nothing is expected."""
    target, expected = judgement["target"], judgement["expected_value"]
    if target is None or expected is None:
        return None
    return expected_basis(
        basis=Basis(judgement["basis"]),
        target=Decimal(target["value"]),
        expected=Decimal(expected),
        milestones=((date.fromisoformat(each["on"]), Basis(each["basis"])) for each in judgement["milestones"]),
        last_on=last_on,
    )
