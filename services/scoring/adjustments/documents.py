"""Documents of outlooks and proposals for readers: all of it for the DIC, for others their own forecasts."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.proposals import Author, Proposal, State
from services.scoring.adjustments.sentences import sentence
from services.scoring.judging.model import Plan
from services.scoring.plans.published import NamedAgency, name_of, unit_of
from services.scoring.what_if.documents import change_document, counts_document, target_document
from services.scoring.what_if.plan_edits import plan_edits, plan_yaml
from shared.events.plans import IndicatorData, PlanPublishedData
from shared.events.vocabulary import Language, Reach


def outlook_documents(
    outlooks: Iterable[Outlook],
    *,
    plan: PlanPublishedData,
    agencies: Mapping[str, NamedAgency],
    seen: Collection[str] | None,
    language: Language,
) -> Iterator[dict[str, Any]]:
    """Yield how each target looks; `seen` are the agencies that the reader sees, None for all."""
    indicators = {each.id: each for each in plan.indicators}
    for each in outlooks:
        indicator = indicators[each.indicator]
        document = _head(indicator, each, language)
        document |= _findings(each, indicator, language) if seen is None else dict.fromkeys(_FINDINGS)
        document["forecasts"] = [
            {
                "agency": agency,
                "agency_name": agencies[agency].name(language) if agency in agencies else agency,
                "reach": forecast.reach,
                "observations": forecast.observations,
                "value_at_end": forecast.value_at_end,
                "value_when_due": forecast.value_when_due,
                "shortfall": forecast.shortfall,
            }
            for agency, forecast in sorted(each.forecasts.items())
            if seen is None or agency in seen
        ]
        if document["forecasts"] or seen is None:
            yield document


def _head(indicator: IndicatorData, outlook: Outlook, language: Language) -> dict[str, Any]:
    return {
        "indicator": indicator.id,
        "name": name_of(indicator, language),
        "unit": unit_of(indicator, language),
        "target": target_document(outlook.target),
        "basis": indicator.basis,
    }


_FINDINGS = (
    "adjustment",
    "sentence",
    "reaches",
    "reported",
    "level",
    "median_shortfall",
    "worst",
    "ample",
    "ample_periods",
)


def _findings(outlook: Outlook, indicator: IndicatorData, language: Language) -> dict[str, Any]:
    return {
        "adjustment": outlook.adjustment,
        "sentence": sentence(
            outlook,
            language=language,
            unit=unit_of(indicator, language),
            measure=indicator.measure,
            basis=indicator.basis,
        ),
        "reaches": {reach.value: outlook.count(reach) for reach in Reach if reach is not Reach.NO_TARGET},
        "reported": outlook.reported,
        "level": outlook.level and outlook.level._asdict(),
        "median_shortfall": outlook.median_shortfall,
        "worst": outlook.worst and outlook.worst._asdict(),
        "ample": target_document(outlook.ample),
        "ample_periods": outlook.ample_periods,
    }


def proposal_document(proposal: Proposal, *, newest: Plan) -> dict[str, Any]:
    """Return a proposal; `newest` is the plan version that an edit starts from."""
    return {
        "id": proposal.id,
        "plan": proposal.plan,
        "plan_version": proposal.plan_version,
        "state": proposal.state,
        "changes": change_document(proposal.change),
        "reason": proposal.reason,
        "by": _author(proposal.by),
        "at": proposal.at.astimezone(newest.timezone),
        "periods": proposal.periods,
        "counts": counts_document(proposal.counts),
        "decisions": [
            {
                "outcome": each.outcome,
                "reason": each.reason,
                "by": _author(each.by),
                "at": each.at.astimezone(newest.timezone),
            }
            for each in proposal.decisions
        ],
        "in_force_version": proposal.in_force_version,
        **_edits(proposal, newest=newest),
    }


def _author(author: Author) -> dict[str, str]:
    return {"agency": author.agency, "key": author.key}


def _edits(proposal: Proposal, *, newest: Plan) -> dict[str, Any]:
    is_known = all(each.indicator in newest.indicator_by_id for each in proposal.change.indicators)
    if proposal.state is not State.APPROVED or not is_known:
        return {"edits": None, "plan_yaml": None}
    edits = plan_edits(proposal.change, plan=newest)
    return {
        "edits": [{"pointer": each.pointer, "before": each.before, "after": each.after} for each in edits],
        "plan_yaml": plan_yaml(edits, plan=newest),
    }
