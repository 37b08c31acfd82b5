"""Merges a plan folder's agencies into the registry that all plans share, and finds contradictions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from shared.events.plans import AgencyRegisteredData, EarlierStaffData, PlanPublishedData

_NOTHING: Final = "none"


class Contradiction(NamedTuple):
    """One column of one agency that contradicts the registry, and the plans that it would change."""

    agency: str
    column: str
    known: str
    given: str
    accepted: str
    plans: tuple[str, ...]

    def sentence(self) -> str:
        """Return the contradiction as a line."""
        touched = f"; it would touch {', '.join(self.plans)}" if self.plans else ""
        return (
            f"{self.agency}: {self.column} is {self.known}, the folder has {self.given}{touched}; "
            f"accepted: {self.accepted}"
        )


class MergedRegistry(NamedTuple):
    """The agencies of a folder as they are to be registered, and what contradicts the registry."""

    agencies: tuple[AgencyRegisteredData, ...]
    contradictions: tuple[Contradiction, ...]


class _Case(NamedTuple):
    """An agency as it is registered and as the folder has it."""

    known: AgencyRegisteredData
    given: AgencyRegisteredData
    closed_until: date | None  # the end of the last closed period of a plan that the agency is in

    @property
    def open_days(self) -> str:
        return f"{self.closed_until} or later" if self.closed_until else "any day"


def merge_registry(
    given: Sequence[AgencyRegisteredData],
    *,
    known: Mapping[str, AgencyRegisteredData],
    plans: Sequence[PlanPublishedData],
    today: date,
) -> MergedRegistry:
    """Return the agencies of a folder merged into those `known` before; `plans` are the latest versions of all plans.

    A folder may add agencies, correct names, name a successor, set or move an end where neither day lies before the end
    of the last closed period, and give a later staff figure from then on. Everything else is a contradiction.

    Source: domain rules, section 3.
    """
    below = _below(known)
    agencies, contradictions = [], []
    for each in given:
        before = known.get(each.agency)
        if before is None:
            agencies.append(each)
            continue
        touched = [plan for plan in plans if below[each.agency] & set(plan.agencies)]
        case = _Case(before, each, _closed_until(touched, today=today))
        names = tuple(plan.plan for plan in touched)
        contradictions += [
            Contradiction(each.agency, column, _shown(was), _shown(given_as), accepted, names)
            for column, was, given_as, accepted in _contradictions(case)
        ]
        agencies.append(_with_staff(case))
    return MergedRegistry(tuple(agencies), tuple(contradictions))


def _closed_until(plans: Collection[PlanPublishedData], *, today: date) -> date | None:
    """Return the end of the last closed period; a period closes on the day after its due date."""
    return max((period.ends_on for plan in plans for period in plan.periods if period.due_on < today), default=None)


def _below(known: Mapping[str, AgencyRegisteredData]) -> Mapping[str, set[str]]:
    """Return by agency the ids of itself and all below it: a change of a superior changes their plans too."""
    found = {agency: {agency} for agency in known}
    for agency in known.values():
        above, passed = agency.parent, {agency.agency}
        while above is not None and above in known and above not in passed:
            found[above].add(agency.agency)
            passed.add(above)
            above = known[above].parent
    return found


def _contradictions(case: _Case) -> Iterator[tuple[str, object, object, str]]:
    """Yield the columns that contradict the registry: name, registered value, given value, what would be accepted."""
    known, given, closed_until = case
    for column in ("kind", "parent", "valid_from"):
        was, is_now = getattr(known, column), getattr(given, column)
        if was != is_now:
            accepted = f"{_shown(was)}; a move, or another kind, is a new id that succeeds the old one"
            yield column, was, is_now, accepted
    if not _is_end_to_come(case):
        past = known.valid_to is not None and closed_until is not None and known.valid_to < closed_until
        accepted = _shown(known.valid_to) + ("" if past else f", or {case.open_days}")
        yield "valid_to", known.valid_to, given.valid_to, accepted
    if known.succeeded_by is not None and given.succeeded_by != known.succeeded_by:
        yield "succeeded_by", known.succeeded_by, given.succeeded_by, known.succeeded_by
    if not _is_known_staff(known, given) and not _is_later_staff(case):
        accepted = (
            f"{_shown(known.staff)}, or staff_from: {case.open_days}, after {known.staff_from or known.valid_from}"
        )
        yield "staff", known.staff, given.staff, accepted


def _is_end_to_come(case: _Case) -> bool:
    """Return whether the end is unchanged, or moves between days that are in no closed period."""
    known, given, closed_until = case
    if given.valid_to == known.valid_to:
        return True
    days = [each for each in (known.valid_to, given.valid_to) if each is not None]
    return given.valid_to is not None and (closed_until is None or min(days) >= closed_until)


def _is_known_staff(known: AgencyRegisteredData, given: AgencyRegisteredData) -> bool:
    """Return whether the staff figure, with its first day where one is given, is the latest or an earlier one."""
    begins: list[tuple[int | None, date | None]] = []
    since = None
    for each in known.earlier_staff:
        begins.append((each.staff, since))
        since = each.until
    begins.append((known.staff, known.staff_from))
    return any(given.staff == staff and given.staff_from in {None, since} for staff, since in begins)


def _is_later_staff(case: _Case) -> bool:
    """Return whether the staff figure counts only from a day that is in no closed period."""
    known, given, closed_until = case
    since = given.staff_from
    if since is None:
        return closed_until is None and known.staff_from is None  # no closed period was judged by the other figure
    is_after = since > (known.staff_from or known.valid_from)
    return is_after and (closed_until is None or since >= closed_until)


def _with_staff(case: _Case) -> AgencyRegisteredData:
    """Return the agency as given, with its earlier staff figures."""
    known, given = case.known, case.given
    if _is_known_staff(known, given):
        staff = {"staff": known.staff, "staff_from": known.staff_from, "earlier_staff": known.earlier_staff}
        return given.model_copy(update=staff)
    if given.staff_from is None or given.staff_from <= (known.staff_from or known.valid_from):
        return given  # the figure counts on all days
    earlier = EarlierStaffData(staff=known.staff, until=given.staff_from)
    return given.model_copy(update={"earlier_staff": (*known.earlier_staff, earlier)})


def _shown(value: object) -> str:
    return _NOTHING if value is None else str(value)
