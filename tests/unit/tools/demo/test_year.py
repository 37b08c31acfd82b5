"""The generator's year: the same for a seed, valid for the plan, with every behaviour that agencies have."""

from collections import Counter
from datetime import date, datetime
from functools import cache
from pathlib import Path

import orjson
import pytest

from services.ingest.plans.files.folder import LoadedPlan, load
from services.ingest.plans.model import Plan, Registry
from services.ingest.submissions.faults import merged
from services.ingest.submissions.reading import FaultyDraft, read_draft
from services.ingest.submissions.rules import draft_faults
from shared.events.plans import PeriodData
from shared.events.vocabulary import Measure
from shared.wording.faults import Fault
from tools.demo.habits import Mistake, habits_of
from tools.demo.requests import Act
from tools.demo.year import Moment, year_of

PLANS = Path(__file__).parents[4] / "plans"
SEED = 2770
BY_INGEST_STATE = {Mistake.STALE_REVISION, Mistake.KEY_REUSED, Mistake.MISTYPED_KEY}  # not to be seen in the draft


@cache
def loaded() -> LoadedPlan:
    return load(PLANS / "lam-dong-2014")


@cache
def year() -> list[Moment]:
    return year_of(loaded().to_plan_data(1), loaded().agencies, seed=SEED)


@cache
def registry() -> Registry:
    plan = Plan(**dict(loaded().to_plan_data(1)))
    return Registry(plans={plan.plan: plan}, agencies={agency.agency: agency for agency in loaded().agencies})


def acts() -> list[tuple[datetime, Act]]:
    return [(moment.at, act) for moment in year() for group in moment.acts for act in group]


def faults(act: Act, *, on: date) -> list[Fault]:
    read = read_draft(act.body, filer=act.filer)
    if isinstance(read, FaultyDraft):
        found = draft_faults(read.draft, registry=registry(), filer=act.filer, today=on, unreadable=read.unreadable)
        return merged(of_form=read.faults, of_rules=found)
    return draft_faults(read, registry=registry(), filer=act.filer, today=on)


def period_of(act: Act) -> PeriodData:
    return next(period for period in loaded().content.periods if period.id == act.period)


def test_the_same_seed_plays_the_same_year() -> None:
    assert year_of(loaded().to_plan_data(1), loaded().agencies, seed=SEED) == year()


def test_another_seed_plays_another_year() -> None:
    assert year_of(loaded().to_plan_data(1), loaded().agencies, seed=SEED + 1, periods=1) != year()[:11]


def test_three_periods_are_the_first_three_of_the_year() -> None:
    first = year_of(loaded().to_plan_data(1), loaded().agencies, seed=SEED, periods=3)
    assert first == year()[: len(first)]
    assert [moment.period.id for moment in first[::11]] == ["2014-01", "2014-02", "2014-03"]


def test_the_clock_is_never_turned_back() -> None:
    moments = [moment.at for moment in year()]
    assert moments == sorted(moments)
    assert all(at.tzinfo for at in moments)


def test_agencies_work_on_working_days_only() -> None:
    assert not {at.date() for at, _ in acts()} & set(loaded().content.days_off)


def test_every_right_submission_is_valid_for_the_plan() -> None:
    found = {act.agency: faults(act, on=at.date()) for at, act in acts() if act.mistake is None}
    assert not {agency: each for agency, each in found.items() if each}


def test_every_submission_says_that_it_is_synthetic() -> None:
    assert all(orjson.loads(act.body)["is_synthetic"] is True for _, act in acts())


def test_every_mistake_is_refused_for_its_named_reason() -> None:
    for at, act in acts():
        if act.mistake is None or act.mistake in BY_INGEST_STATE:
            continue
        found = faults(act, on=at.date())
        assert act.mistake in {fault.code for fault in found}, act
        assert act.expected_status in {fault.status for fault in found}, act


@pytest.mark.parametrize("mistake", list(Mistake))
def test_each_mistake_happens_and_is_made_good(mistake: Mistake) -> None:
    of_this_kind = [act for _, act in acts() if act.mistake is mistake]
    assert of_this_kind
    right = {(act.agency, act.period) for _, act in acts() if act.mistake is None}
    assert all((act.agency, act.period) in right for act in of_this_kind)


def test_every_month_has_refusals() -> None:
    assert set(Counter(act.period for _, act in acts() if act.mistake)) == {
        period.id for period in loaded().content.periods
    }


def test_some_file_late_and_some_keep_silent() -> None:
    late = [act for at, act in acts() if at.date() > period_of(act).due_on and act.idempotency_key.endswith(":2")]
    assert 50 < len(late) < 400
    silent = [
        habit for habit in habits_of(loaded().content, loaded().agencies, seed=SEED).of.values() if habit.is_silent
    ]
    assert 30 < len(silent) < 200


def test_a_silent_agency_files_again_later() -> None:
    of = habits_of(loaded().content, loaded().agencies, seed=SEED).of
    silent = {agency for (agency, _), habit in of.items() if habit.is_silent}
    assert any(not of[agency, "2014-12"].is_silent for agency in silent)


def test_corrections_name_the_revision_they_make_and_change_a_figure() -> None:
    first = {
        (act.agency, act.period): act for _, act in acts() if act.idempotency_key.endswith(":2") and act.mistake is None
    }
    corrections = [act for _, act in acts() if act.idempotency_key.endswith(":4")]
    assert len(corrections) > 50
    for act in corrections:
        corrected = orjson.loads(act.body)
        assert corrected["revision"] == 2
        assert corrected["observations"] != orjson.loads(first[act.agency, act.period].body)["observations"]


def test_some_requests_are_sent_twice_with_the_same_key_and_body() -> None:
    repeats = [act for _, act in acts() if act.is_repeat]
    assert len(repeats) > 20
    sent = Counter((act.idempotency_key, act.body) for _, act in acts())
    assert all(sent[act.idempotency_key, act.body] == 2 for act in repeats)


def test_some_districts_file_for_their_communes() -> None:
    parents = {agency.agency: agency.parent for agency in loaded().agencies}
    helped = {(act.agency, act.filer) for _, act in acts() if act.filer != act.agency}
    assert helped
    assert all(parents[agency] == filer for agency, filer in helped)


def test_what_is_counted_in_staff_is_the_registered_staff() -> None:
    staff = {agency.agency: agency.staff for agency in loaded().agencies}
    for _, act in acts():
        for each in orjson.loads(act.body)["observations"]:
            if each["indicator"] == "official-email" and "denominator" in each and act.mistake is None:
                assert each["denominator"] == staff[act.agency]


def test_yes_no_answers_turn_to_yes_over_the_year() -> None:
    share = {}
    asked = [each.id for each in loaded().content.indicators if each.measure is Measure.YES_NO]
    for period in ("2014-01", "2014-12"):
        answers = [
            each["yes"]
            for _, act in acts()
            if act.period == period and act.mistake is None
            for each in orjson.loads(act.body)["observations"]
            if each["indicator"] in asked
        ]
        share[period] = sum(answers) / len(answers)
    assert share["2014-01"] < 0.4
    assert share["2014-12"] > 0.85
