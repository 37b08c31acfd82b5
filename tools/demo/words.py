"""What the demonstration says before and after its tables."""

from datetime import date

from shared.events.plans import PlanPublishedData
from tools.demo.summary import Summary


def title(plan: PlanPublishedData, *, is_published: bool) -> str:
    """Return what is played, by how many, and whose figures they are."""
    count = len(plan.agencies)
    played_by = f"{count} agencies" if count > 1 else "1 agency"
    figures = (
        "the figures are the published ones, their filing is synthetic" if is_published else "every figure is synthetic"
    )
    return f"[bold]{plan.title_en}[/]: played by {played_by}, {figures}"


def closing_words(summary: Summary, *, is_published: bool) -> str:
    """Return the run in two lines: what happened, and whether it adds up."""
    figures = "All figures are as published." if is_published else "All figures are synthetic."
    return (
        f"{summary.submissions_accepted} submissions accepted, {summary.submissions_refused} refused"
        f" (for {len(summary.refused_for)} reasons), {summary.progress_events} changes of progress,"
        f" {summary.mails} mails in {summary.seconds} s.\n"
        f"{summary.unaccounted} unaccounted for, {summary.duplicate_mails} mails sent twice. {figures}"
    )


def ways_in(plan: PlanPublishedData, *, today: date, base_url: str, key: str) -> str:
    """Return where to look while the run is there: mails, figures of the latest period that is over, and the rest."""
    in_time = sorted(plan.periods, key=lambda each: (each.ends_on, each.id))
    period = next((each for each in reversed(in_time) if each.ends_on <= today), in_time[0])
    address = f"{base_url}/v1/rollups?plan={plan.plan}&period={period.id}&level=province&language=en"
    return (
        f"\nUntil Ctrl-C the mails are at {base_url}/mail, what can be asked at {base_url}/docs,"
        f" and this asks for figures:\n"
        f"curl -H 'Authorization: Bearer {key}' '{address}'"
    )
