"""Writes proposals for readers, with the edit of the plan.yaml that carries an approved one out."""

from typing import Any

from services.scoring.adjustments.proposals import Author, Proposal, State
from services.scoring.judging.model import Plan
from services.scoring.what_if.documents import change_document, counts_document
from services.scoring.what_if.plan_edits import plan_edits, plan_yaml


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
