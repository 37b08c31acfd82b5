"""`/v1/adjustments`, where the DIC proposes a change of a plan and decides on it; a new plan version carries it out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from services.scoring.adjustments.documents import proposal_document
from services.scoring.adjustments.handlers import put_in_force, save_proposal
from services.scoring.adjustments.proposals import Author, Decision, Proposal, accepted_outcomes
from services.scoring.adjustments.schemas import DecisionIn, ProposalIn, ProposalOut, plan_named
from services.scoring.adjustments.store import AdjustmentStore
from services.scoring.judging.model import Plan
from services.scoring.plans.documented import reading, writing
from services.scoring.plans.sources import Sources
from services.scoring.plans.store import UnitOfWork
from services.scoring.what_if.forms import Given, sound_parts
from services.scoring.what_if.trial import tried
from shared.events.vocabulary import ProposalOutcome, ProposalState, Scope
from shared.runtime.auth.key_ring import Holder
from shared.runtime.http.access import Asker, needs
from shared.runtime.http.answers import CACHE_HEADERS, dumped, kept
from shared.runtime.http.forms import FaultyForm, read_form
from shared.runtime.http.negotiation import Asked, language_of, only_json
from shared.runtime.http.problems import Refused, problem, wrong
from shared.runtime.http.pydantic_faults import WHOLE
from shared.wording.faults import Fault

_LAST: Final = 2**63 - 1
_STATES: Final[Mapping[ProposalState, tuple[str, str]]] = {
    ProposalState.PROPOSED: ("đang chờ quyết định", "waits for a decision"),
    ProposalState.APPROVED: ("đã được duyệt", "is approved"),
    ProposalState.REJECTED: ("đã bị từ chối", "is rejected"),
    ProposalState.WITHDRAWN: ("đã được rút lại", "is withdrawn"),
    ProposalState.IN_FORCE: ("đã có hiệu lực", "is in force"),
}

Number = Annotated[int, Path(ge=1, le=_LAST, description="the proposal's number"), WHOLE]


class ProposalsApi:
    """Proposals to change a plan."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        router.add_api_route(
            "/adjustments",
            self.propose,
            methods=["POST"],
            dependencies=[needs(Scope.ADMIN)],
            summary="Propose a change of a plan",
            **writing("proposal", ProposalOut, body=ProposalIn, status=201, statuses=()),
        )
        router.add_api_route(
            "/adjustments/{number}",
            self.proposal,
            methods=["GET"],
            dependencies=[needs(Scope.READ)],
            summary="A proposal, and what was decided on it",
            **reading("proposal", ProposalOut, statuses=(403, 404)),
        )
        router.add_api_route(
            "/adjustments/{number}/decision",
            self.decide,
            methods=["POST"],
            dependencies=[needs(Scope.ADMIN)],
            summary="Approve, reject or withdraw a proposal",
            **writing("decision", ProposalOut, body=DecisionIn, statuses=(404, 409)),
        )

    async def propose(self, request: Request, asker: Asker, query: Annotated[Asked, Query()]) -> Response:
        """Keep a proposal with its reason and with how it would change standings now; no standing is changed by it.

        The key needs `admin`, and stands in the proposal as its author.
        """
        only_json(request)
        try:
            form = await read_form(request, ProposalIn)
        except FaultyForm as faulty:
            if plan_id := plan_named(faulty.document):
                rest = sound_parts(faulty.document.get("changes"), faults=faulty.faults)
                await tried(rest, sources=self._sources, plan=plan_id, is_in_body=True)
            raise wrong(*faulty.faults) from None
        given = Given(form.changes.to_change())
        trial = await tried(given, sources=self._sources, plan=form.plan, is_in_body=True)
        plan = trial.ground.plan
        async with self._sources.database.transaction() as connection:
            proposal = Proposal(
                id=await AdjustmentStore(connection).next_number(),
                plan=plan.id,
                plan_version=plan.version,
                change=given.change,
                reason=form.reason,
                by=_author(asker),
                at=self._sources.clock.now(),
                counts=trial.found.counts(),
                periods=trial.ground.periods,
            )
            await save_proposal(proposal, work=UnitOfWork(connection, cache=self._sources.cache))
        answer = self._answer(request, query, proposal, newest=plan, status=201)
        answer.headers["Location"] = f"/v1/adjustments/{proposal.id}"
        return answer

    async def proposal(self, request: Request, number: Number, query: Annotated[Asked, Query()]) -> Response:
        """Return a proposal: what it changes and why, what was decided, and which plan version carries it, if one does.

        An approved one has the edit of the plan.yaml with it. The key needs `read` or `admin`.
        """
        only_json(request)
        async with self._sources.database.transaction() as connection:
            found = await AdjustmentStore(connection).proposal(number)
            if found is None:
                raise Refused(problem(404))
            newest = await self._newest(connection, found.plan)
        content = dumped(proposal_document(found, newest=newest))
        return kept(request, content, language=language_of(request, query))

    async def decide(
        self, request: Request, number: Number, asker: Asker, query: Annotated[Asked, Query()]
    ) -> Response:
        """Keep what is decided on a proposal and why; approved, it is carried out by the next version of the plan.

        One that is rejected, withdrawn or in force takes no decision; one that is approved can be withdrawn. The key
        needs `admin`.
        """
        only_json(request)
        form = await read_form(request, DecisionIn)
        async with self._sources.database.transaction() as connection:
            adjustments, work = AdjustmentStore(connection), UnitOfWork(connection, cache=self._sources.cache)
            # A plan version that comes meanwhile sees the approval, or is seen by it.
            await work.reference.lock_shared()
            found = await adjustments.proposal(number, is_locked=True)
            if found is None:
                raise Refused(problem(404))
            if form.outcome not in (accepted := accepted_outcomes(found.state)):
                raise Refused(problem(409, faults=[_decided(found, accepted)]))
            now = self._sources.clock.now()
            decision = Decision(form.outcome, form.reason, _author(asker), now)
            await save_proposal(replace(found, decisions=(*found.decisions, decision)), work=work)
            # The plan may say so by now: its next version can have come before the approval.
            await put_in_force([found.plan], work=work, now=now)
            found = await adjustments.proposal(number) or found
            newest = await self._newest(connection, found.plan)
        return self._answer(request, query, found, newest=newest)

    async def _newest(self, connection: Any, plan: str) -> Plan:
        versions = await UnitOfWork(connection, cache=self._sources.cache).reference.versions([plan])
        return max(versions, key=lambda each: each.version)

    def _answer(
        self, request: Request, query: Asked, proposal: Proposal, *, newest: Plan, status: int = 200
    ) -> Response:
        headers = {**CACHE_HEADERS, "Content-Language": language_of(request, query).value}
        content = dumped(proposal_document(proposal, newest=newest))
        return Response(content, status_code=status, media_type="application/json", headers=headers)


def _author(asker: Holder) -> Author:
    return Author(asker.agency, asker.key)


def _decided(proposal: Proposal, accepted: tuple[ProposalOutcome, ...]) -> Fault:
    words = ", ".join(accepted)
    vi, en = _STATES[proposal.state]
    return Fault(
        "/outcome",
        "decided-already",
        f"Đề xuất {vi}; " + (f"chỉ nhận: {words}." if words else "không nhận quyết định nữa."),
        f"The proposal {en}; " + (f"accepted are {words}." if words else "it takes no more decisions."),
    )
