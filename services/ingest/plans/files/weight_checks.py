"""Checks that every agency owes something that weighs: no score could come of weights that are all 0."""

from collections.abc import Sequence

from services.ingest.plans.files.drafts import Draft
from services.ingest.plans.readers.yaml_sections import Section
from shared.events.plans import AgencyRegisteredData
from shared.events.vocabulary import AgencyKind


def check_weights(drafts: Sequence[tuple[Section, Draft]], in_force: tuple[AgencyRegisteredData, ...] | None) -> None:
    """Report a plan whose weights are all 0, or agencies for whom everything they owe weighs 0, once for each kind.

    A score is Σpoints ÷ Σweights: it would stay undefined for as long as the plan runs, and nobody would be told before
    the first period closed.
    """
    if drafts and not any(draft.weight for _, draft in drafts):
        drafts[0][0].fault(
            "weight",
            code="no-weight",
            message="is 0, and so is every other weight of the plan",
            accepted="a weight above 0 for at least one indicator of each agency",
        )
        return
    if in_force is None or not all(
        draft.is_reporting_readable and (draft.kinds or draft.agencies) for _, draft in drafts
    ):
        return  # told already, and who owes what is not known
    unscored: dict[AgencyKind, list[tuple[AgencyRegisteredData, Section]]] = {}
    for agency in in_force:
        owed = [(section, draft) for section, draft in drafts if draft.is_reported_by(agency)]
        if owed and not any(draft.weight for _, draft in owed):
            unscored.setdefault(agency.kind, []).append((agency, owed[0][0]))
    for kind, agencies in unscored.items():
        first, section = agencies[0]
        message = f"is 0, and so is all else that {len(agencies)} of kind {kind.value} report, first {first.agency}"
        accepted = "a weight above 0 for at least one indicator that each of them reports"
        section.fault("weight", code="no-weight", message=message, accepted=accepted)
