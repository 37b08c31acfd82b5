"""Whether a submission may be withdrawn, verified or returned."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from services.ingest.plans.model import Registry
from services.ingest.reviews import faults
from services.ingest.submissions.model import Decision, SubmissionState, Verdict
from services.ingest.submissions.rules import lock_faults
from shared.wording.faults import Fault


def repeated(state: SubmissionState, decision: Decision) -> Decision | None:
    """Return the earlier decision that this one repeats, by the same agency for the same reason; None where none."""
    before = state.decision(decision.verdict)
    is_same = before is not None and (before.reason, before.decided_by) == (decision.reason, decision.decided_by)
    return before if is_same else None


def withdrawal_faults(state: SubmissionState, *, registry: Registry, today: date) -> list[Fault]:
    """Return why a submission may not be withdrawn: it is not the latest, has ended, or its period is locked."""
    return [*_ended(state), *_locked(state, registry=registry, today=today)]


def review_faults(state: SubmissionState, *, verdict: Verdict) -> list[Fault]:
    """Return why a submission may not be verified or returned; what was verified may still be returned."""
    found = list(_ended(state))
    if not found and verdict is Verdict.VERIFIED and state.decision(Verdict.VERIFIED):
        return [faults.ALREADY_VERIFIED()]
    return found


def _ended(state: SubmissionState) -> Iterator[Fault]:
    if state.decision(Verdict.WITHDRAWN):
        yield faults.ALREADY_WITHDRAWN()
    elif state.decision(Verdict.RETURNED):
        yield faults.ALREADY_RETURNED()
    elif state.accepted.revision != state.latest_revision:
        yield faults.NOT_LATEST(revision=state.accepted.revision, latest=state.latest_revision)


def _locked(state: SubmissionState, *, registry: Registry, today: date) -> Iterator[Fault]:
    plan = registry.plans[state.accepted.plan]
    period = plan.period_by_id.get(state.accepted.period)
    if period is None:  # a later plan version dropped it: it is locked on no day
        return
    for fault in lock_faults(period, plan=plan, agency_id=state.accepted.agency, registry=registry, today=today):
        yield replace(fault, pointer="")
