"""Lives through a history one event at a time, each judged as scoring does: by what is known and what comes."""

from collections.abc import Collection, Mapping, Sequence

from services.scoring.judging.history import Arrival, Terms, changes, terms_of
from services.scoring.judging.judgements import Cause, Progress
from services.scoring.judging.model import Agency, Ended, Filing, Key, Plan


def terms(
    *plans: Plan,
    closed: Mapping[str, int] | None = None,
    least: Mapping[str, int] | None = None,
    again: Collection[str] | None = None,
) -> Terms:
    return terms_of({each.version: each for each in plans}, closed=closed or {}, least=least or {}, again=again)


def after_arrivals(
    before: Mapping[Key, Progress], arrivals: Mapping[Key, Arrival], *, by: Terms, agency: Agency
) -> list[Progress]:
    """Return what arrivals change for an agency; `before` is all that is known of it."""
    return list(
        changes(
            agency,
            before={key.period: each for key, each in before.items() if key.agency == agency.id},
            arrivals={key.period: each for key, each in arrivals.items() if key.agency == agency.id},
            waiting=(),
            terms=by,
            cause_of=lambda key: arrivals[key if key in arrivals else min(arrivals)].cause,
        )
    )


def after_closings(
    before: Mapping[Key, Progress],
    periods: Sequence[str],
    *,
    by: Plan,
    agency: Agency,
    cause: Cause,
    waiting: Collection[str] = (),
    versions: Sequence[Plan] = (),
) -> list[Progress]:
    """Return what changes for an agency as these periods are closed by a plan version."""
    judging = terms(*versions, by, closed=dict.fromkeys(periods, by.version), again=periods)
    known = {key.period: each for key, each in before.items() if key.agency == agency.id}
    return list(changes(agency, before=known, arrivals={}, waiting=waiting, terms=judging, cause_of=lambda _: cause))


def after_filing(
    *,
    before: Progress | None,
    filing: Filing,
    plan: Plan,
    agency: Agency,
    is_closed: bool,
    cause: Cause,
    ended: Ended | None = None,
) -> Progress:
    """Return the progress once a filing is known; `before` itself where that looks at a higher revision."""
    came = Arrival(filing._replace(plan_version=plan.version), cause, (ended,) if ended else ())
    found = _after(before, filing.key.period, came, plan=plan, agency=agency, is_closed=is_closed)
    assert found is not None
    return found


def after_ending(
    *, before: Progress, ended: Ended, plan: Plan, agency: Agency, is_closed: bool, cause: Cause
) -> Progress:
    """Return the progress once a submission is known to be withdrawn or returned."""
    came = Arrival(None, cause, (ended,))
    found = _after(before, before.key.period, came, plan=plan, agency=agency, is_closed=is_closed)
    assert found is not None
    return found


def after_closing(*, before: Progress | None, key: Key, plan: Plan, agency: Agency, cause: Cause) -> Progress | None:
    """Return the progress once the due date has passed; `before` itself, or None, where that changes nothing."""
    known = {before.key: before} if before else {}
    found = after_closings(known, [key.period], by=plan, agency=agency, cause=cause)
    return found[0] if found else before


def _after(
    before: Progress | None, period: str, came: Arrival, *, plan: Plan, agency: Agency, is_closed: bool
) -> Progress | None:
    by = terms(plan, closed={period: plan.version} if is_closed else {}, again=[period])
    found = changes(
        agency,
        before={period: before} if before else {},
        arrivals={period: came},
        waiting=(),
        terms=by,
        cause_of=lambda _: came.cause,
    )
    return next(found, before)
