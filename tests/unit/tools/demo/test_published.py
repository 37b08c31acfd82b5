"""Published figures are filed as they are, one submission an agency and period, in time."""

from pathlib import Path

from services.ingest.plans.files.folder import load
from services.ingest.plans.model import Plan, Registry
from services.ingest.submissions.model import Draft
from services.ingest.submissions.reading import read_draft
from services.ingest.submissions.rules import draft_faults
from tools.demo.published import published_course, read_published

PLANS = Path(__file__).parents[4] / "plans"
FOLDER = PLANS / "canadian-indicator-framework"
LOADED = load(FOLDER)
PLAN = LOADED.to_plan_data(1)
COURSE = published_course(PLAN, read_published(FOLDER))


def _drafts() -> list[tuple[str, Draft]]:
    drafts = []
    for moment in COURSE:
        for group in moment.acts:
            for act in group:
                draft = read_draft(act.body, filer=act.filer)
                assert isinstance(draft, Draft), draft
                drafts.append((moment.at.date().isoformat(), draft))
    return drafts


def test_a_plan_without_published_figures_is_played_with_made_up_ones() -> None:
    assert read_published(PLANS / "lam-dong-2014") == []


def test_every_published_value_is_filed_once_to_its_last_digit() -> None:
    filed = {
        (draft.period, draft.agency, each.indicator): each.value
        for _, draft in _drafts()
        for each in draft.observations
    }
    published = {
        (each.period, each.agency, each.observation.indicator): each.observation.value
        for each in read_published(FOLDER)
    }
    assert filed == published
    assert len(filed) == 80


def test_each_year_with_figures_is_one_submission_on_its_due_day_that_ingest_takes() -> None:
    plan = Plan(**dict(PLAN))
    registry = Registry(plans={plan.plan: plan}, agencies={agency.agency: agency for agency in LOADED.agencies})
    drafts = _drafts()
    assert len({draft.period for _, draft in drafts}) == len(drafts) == 14
    for day, draft in drafts:
        period = plan.period_by_id[draft.period]
        assert day == period.due_on.isoformat()
        assert draft_faults(draft, registry=registry, filer=draft.agency, today=period.due_on) == []
        assert draft.is_synthetic, "the figures are published, their filing is not real"


def test_every_period_is_closed_and_told_of_before_the_next_one_ends() -> None:
    assert [moment.at for moment in COURSE] == sorted(moment.at for moment in COURSE)
    for period in PLAN.periods:
        after = [moment.at for moment in COURSE if moment.period == period and moment.at.date() > period.due_on]
        assert len(after) == 4
        assert all(at.date() not in PLAN.days_off for at in after[1:])


def test_only_the_first_periods_are_played_where_that_is_asked() -> None:
    assert {moment.period.id for moment in published_course(PLAN, read_published(FOLDER), periods=2)} == {
        "2005",
        "2006",
    }
