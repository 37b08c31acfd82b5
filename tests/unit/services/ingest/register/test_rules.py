"""Whose submissions a key sees, how two revisions differ, and what an agency owes."""

from datetime import date, timedelta

import pytest

from services.ingest.plans.model import FilingKey
from services.ingest.register.model import FilingState, Obligation, ObligationState, Window
from services.ingest.register.rules import agencies_seen_by, differences, obligations, takes_nothing_more
from tests.support.ingest_examples import (
    ABOLISHED,
    APRIL,
    COMMUNE,
    DEPARTMENT,
    DISTRICT,
    LEAD,
    MARCH,
    OPEN_DAY,
    PLAN,
    REGISTRY,
    share,
)

KEY = FilingKey(PLAN.plan, DEPARTMENT.agency, MARCH.id)


def march(
    *, state: FilingState | None = None, today: date = OPEN_DAY, reopened_until: date | None = None
) -> Obligation:
    reopened = {KEY: reopened_until} if reopened_until else {}
    filed = {MARCH.id: state} if state else {}
    first, *_ = obligations(DEPARTMENT, plan=PLAN, reopened=reopened, filed=filed, today=today)
    return first


def test_a_district_sees_its_communes_and_a_commune_only_itself() -> None:
    assert agencies_seen_by(DISTRICT.agency, registry=REGISTRY) == {DISTRICT.agency, COMMUNE.agency}
    assert agencies_seen_by(COMMUNE.agency, registry=REGISTRY) == {COMMUNE.agency}
    assert agencies_seen_by("so-of-another-province", registry=REGISTRY) == {"so-of-another-province"}


def test_differences_are_told_in_the_order_of_the_later_revision() -> None:
    before = {"a": share("1", "2"), "b": share("1", "2"), "left-out": share("1", "1")}
    after = {"new": share("3", "4"), "b": share("2", "2"), "a": share("1.0", "2.00")}
    assert [(each.indicator, each.before, each.after) for each in differences(before, after)] == [
        ("new", None, share("3", "4")),
        ("b", share("1", "2"), share("2", "2")),
        ("left-out", share("1", "1"), None),
    ]


def test_only_periods_that_are_over_are_owed_in_their_order() -> None:
    def owed(today: date) -> list[str]:
        found = obligations(DEPARTMENT, plan=PLAN, reopened={}, filed={}, today=today)
        return [each.period.id for each in found]

    assert owed(MARCH.ends_on - timedelta(days=1)) == []
    assert owed(MARCH.ends_on) == [MARCH.id]
    assert owed(APRIL.ends_on) == [MARCH.id, APRIL.id]


def test_an_agency_owes_what_its_kind_reports_while_it_exists() -> None:
    assert march().indicators == set(PLAN.indicator_by_id) - {"eoffice-commune"}
    for agency in (ABOLISHED, DISTRICT, LEAD):  # it ceased in February; no indicator is asked of it; not in the plan
        assert obligations(agency, plan=PLAN, reopened={}, filed={}, today=OPEN_DAY) == []


@pytest.mark.parametrize(
    ("state", "owed"),
    [
        (None, ObligationState.NOT_FILED),
        (FilingState.ACCEPTED, ObligationState.FILED),
        (FilingState.VERIFIED, ObligationState.FILED),
        (FilingState.RETURNED, ObligationState.RETURNED),
        (FilingState.WITHDRAWN, ObligationState.NOT_FILED),
    ],
)
def test_what_was_returned_or_withdrawn_is_owed_again(state: FilingState | None, owed: ObligationState) -> None:
    assert march(state=state).state is owed


def test_a_locked_period_that_is_reopened_takes_submissions_up_to_and_on_its_last_day() -> None:
    until = MARCH.locked_on + timedelta(days=10)
    day = timedelta(days=1)
    assert march(today=MARCH.locked_on - day).window is Window.OPEN
    assert march(today=MARCH.locked_on).window is Window.LOCKED
    reopened = march(today=until, reopened_until=until)
    assert (reopened.window, reopened.locked_on, reopened.reopened_until) == (Window.REOPENED, until + day, until)
    assert march(today=until + day, reopened_until=until).window is Window.LOCKED


def test_an_exception_that_ends_before_the_lock_changes_nothing() -> None:
    shown = march(reopened_until=MARCH.due_on)
    assert (shown.window, shown.locked_on, shown.reopened_until) == (Window.OPEN, MARCH.locked_on, None)


def test_a_plan_takes_nothing_more_once_its_last_period_is_locked() -> None:
    def is_over(today: date, *, until: date | None = None) -> bool:
        reopened = {KEY: until} if until else {}
        return takes_nothing_more(PLAN, agency_id=DEPARTMENT.agency, reopened=reopened, today=today)

    assert not is_over(APRIL.locked_on - timedelta(days=1))
    assert is_over(APRIL.locked_on)
    assert not is_over(APRIL.locked_on, until=APRIL.locked_on)
