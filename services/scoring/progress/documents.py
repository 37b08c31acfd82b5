"""Writes progress for readers: the event's document with names, units and the rank beside it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.scoring.exports.files import progress_file
from services.scoring.exports.lines import Label, Labels
from services.scoring.judging.composite import Rank
from services.scoring.judging.model import Plan
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.published import name_of, unit_of
from services.scoring.progress.events import data_of
from services.scoring.progress.store import progress_of
from services.scoring.wording.terms import WORDS
from shared.events.plans import IndicatorData, PlanPublishedData
from shared.events.vocabulary import Language
from shared.runtime.http.answers import dumped
from shared.runtime.http.negotiation import Form
from shared.wording.alphabet import place_of


class Found(NamedTuple):
    """A page of progress with the plans that judged it and the ranks within it."""

    rows: Sequence[Any]
    plans: Mapping[PlanVersion, Plan]
    published: Mapping[PlanVersion, PlanPublishedData]
    ranks: Mapping[tuple[str, str], Rank]
    closed: Collection[str]  # periods
    is_more: bool


def as_listed(rows: Sequence[Any]) -> list[Any]:
    """Return rows period by period as they came, and in each by name, as Vietnamese readers look for it in a table."""
    places = {period: place for place, period in enumerate(dict.fromkeys(row["period"] for row in rows))}
    return sorted(rows, key=lambda row: (places[row["period"]], place_of(row["name_vi"])))


def written(found: Found, *, language: Language, form: Form, only: Sequence[str] | None) -> bytes:
    """Return a page in the form asked for; `only` are the indicators that are shown, None for all."""
    documents = _documents(found, language=language, only=only)
    if form is Form.JSON:
        return dumped(list(documents))
    names = {row["agency"]: _agency_name(row, language) for row in found.rows}
    indicators = {
        each.id: Label(name_of(each, language), unit_of(each, language))
        for version in sorted(found.published)
        for each in found.published[version].indicators
    }
    return progress_file(
        documents,
        form=form,
        labels=Labels(names, indicators),
        language=language,
        made_at=max((row["decided_at"] for row in found.rows), default=None),
    )


def _documents(found: Found, *, language: Language, only: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    standings = WORDS[language].standings
    for row in found.rows:
        progress, version = progress_of(row), PlanVersion(row["plan"], row["plan_version"])
        indicators = {each.id: each for each in found.published[version].indicators}
        document = data_of(progress, plan=found.plans[version])
        rank = found.ranks.get((row["period"], row["agency"]))
        document["judgements"] = [
            {
                **judgement,
                **_named(indicators[judgement["indicator"]], language),
                "standing_name": standings[judgement["standing"]],
            }
            for judgement in document["judgements"]
            if only is None or judgement["indicator"] in only
        ]
        # A period closes without a word where that changes nothing; who reads it is told all the same.
        yield document | {
            "is_closed": progress.is_closed or row["period"] in found.closed,
            "agency_name": _agency_name(row, language),
            "kind": row["kind"],
            "standing_name": standings[progress.standing],
            "rank": rank and rank._asdict(),
        }


def _named(indicator: IndicatorData, language: Language) -> dict[str, str]:
    return {
        "indicator_name": name_of(indicator, language),
        "programme": indicator.programme,
        "unit": unit_of(indicator, language),
    }


def _agency_name(row: Any, language: Language) -> str:
    name: str = row["name_vi"] if language is Language.VI else row["name_en"]
    return name
