"""Documents of outlooks and proposals for readers: all of it for the DIC, for others their own forecasts."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from services.scoring.adjustments.events import decisions_of, target_outlook
from services.scoring.adjustments.forecast import LEAST_OBSERVATIONS
from services.scoring.adjustments.model import Outlook
from services.scoring.adjustments.proposals import Proposal
from services.scoring.judging.model import Plan
from services.scoring.plans.published import NamedAgency, name_of, unit_of
from services.scoring.what_if.documents import change_document, counts_document
from services.scoring.what_if.plan_edits import plan_edits, plan_yaml
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import Language, ProposalState
from shared.wording.outlooks import sentence


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
        forecasts = [
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
        found, unit = target_outlook(each, basis=indicator.basis), unit_of(indicator, language)
        document = {**found.model_dump(exclude={"observed"}), "name": name_of(indicator, language), "unit": unit}
        if seen is None:
            document["reaches"] = {reach.value: count for reach, count in found.reaches.items()}
            document["sentence"] = sentence(
                found,
                least_observations=LEAST_OBSERVATIONS,
                language=language,
                unit=unit,
                measure=indicator.measure,
            )
        else:
            document |= dict.fromkeys(_OVER_ALL)
        if forecasts or seen is None:
            yield {**document, "forecasts": forecasts}


_OVER_ALL = (
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


def proposal_document(proposal: Proposal, *, newest: Plan) -> dict[str, Any]:
    """Return a proposal; `newest` is the plan version that an edit starts from."""
    return {
        "id": proposal.id,
        "plan": proposal.plan,
        "plan_version": proposal.plan_version,
        "state": proposal.state,
        "changes": change_document(proposal.change),
        "reason": proposal.reason,
        "by": proposal.by._asdict(),
        "at": proposal.at.astimezone(newest.timezone),
        "periods": proposal.periods,
        "counts": counts_document(proposal.counts),
        "decisions": [each.model_dump() for each in decisions_of(proposal, timezone=newest.timezone)],
        "in_force_version": proposal.in_force_version,
        **_edits(proposal, newest=newest),
    }


def _edits(proposal: Proposal, *, newest: Plan) -> dict[str, Any]:
    is_known = all(each.indicator in newest.indicator_by_id for each in proposal.change.indicators)
    if proposal.state is not ProposalState.APPROVED or not is_known:
        return {"edits": None, "plan_yaml": None}
    edits = plan_edits(proposal.change, plan=newest)
    return {
        "edits": [{"pointer": each.pointer, "before": each.before, "after": each.after} for each in edits],
        "plan_yaml": plan_yaml(edits, plan=newest),
    }
