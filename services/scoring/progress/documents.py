"""Writes progress for readers: the event's document with names, units and the rank beside it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from services.scoring.exports.files import progress_file
from services.scoring.judging.composite import Rank
from services.scoring.plans.model import PlanVersion
from services.scoring.plans.published import name_of, unit_of
from services.scoring.progress.query import Listed
from shared.events.plans import IndicatorData, PlanPublishedData
from shared.events.progress import JudgementData, ProgressChangedData
from shared.events.vocabulary import Language
from shared.runtime.http.answers import dumped
from shared.runtime.http.negotiation import Form
from shared.wording.alphabet import place_of
from shared.wording.formulas import formula
from shared.wording.judgement_terms import WORDS
from shared.wording.sentences import sentence


class Found(NamedTuple):
    """A page of progress with the plan versions that judged it and the ranks within it."""

    listed: Sequence[Listed]
    published: Mapping[PlanVersion, PlanPublishedData]
    ranks: Mapping[tuple[str, str], Rank]
    closed: Collection[str]  # periods
    is_more: bool


def as_table(listed: Sequence[Listed]) -> list[Listed]:
    """Return progress period by period as it came, in each by name, as Vietnamese readers look for it in a table."""
    places = {period: place for place, period in enumerate(dict.fromkeys(each.data.period for each in listed))}
    return sorted(listed, key=lambda each: (places[each.data.period], place_of(each.agency.name_vi)))


def written(
    found: Found, *, language: Language, form: Form, only: Sequence[str] | None, as_of: datetime | None
) -> bytes:
    """Return a page in the form asked for; `only` are the indicators that are shown, None for all."""
    documents = (_document(each, found, language=language, only=only, as_of=as_of) for each in found.listed)
    if form is Form.JSON:
        return dumped(list(documents))
    return progress_file(
        documents,
        form=form,
        language=language,
        made_at=max((each.decided_at for each in found.listed), default=None),
    )


def _document(
    listed: Listed, found: Found, *, language: Language, only: Sequence[str] | None, as_of: datetime | None
) -> dict[str, Any]:
    data, standings = listed.data, WORDS[language].standings
    plan = found.published[PlanVersion(data.plan, data.plan_version)]
    indicators = {each.id: each for each in plan.indicators}
    rank = found.ranks.get((data.period, data.agency))
    return data.model_dump(mode="json", exclude={"judgements"}) | {
        "judgements": [
            judgement_document(each, indicators[each.indicator], progress=data, language=language)
            for each in data.judgements
            if only is None or each.indicator in only
        ],
        # A period closes without a word where that changes nothing; who reads it is told all the same.
        "is_closed": data.is_closed or data.period in found.closed,
        "agency_name": listed.agency.name(language),
        "kind": listed.agency.kind.value,
        "standing_name": standings[data.standing],
        "as_of": as_of and as_of.astimezone(ZoneInfo(plan.timezone)),
        "rank": rank and rank._asdict(),
    }


def judgement_document(
    judgement: JudgementData, indicator: IndicatorData, *, progress: ProgressChangedData, language: Language
) -> dict[str, Any]:
    """Return a judgement as readers get it: with its formula, its sentences, and names in the language."""
    return judgement.model_dump(mode="json") | {
        "formula": formula(judgement, progress=progress),
        "sentence_vi": sentence(judgement, progress=progress, unit=indicator.unit_vi, language=Language.VI),
        "sentence_en": sentence(judgement, progress=progress, unit=indicator.unit_en, language=Language.EN),
        "indicator_name": name_of(indicator, language),
        "programme": indicator.programme,
        "unit": unit_of(indicator, language),
        "standing_name": WORDS[language].standings[judgement.standing],
    }
